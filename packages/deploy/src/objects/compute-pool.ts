import { parseIdentifier, quoteLiteral } from '@spcs/sql'
import { differences, explain, type ObjectKind } from './object-kind.ts'
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

export const computePools: ObjectKind<ComputePool> = {
  kind: 'compute pool',
  name: ({ name }) => name,
  showSql: ({ name }) => showComputePoolsSql(name),
  createSql: createComputePoolSql,
  alterations: ({ name, initiallySuspended: _atCreationOnly, ...pool }, row) => {
    const wanted = {
      min_nodes: pool.minNodes,
      max_nodes: pool.maxNodes,
      instance_family: pool.instanceFamily,
      auto_resume: pool.autoResume,
      auto_suspend_secs: pool.autoSuspendSecs,
      comment: pool.comment,
    }
    const found = differences(wanted, row)
    if (found.length === 0) return []
    const keepsFamily = found.every(({ property }) => property !== 'instance_family')
    const changes = keepsFamily ? { ...pool, instanceFamily: undefined } : pool
    return [{ sql: alterComputePoolSql(name, changes), why: explain(found) }]
  },
}
