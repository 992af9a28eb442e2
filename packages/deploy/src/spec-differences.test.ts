import { describe, expect, test } from 'vitest'
import { specDifferences } from './spec-differences.ts'

const wanted = `
spec:
  containers:
    - name: api
      image: /db/public/repo/api:sha-1
      env: { LEVEL: info }
      resources: { requests: { memory: 256Mi }, limits: { cpu: "1" } }
  endpoints:
    - { name: api, port: 9090 }
`

/** The same as DESCRIBE SERVICE gives it: digest, host, and limits of the node filled in. */
const shown = `---
spec:
  containers:
  - name: "api"
    image: "org-account.registry.snowflakecomputing.com/db/public/repo/api:sha-1"
    sha256: "@sha256:${'0a'.repeat(32)}"
    env:
      LEVEL: "info"
    resources:
      limits:
        memory: "6Gi"
        cpu: "1"
      requests:
        memory: "0.25Gi"
        cpu: "0.5"
  endpoints:
  - name: "api"
    port: 9090
`

describe('specDifferences()', () => {
  test('are none where Snowflake only filled in', () => {
    expect(specDifferences(wanted, shown)).toEqual([])
  })

  test.each([
    [':sha-1', ':sha-2', 'image is "/db/public/repo/api:sha-1", not "/db/public/repo/api:sha-2"'],
    ['LEVEL: info', 'LEVEL: debug', 'env.LEVEL is "info", not "debug"'],
    ['LEVEL: info', '', 'env.LEVEL is "info", not missing'],
    ['cpu: "1"', 'cpu: "2"', 'limits.cpu is 1, not 2'],
  ])('%s → %s', (before, after, difference) => {
    expect(specDifferences(wanted.replace(before, after), shown)).toEqual([
      `spec.containers.0.${difference}`,
    ])
  })

  test('are there when an endpoint comes', () => {
    const more = `${wanted}    - { name: metrics, port: 9091 }\n`
    expect(specDifferences(more, shown)[0]).toContain('spec.endpoints.1 is missing')
  })

  test('are there when the specification is not shown', () => {
    expect(specDifferences(wanted, '')).toEqual(['the specification is not shown, or not readable'])
  })
})
