import { describe, expect, test } from 'vitest'
import { describeCosts, hourlyCost, warehouseCredits } from './cost.ts'

describe('hourlyCost()', () => {
  test('adds up what the nodes of pools cost', () => {
    const small = { instanceFamily: 'CPU_X64_XS', minNodes: 1, maxNodes: 3 }
    const large = { instanceFamily: 'cpu_x64_l', minNodes: 0, maxNodes: 2 }
    expect(hourlyCost([small, large])).toEqual({ least: 0.06, most: 1.84 })
    expect(hourlyCost([])).toEqual({ least: 0, most: 0 })
  })

  test('knows nothing where a family has no figure', () => {
    const unknown = { instanceFamily: 'GEN_X64_G2_2', minNodes: 1, maxNodes: 1 }
    expect(hourlyCost([unknown])).toBeUndefined()
  })
})

describe('warehouseCredits()', () => {
  test.each([
    ['XSMALL', 1],
    ['X-Small', 1],
    ['Small', 2],
    ['X-Large', 16],
    ['2X-Large', 32],
    ['XXLARGE', 32],
    ['4X-LARGE', 128],
    ['X4LARGE', 128],
    ['6X-Large', 512],
    ['ENORMOUS', undefined],
  ])('%s → %s', (size, credits) => {
    expect(warehouseCredits(size)).toBe(credits)
  })
})

describe('describeCosts()', () => {
  test('has a line for each pool and warehouse', () => {
    const lines = describeCosts({
      computePools: [
        { name: 'ONE', instanceFamily: 'CPU_X64_XS', minNodes: 1, maxNodes: 1 },
        { name: 'SOME', instanceFamily: 'CPU_X64_XS', minNodes: 1, maxNodes: 2 },
        { name: 'NEW', instanceFamily: 'GEN_X64_G2_2', minNodes: 2, maxNodes: 2 },
      ],
      warehouses: [{ name: 'WH' }, { name: 'BIG', size: 'LARGE' }],
    })
    expect(lines).toEqual([
      'compute pool ONE: 1 node of CPU_X64_XS: 0.06 credits per hour while it runs',
      'compute pool SOME: 1 to 2 nodes of CPU_X64_XS: 0.06 to 0.12 credits per hour while they run',
      'compute pool NEW: 2 nodes of GEN_X64_G2_2: an unknown number of credits per hour while they run',
      'warehouse WH: XSMALL: 1 credit per hour while it runs',
      'warehouse BIG: LARGE: 8 credits per hour while it runs',
    ])
  })
})
