import { describe, expect, test } from 'vitest'
import { printDifference } from './plan/print-plan.ts'
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
    [
      ':sha-1',
      ':sha-2',
      'image /db/public/repo/api:sha-1 → /db/public/repo/api:sha-2 (image moved)',
    ],
    ['LEVEL: info', 'LEVEL: debug', 'env.LEVEL info → debug'],
    ['LEVEL: info', '', 'env.LEVEL info → unset'],
    ['cpu: "1"', 'cpu: "2"', 'resources.limits.cpu 1 → 2'],
    ['memory: 256Mi', 'memory: 1Gi', 'resources.requests.memory 0.25Gi → 1Gi'],
    ['LEVEL: info', 'LEVEL: info, API_KEY: abc', 'env.API_KEY unset → ***'],
  ])('%s → %s', (before, after, difference) => {
    const found = specDifferences(wanted.replace(before, after), shown)
    expect(found.map(printDifference)).toEqual([`containers.api.${difference}`])
  })

  test('tell a tag that was pushed anew by its digest', () => {
    const image = '/db/public/repo/api:sha-1'
    const same = { [image]: `sha256:${'0a'.repeat(32)}` }
    expect(specDifferences(wanted, shown, same)).toEqual([])
    expect(specDifferences(wanted, shown, { [image]: `sha256:${'0b'.repeat(32)}` })).toEqual([
      {
        field: 'containers.api.image',
        shown: `${image}@sha256:${'0a'.repeat(32)}`,
        wanted: image,
        note: 'image moved',
      },
    ])
  })

  test('are there when an endpoint comes', () => {
    const more = `${wanted}    - { name: metrics, port: 9091 }\n`
    expect(specDifferences(more, shown).map(printDifference)).toContain(
      'endpoints.metrics.port unset → 9091',
    )
  })

  test('are none where the order of a list alone is another', () => {
    const two = `${wanted}    - { name: metrics, port: 9091 }\n`
    const turned = `${shown}  - name: "metrics"\n    port: 9091\n`
    expect(specDifferences(two, turned)).toEqual([])
  })

  test('are there when the specification is not shown', () => {
    expect(specDifferences(wanted, '').map(printDifference)).toEqual([
      'specification unset → given',
    ])
  })
})
