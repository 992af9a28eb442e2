import { describe, expect, test } from 'vitest'
import type { Service } from '../../catalog/objects.ts'
import { TokenReader } from '../../sql/token-reader.ts'
import { testAccount } from '../../testing/test-account.ts'
import { testService } from '../../testing/test-service.ts'
import {
  changesOf,
  checkService,
  readServiceProperties,
  readUnsetProperties,
} from './service-properties.ts'

describe('the numbers of instances', () => {
  test.each([
    ['', '1 1 1'],
    ['MIN_INSTANCES = 3', '3 3 3'],
    ['MAX_INSTANCES = 3', '1 1 3'],
    ['MIN_INSTANCES = 2 MAX_INSTANCES = 4', '2 2 4'],
    ['MIN_INSTANCES = 3 MIN_READY_INSTANCES = 1', '1 3 3'],
  ])('of a new service with %j are %s: ready, least, most', (properties, expected) => {
    expect(numbers(changesOf(readServiceProperties(new TokenReader(properties))))).toBe(expected)
  })

  test.each([
    ['2 2 4', 'SET MIN_INSTANCES = 3', '3 3 4'],
    ['1 2 4', 'SET MIN_INSTANCES = 3', '1 3 4'],
    ['2 2 4', 'SET MIN_READY_INSTANCES = 1', '1 2 4'],
    ['2 2 4', 'UNSET MIN_INSTANCES', '1 1 4'],
    ['2 3 4', 'UNSET MIN_INSTANCES', '1 1 4'],
    ['1 3 4', 'UNSET MIN_READY_INSTANCES', '3 3 4'],
    ['2 2 4', 'UNSET MAX_INSTANCES', '2 2 2'],
    ['1 3 4', 'UNSET MAX_INSTANCES, MIN_INSTANCES, MIN_READY_INSTANCES', '1 1 1'],
    ['1 3 4', 'UNSET COMMENT', '1 3 4'],
  ])('%s + %s → %s', (before, change, after) => {
    const service = withNumbers(before)
    const reader = new TokenReader(change.replace(/^(UN)?SET /, ''))
    const changes = change.startsWith('UNSET')
      ? readUnsetProperties(reader, service)
      : changesOf(readServiceProperties(reader), service)
    expect(numbers({ ...service, ...changes })).toBe(after)
  })

  test.each([
    ['1 1 1', undefined],
    ['0 2 2', undefined],
    ['1 0 1', "invalid value [0] for parameter 'MIN_INSTANCES'"],
    ['1 2 1', "invalid value [1] for parameter 'MAX_INSTANCES'"],
    ['3 2 2', "invalid value [3] for parameter 'MIN_READY_INSTANCES'"],
    ['-1 2 2', "invalid value [-1] for parameter 'MIN_READY_INSTANCES'"],
  ])('%s are refused: %s', (given, message) => {
    expect(whyRefused(withNumbers(given))).toBe(
      message === undefined ? undefined : `SQL compilation error:\n${message}`,
    )
  })

  test('are the same, least and most, where there is a block volume', () => {
    const spec = `
spec:
  containers: [{ name: a, image: /d/s/r/i:1 }]
  volumes: [{ name: v, source: block, size: 1Gi }]`
    expect(whyRefused({ ...withNumbers('2 2 3'), spec })).toMatch(/must be the same/)
    expect(whyRefused({ ...withNumbers('2 2 2'), spec })).toBeUndefined()
  })
})

/** MIN_READY_INSTANCES, MIN_INSTANCES and MAX_INSTANCES. */
function numbers(service: Partial<Service>): string {
  const { minReadyInstances, minInstances, maxInstances } = service
  return `${minReadyInstances} ${minInstances} ${maxInstances}`
}

function withNumbers(text: string): Service {
  const [minReadyInstances = 1, minInstances = 1, maxInstances = 1] = text.split(' ').map(Number)
  const spec = 'spec: { containers: [{ name: a, image: /d/s/r/i:1 }] }'
  return testService({ spec, minReadyInstances, minInstances, maxInstances })
}

function whyRefused(service: Service): string | undefined {
  try {
    checkService(service, testAccount().account.catalog)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
