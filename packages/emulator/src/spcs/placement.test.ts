import { describe, expect, test } from 'vitest'
import { placeOn, whyTooLarge } from './placement.ts'
import { maybeInstanceFamily } from './instance-families.ts'

const GIB = 1024 ** 3
const share = (cpu: number, gib = 0.5, gpu = 0) => ({ cpu, memoryBytes: gib * GIB, gpu })
const node = share(1, 6)

describe('placeOn()', () => {
  test.each([
    ['an empty node', [[]], share(1), 0],
    ['the room beside another', [[share(0.5)]], share(0.5), 0],
    ['what fractions leave, exactly', [[share(0.1), share(0.2)]], share(0.7), 0],
    ['the next node', [[share(0.6)], []], share(0.5), 1],
    ['no node for want of CPU', [[share(0.6)]], share(0.5), undefined],
    ['no node for want of memory', [[share(0.1, 4)]], share(0.1, 3), undefined],
    ['no node for want of a GPU', [[]], share(0.1, 1, 1), undefined],
  ])('finds %s', (_what, nodes, wanted, expected) => {
    expect(placeOn(nodes, wanted, node)).toBe(expected)
  })
})

describe('whyTooLarge()', () => {
  test.each([
    [share(1, 6), undefined],
    [share(1.5), '1.5 CPU are requested, a node of CPU_X64_XS has 1'],
    [share(1, 7), '7 GiB of memory are requested, a node of CPU_X64_XS has 6'],
    [share(1, 1, 1), '1 GPU are requested, a node of CPU_X64_XS has 0'],
  ])('of %o is %s', (wanted, why) => {
    const family = maybeInstanceFamily('cpu_x64_xs')
    expect(family === undefined ? '' : whyTooLarge(wanted, family)).toBe(why)
  })
})
