import type { QueryRunner, ResultSet, Value } from '@spcs/sql'
import { DataFrameError } from './errors.ts'
import { leavesOf, leavesToAsk } from './leaves.ts'
import type { KnownColumns } from './lowered.ts'
import type { Leaf, LimitPlan, Plan } from './plan.ts'
import type { Query } from './print-select.ts'
import { isQuery } from './sql-text.ts'
import { toSql } from './to-sql.ts'

/** How an action is run. */
export interface ActionOptions {
  /** Cancels the statement when it fires. */
  readonly signal?: AbortSignal | undefined
}

/** What a plan runs: questions for columns, all at once, and then the statement. */
export interface PreparedQuery {
  readonly questions: readonly Query[]
  readonly query: Query
}

/** Asks for the columns that the plan needs, and writes it as SQL. */
export async function prepareQuery(
  plan: Plan,
  runner: QueryRunner,
  options: ActionOptions,
): Promise<PreparedQuery> {
  const leaves = withinStack(() => leavesToAsk(plan))
  const known = await askColumns(leaves, runner, options)
  return { questions: leaves.map(columnsQuery), query: withinStack(() => toSql(plan, known)) }
}

/** A plan is walked by functions that call themselves, which ends where the stack does. */
function withinStack<Result>(walk: () => Result): Result {
  try {
    return walk()
  } catch (error) {
    if (!(error instanceof RangeError && error.message.includes('call stack'))) throw error
    throw new DataFrameError(
      'PLAN_TOO_DEEP',
      'Cannot write the query: thousands of steps or conditions are one inside the other',
      {
        hint: 'Use isin() for many values; put rows into a table and join it for more',
        cause: error,
      },
    )
  }
}

/** Runs a plan and brings all its rows. */
export async function executePlan(
  plan: Plan,
  runner: QueryRunner,
  options: ActionOptions = {},
): Promise<ResultSet> {
  const { query } = await prepareQuery(plan, runner, options)
  try {
    return await runner.execute(query.sql, { binds: query.binds, ...options })
  } catch (error) {
    throw await explain(error, plan, runner, options)
  }
}

/** Runs a plan and brings its rows as they arrive. */
export async function* streamPlan(
  plan: Plan,
  runner: QueryRunner,
  options: ActionOptions = {},
): AsyncGenerator<readonly Value[]> {
  const { query } = await prepareQuery(plan, runner, options)
  try {
    yield* runner.stream(query.sql, { binds: query.binds, ...options })
  } catch (error) {
    throw await explain(error, plan, runner, options)
  }
}

async function askColumns(
  leaves: readonly Leaf[],
  runner: QueryRunner,
  options: ActionOptions,
): Promise<KnownColumns> {
  const asked = leaves.map(async (leaf): Promise<[Leaf, string[]]> => {
    const { sql, binds } = columnsQuery(leaf)
    const { columns } = await runner.execute(sql, { binds, ...options })
    return [leaf, columns.map(({ name }) => name)]
  })
  return new Map(await Promise.all(asked))
}

/** Snowflake answers this one from its catalog, without a warehouse's work. */
function columnsQuery(leaf: Leaf): Query {
  const none: LimitPlan = { kind: 'limit', input: leaf, count: 0, offset: 0 }
  return toSql(none, new Map())
}

/** Snowflake's codes of what the columns explain: a name it does not know, sides of a union that do not fit. */
const ABOUT_COLUMNS = new Set(['000904', '001789'])

/**
 * The reason why a statement failed. Where its columns may be it, they are asked for now, which no statement that works
 * has to pay for.
 */
async function explain(
  error: unknown,
  plan: Plan,
  runner: QueryRunner,
  options: ActionOptions,
): Promise<unknown> {
  const isAboutColumns =
    error instanceof Error &&
    'snowflakeCode' in error &&
    ABOUT_COLUMNS.has(String(error.snowflakeCode))
  if (!isAboutColumns) return error
  const leaves = leavesOf(plan).filter((leaf) => leaf.kind === 'table' || isQuery(leaf.text))
  try {
    toSql(plan, await askColumns(leaves, runner, options))
    return error
  } catch (reason) {
    // A statement that fails by itself has said more than a question about it could.
    if (!(reason instanceof DataFrameError)) return error
    return new DataFrameError(reason.code, reason.message, { hint: reason.hint, cause: error })
  }
}
