import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { withNodeCapacity } from './node-capacity.ts'
import { parseServiceSpec } from './parse-service-spec.ts'
import { printServiceSpec } from './print-service-spec.ts'
import { anyServiceSpec } from '../tests/any-service-spec.ts'

const digest = 'd04a2d7b7d9bd607df994926e3cc672edcb541474e4888a01703e8bb0dd3f173'

// https://docs.snowflake.com/en/sql-reference/sql/desc-service shows this for CPU_X64_XS, but for names.
const DESCRIBED = `---
spec:
  containers:
  - name: "echo"
    image: "my-org-my-acct.registry.snowflakecomputing.com/db/s/repo/echo:latest"
    sha256: "@sha256:${digest}"
    env:
      SERVER_PORT: "8000"
      CHARACTER_NAME: "Bob"
    readinessProbe:
      port: 8000
      path: "/healthcheck"
    resources:
      limits:
        memory: "6Gi"
        cpu: "1"
      requests:
        memory: "0.5Gi"
        cpu: "0.5"
  endpoints:
  - name: "echoendpoint"
    port: 8000
    public: true
`

describe('printServiceSpec()', () => {
  test('prints what DESCRIBE SERVICE shows, byte for byte', () => {
    const written = parseServiceSpec(`
      spec:
        endpoints: [{public: true, port: 8000, name: echoendpoint}]
        containers:
        - image: my-org-my-acct.registry.snowflakecomputing.com/db/s/repo/echo:latest
          env: {SERVER_PORT: 8000, CHARACTER_NAME: Bob}
          name: echo
          sha256: "@sha256:${digest}"
          readinessProbe: {path: /healthcheck, port: 8000}`)
    expect(printServiceSpec(withNodeCapacity(written, { memory: '6Gi', cpu: '1' }))).toBe(DESCRIBED)
  })

  test('quotes keys and keeps long and broken lines', () => {
    const env = { 'a: b': 'x\ny', true: ' ', 'é"': 'w '.repeat(200) }
    const spec = parseServiceSpec(
      JSON.stringify({ spec: { containers: [{ name: 'a', image: '/d/s/r/n:t', env }] } }),
    )
    expect(parseServiceSpec(printServiceSpec(spec)).spec.containers[0]?.env).toEqual(env)
  })

  test('prints what parseServiceSpec() reads back, whatever the specification', () => {
    fc.assert(
      fc.property(anyServiceSpec, (spec) => {
        expect(parseServiceSpec(printServiceSpec(spec))).toStrictEqual(spec)
      }),
      { numRuns: 300 },
    )
  })
})

describe('withNodeCapacity()', () => {
  test('fills missing limits, caps larger ones and keeps smaller ones', () => {
    expect(limitsOnNode({})).toEqual({ memory: '6Gi', cpu: '1' })
    expect(limitsOnNode({ memory: '512Mi', cpu: '8' })).toEqual({ memory: '512Mi', cpu: '1' })
  })
})

/** The limits of a container on a node of CPU_X64_XS. */
function limitsOnNode(limits: object): unknown {
  const containers = [{ name: 'a', image: '/d/s/r/n:t', resources: { limits } }]
  const spec = parseServiceSpec(JSON.stringify({ spec: { containers } }))
  return withNodeCapacity(spec, { memory: '6Gi', cpu: '1' }).spec.containers[0]?.resources.limits
}
