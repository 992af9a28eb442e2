import type { StatementContext } from '../../account.ts'
import type { ServiceFunctionObject } from '../../catalog/objects.ts'
import type { StatementResult } from '../../statement-result.ts'

/**
 * Runs a query, DML, or DDL on tables and views: parse, passes, DuckDB, encode.
 *
 * @throws {SnowflakeError} with Snowflake's codes; an unknown function or unsupported statement by name.
 */
export type RunQuery = (text: string, context: StatementContext) => Promise<StatementResult>

/** Calls a service function for many rows at once: one JSON-ready value per argument, one back per row. */
export type CallServiceFunction = (
  call: {
    readonly function: ServiceFunctionObject
    /** Which call of the statement it is, 1-based: batch ids differ by it. */
    readonly site: number
    /** Arguments as the wire wants them (spcs.md 3.3), in declared order. */
    readonly rows: readonly (readonly unknown[])[]
  },
  context: StatementContext,
) => Promise<readonly unknown[]>

/** A `SYSTEM$…` function: constant arguments in, a text (or null) out. Keyed by upper-case name. */
export type SystemFunction = (
  args: readonly (string | number | boolean | null)[],
  context: StatementContext,
) => Promise<string | null> | string | null
