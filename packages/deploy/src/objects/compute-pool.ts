import { parseIdentifier, quoteLiteral } from '@spcs/sql'
import { alteration, differences, type ObjectKind, textOf } from './object-kind.ts'
import type { Loss } from './loss.ts'
import { printProperties, printUnquotedName, sentence } from './property.ts'

/** The nodes that services run on. */
export interface ComputePool {
  readonly name: string
  readonly minNodes: number
  readonly maxNodes: number
  /** `CPU_X64_XS`, …; changed only while the pool is suspended. */
  readonly instanceFamily: string
  readonly autoResume?: boolean | undefined
  readonly initiallySuspended?: boolean | undefined
  /** Seconds without service or job until it suspends; Snowflake's default is 3600, 0 is never. */
  readonly autoSuspendSecs?: number | undefined
  readonly comment?: string | undefined
}

/** What may change while the pool runs. */
export interface ComputePoolChanges {
  readonly minNodes?: number | undefined
  readonly maxNodes?: number | undefined
  readonly instanceFamily?: string | undefined
  readonly autoResume?: boolean | undefined
  readonly autoSuspendSecs?: number | undefined
  readonly comment?: string | undefined
}

export function createComputePoolSql(pool: ComputePool): string {
  return sentence(
    `CREATE COMPUTE POOL IF NOT EXISTS ${printUnquotedName(pool.name)}`,
    ...printProperties({
      MIN_NODES: pool.minNodes,
      MAX_NODES: pool.maxNodes,
      INSTANCE_FAMILY: { sql: parseIdentifier(pool.instanceFamily) },
      AUTO_RESUME: pool.autoResume,
      INITIALLY_SUSPENDED: pool.initiallySuspended,
      AUTO_SUSPEND_SECS: pool.autoSuspendSecs,
      COMMENT: pool.comment,
    }),
  )
}

export function alterComputePoolSql(name: string, changes: ComputePoolChanges): string {
  const { instanceFamily } = changes
  return sentence(
    `ALTER COMPUTE POOL ${printUnquotedName(name)} SET`,
    ...printProperties({
      MIN_NODES: changes.minNodes,
      MAX_NODES: changes.maxNodes,
      AUTO_RESUME: changes.autoResume,
      AUTO_SUSPEND_SECS: changes.autoSuspendSecs,
      INSTANCE_FAMILY:
        instanceFamily === undefined ? undefined : { sql: parseIdentifier(instanceFamily) },
      COMMENT: changes.comment,
    }),
  )
}

export function suspendComputePoolSql(name: string): string {
  return `ALTER COMPUTE POOL ${printUnquotedName(name)} SUSPEND`
}

export function resumeComputePoolSql(name: string): string {
  return `ALTER COMPUTE POOL ${printUnquotedName(name)} RESUME`
}

/** Drops every service of the pool; it is no pause. */
export function stopAllInComputePoolSql(name: string): string {
  return `ALTER COMPUTE POOL IF EXISTS ${printUnquotedName(name)} STOP ALL`
}

export function showComputePoolsSql(name: string): string {
  return `SHOW COMPUTE POOLS LIKE ${quoteLiteral(parseIdentifier(name))}`
}

export function describeComputePoolSql(name: string): string {
  return `DESCRIBE COMPUTE POOL ${printUnquotedName(name)}`
}

export function dropComputePoolSql(name: string): string {
  return `DROP COMPUTE POOL IF EXISTS ${printUnquotedName(name)}`
}

/** Snowflake changes the family of a suspended pool alone. */
const STANDS_STILL: Loss = {
  what: 'the pool has to be suspended for it, and everything in it stands still meanwhile',
  hint: 'Run `npx spcs suspend`, deploy, and `npx spcs resume`; or make a pool of another name',
}

export const computePools: ObjectKind<ComputePool> = {
  kind: 'compute pool',
  name: ({ name }) => name,
  showSql: ({ name }) => showComputePoolsSql(name),
  createSql: createComputePoolSql,
  alterations: (pool, row) => {
    const family = differences({
      instanceFamily: [parseIdentifier(pool.instanceFamily), row['instance_family']],
    })
    const others = differences({
      minNodes: [pool.minNodes, row['min_nodes']],
      maxNodes: [pool.maxNodes, row['max_nodes']],
      autoResume: [pool.autoResume, row['auto_resume']],
      autoSuspendSecs: [pool.autoSuspendSecs, row['auto_suspend_secs']],
      comment: [pool.comment, row['comment']],
    })
    const alterSql = (changes: ComputePoolChanges): string =>
      alterComputePoolSql(pool.name, changes)
    const loss = textOf(row['state']) === 'SUSPENDED' ? undefined : STANDS_STILL
    return [
      ...alteration(pool, others, alterSql),
      ...alteration(pool, family, alterSql).map((change) => ({ ...change, loss })),
    ]
  },
}
