import type { ComputePool } from './objects/compute-pool.ts'
import type { Warehouse } from './objects/warehouse.ts'

/**
 * Credits that one node of a family costs in an hour. Families that are not here have no figure that we know.
 *
 * Tables 1(e) to 1(g) of Snowflake's Service Consumption Table, as it took effect on 2026-01-13.
 *
 * @see https://www.snowflake.com/legal-files/CreditConsumptionTable.pdf
 */
const NODE_CREDITS: Readonly<Record<string, number>> = {
  CPU_X64_XS: 0.06,
  CPU_X64_S: 0.11,
  CPU_X64_M: 0.22,
  CPU_X64_SL: 0.41,
  CPU_X64_L: 0.83,
  HIGHMEM_X64_S: 0.28,
  HIGHMEM_X64_M: 1.11,
  HIGHMEM_X64_SL: 2.93,
  HIGHMEM_X64_L: 4.44,
  GPU_NV_XS: 0.25,
  GPU_GCP_NV_L4_1_24G: 0.43,
  GPU_NV_S: 0.57,
  GPU_NV_SM: 1.7,
  GPU_GCP_NV_L4_4_24G: 1.94,
  GPU_NV_M: 2.68,
  GPU_NV_2M: 3.5,
  GPU_NV_3M: 3.55,
  GPU_GCP_NV_A100_8_40G: 11.68,
  GPU_NV_SL: 13.5,
  GPU_NV_L: 14.12,
}

/** Table 1(a), standard warehouses of the first generation: each size costs twice the one before. */
const WAREHOUSE_SIZES: readonly string[] = [
  'XSMALL',
  'SMALL',
  'MEDIUM',
  'LARGE',
  'XLARGE',
  'XXLARGE',
  'XXXLARGE',
  'X4LARGE',
  'X5LARGE',
  'X6LARGE',
]

/** What something costs in an hour, at least and at most. */
export interface HourlyCost {
  readonly least: number
  readonly most: number
}

/** Credits per hour of one node; undefined where the figure is not known. */
export function nodeCredits(instanceFamily: string): number | undefined {
  return NODE_CREDITS[instanceFamily.toUpperCase()]
}

/** Credits per hour of a warehouse while it runs; sizes as Snowflake takes or shows them: `X-Small`, `2X-Large`. */
export function warehouseCredits(size: string): number | undefined {
  const plain = size.toUpperCase().replaceAll('-', '')
  const name = plain.replace(/^(\d)X/, (_, count: string) => LARGE[count] ?? '')
  const index = WAREHOUSE_SIZES.indexOf(name)
  return index === -1 ? undefined : 2 ** index
}

const LARGE: Readonly<Record<string, string>> = {
  2: 'XX',
  3: 'XXX',
  4: 'X4',
  5: 'X5',
  6: 'X6',
}

/** The nodes of pools, as their configuration or SHOW COMPUTE POOLS has them. */
export type PoolNodes = Pick<ComputePool, 'instanceFamily' | 'minNodes' | 'maxNodes'>

/** What pools cost together while their nodes run; undefined where a family has no known figure. */
export function hourlyCost(pools: readonly PoolNodes[]): HourlyCost | undefined {
  let [least, most] = [0, 0]
  for (const { instanceFamily, minNodes, maxNodes } of pools) {
    const credits = nodeCredits(instanceFamily)
    if (credits === undefined) return undefined
    least += credits * minNodes
    most += credits * maxNodes
  }
  return { least: rounded(least), most: rounded(most) }
}

/** What a desired state costs, a line for each pool and warehouse, to be read before anything is made. */
export function describeCosts({
  computePools = [],
  warehouses = [],
}: {
  readonly computePools?: readonly (PoolNodes & { readonly name: string })[] | undefined
  readonly warehouses?: readonly Pick<Warehouse, 'name' | 'size'>[] | undefined
}): string[] {
  return [
    ...computePools.map((pool) => `compute pool ${pool.name}: ${describePoolCost(pool)}`),
    ...warehouses.map(
      ({ name, size = 'XSMALL' }) => `warehouse ${name}: ${describeWarehouseCost(size)}`,
    ),
  ]
}

/** `1 to 2 nodes of CPU_X64_XS: 0.06 to 0.12 credits per hour while they run`. */
export function describePoolCost(pool: PoolNodes): string {
  const { minNodes, maxNodes, instanceFamily } = pool
  const nodes = maxNodes === 1 ? '1 node' : `${range(minNodes, maxNodes)} nodes`
  const cost = hourlyCost([pool])
  const credits = cost === undefined ? 'an unknown number of' : range(cost.least, cost.most)
  const they = maxNodes === 1 ? 'it runs' : 'they run'
  return `${nodes} of ${instanceFamily}: ${credits} credits per hour while ${they}`
}

function describeWarehouseCost(size: string): string {
  const credits = warehouseCredits(size)
  const many = credits === undefined ? 'an unknown number of' : String(credits)
  return `${size}: ${many} ${credits === 1 ? 'credit' : 'credits'} per hour while it runs`
}

function range(least: number, most: number): string {
  return least === most ? String(least) : `${least} to ${most}`
}

/** Sums of hundredths do not add up exactly. */
function rounded(credits: number): number {
  return Math.round(credits * 100) / 100
}
