import { describe, expect, test } from 'vitest'
import { parseCores } from './cores.ts'

describe('parseCores()', () => {
  test.each([
    ['0', [0]],
    ['0,1', [0, 1]],
    ['0-2,5', [0, 1, 2, 5]],
    ['3-3', [3]],
  ])('%s → %j', (list, cores) => {
    expect(parseCores(list)).toEqual(cores)
  })
})
