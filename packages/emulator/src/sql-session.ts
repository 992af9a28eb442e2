import type { EngineConnection } from './engine/duckdb.ts'

/** What a login holds between its statements. */
export interface Session {
  /** A number, as Snowflake's are; text because it may pass 2^53. */
  readonly id: string
  /** The user's stored name; a service's session has the service's name. */
  readonly user: string
  role: string
  /** True when it was opened for this role alone: USE ROLE is refused, secondary roles are none. */
  readonly isBoundToRole?: boolean
  /** `USE SECONDARY ROLES`; absent is NONE. */
  secondaryRoles?: 'ALL' | 'NONE'
  database: string | null
  schema: string | null
  warehouse: string | null
  /** ALTER SESSION SET values, upper-case names; defaults are not in it. */
  readonly parameters: Map<string, string>
  /** SET variables, upper-case names. */
  readonly variables: Map<string, string | null>
  /** Ids of the statements run so far, newest last; LAST_QUERY_ID() reads it. */
  readonly queryIds: string[]
  /** This session's own connection to the engine: its transactions are its own. */
  readonly engine: EngineConnection
}
