import { test } from 'vitest'
import { fuzzServiceFunctions } from './testing/fuzz-service-functions.ts'

// oxlint-disable-next-line vitest/expect-expect -- it checks each answer
test('serviceFunctions() answers random requests soundly', () => fuzzServiceFunctions(60))
