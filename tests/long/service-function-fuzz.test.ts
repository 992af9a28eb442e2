import { describe, test } from 'vitest'
import { fuzzServiceFunctions } from '../../packages/service-function/src/testing/fuzz-service-functions.ts'

describe('serviceFunctions()', () => {
  // oxlint-disable-next-line vitest/expect-expect -- it checks each answer
  test('answers 10,000 random requests soundly', () => fuzzServiceFunctions(10_000))
})
