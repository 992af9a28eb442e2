import {
  parseIdentifier,
  type ResultColumn,
  type ResultSet,
  toObjects,
  type Value,
} from '@spcs/sql'
import {
  Column,
  type ColumnOrName,
  columnExpression,
  namedExpression,
  plainColumn,
  sortKey,
} from './column.ts'
import { ambiguous, maybeDuplicate } from './columns.ts'
import { checkCount, invalidArgument } from './arguments.ts'
import { DataFrameError } from './errors.ts'
import { count } from './functions.ts'
import { GroupedDataFrame } from './grouped-dataframe.ts'
import { joinPlan, type JoinOptions } from './join-plan.ts'
import type { JoinHow, Plan, SortKey } from './plan.ts'
import type { Query } from './print-select.ts'
import { type ActionOptions, executePlan, prepareQuery, streamPlan } from './run-plan.ts'
import type { DataFrameSession } from './dataframe-session.ts'
import { printTable } from './show.ts'
import { isQuery } from './sql-text.ts'

/** Marks a DataFrame of any copy of this package. */
const DATAFRAME = Symbol.for('spcs.dataframe')

/** One row: values in the order of the columns. */
export type Row = readonly Value[]

/**
 * A query that has not been run. Each method gives a new DataFrame at once; Snowflake is asked by the actions alone:
 * `collect`, `show`, `count` and the others that give a promise.
 */
export class DataFrame implements AsyncIterable<Row> {
  static {
    Object.defineProperty(this.prototype, DATAFRAME, { value: true })
  }

  /** The query as data. */
  readonly plan: Plan
  readonly #session: DataFrameSession

  /** Use `session.table()` or `session.sql()`. */
  constructor(session: DataFrameSession, plan: Plan) {
    this.#session = session
    this.plan = plan
  }

  /** A column of this DataFrame, which keeps its meaning in a join with another that has the same name. */
  col(name: string): Column {
    return new Column({ kind: 'column', name: parseIdentifier(name), of: this.plan })
  }

  /** These columns alone; `'*'` stands for all there are. */
  select(...columns: readonly ColumnOrName[]): DataFrame {
    if (columns.length === 0) throw invalidArgument('select: no column is given', 'Give a column')
    return this.#with({
      kind: 'project',
      input: this.plan,
      items: columns.map(namedExpression),
    })
  }

  /** The rows that the condition is true for. */
  filter(condition: Column): DataFrame {
    return this.#with({
      kind: 'filter',
      input: this.plan,
      condition: columnExpression('filter', condition),
    })
  }

  /** The same as {@link filter}. */
  where(condition: Column): DataFrame {
    return this.filter(condition)
  }

  /** With one more column at the end; one that has this name already goes. */
  withColumn(name: string, column: Column): DataFrame {
    return this.withColumns({ [name]: column })
  }

  /** With more columns at the end; those that have these names already go. */
  withColumns(columns: Readonly<Record<string, Column>>): DataFrame {
    const added = Object.entries(columns).map(([name, column]) => ({
      name: parseIdentifier(name),
      expression: columnExpression('withColumn', column),
    }))
    const twice = maybeDuplicate(added.map(({ name }) => name))
    if (twice !== undefined) throw ambiguous(twice, 'two of the new columns have this name')
    return this.#with({ kind: 'with-columns', input: this.plan, columns: added })
  }

  withColumnRenamed(column: ColumnOrName, name: string): DataFrame {
    return this.#with({
      kind: 'rename',
      input: this.plan,
      column: plainColumn('rename', column),
      name: parseIdentifier(name),
    })
  }

  /** Without these columns; names that there are none of are passed over. */
  drop(...columns: readonly ColumnOrName[]): DataFrame {
    return this.#with({
      kind: 'drop',
      input: this.plan,
      columns: columns.map((column) => plainColumn('drop', column)),
    })
  }

  /** Equal rows once. */
  distinct(): DataFrame {
    return this.#with({ kind: 'distinct', input: this.plan })
  }

  /** Rows in groups of equal values of these columns; without columns all rows are one group. */
  groupBy(...columns: readonly ColumnOrName[]): GroupedDataFrame {
    const keys = columns.map(namedExpression)
    return new GroupedDataFrame((aggregates) =>
      this.#with({ kind: 'aggregate', input: this.plan, keys, aggregates }),
    )
  }

  /** One row over all rows: `agg(max('TEMP_C'), avg('TEMP_C'))`. */
  agg(...aggregates: readonly Column[]): DataFrame {
    return this.groupBy().agg(...aggregates)
  }

  /**
   * The rows of both sides that go together.
   *
   * @param on A name, names, or a condition. Columns of names come once; any other name that both sides have gets a
   *   prefix on each, and is still found by `left.col()` and `right.col()`.
   */
  join(
    right: DataFrame,
    on?: ColumnOrName | readonly string[],
    how: JoinHow = 'inner',
    options: JoinOptions = {},
  ): DataFrame {
    this.#checkOther(right, 'join')
    return this.#with(joinPlan(this.plan, right.plan, on, how, options))
  }

  /** Each row of this side with each of the other. */
  crossJoin(right: DataFrame, options: JoinOptions = {}): DataFrame {
    return this.join(right, undefined, 'cross', options)
  }

  /** The rows of both, equal ones once; columns go together by their places. */
  union(other: DataFrame): DataFrame {
    return this.#union(other, false, false)
  }

  /** The rows of both; columns go together by their places. */
  unionAll(other: DataFrame): DataFrame {
    return this.#union(other, true, false)
  }

  /** The rows of both, equal ones once; columns go together by their names. */
  unionByName(other: DataFrame): DataFrame {
    return this.#union(other, false, true)
  }

  /** The rows of both; columns go together by their names. */
  unionAllByName(other: DataFrame): DataFrame {
    return this.#union(other, true, true)
  }

  /** Rows in this order: `sort('CITY', col('TEMP_C').desc())`. It takes the place of any order before. */
  sort(...keys: readonly (ColumnOrName | SortKey)[]): DataFrame {
    if (keys.length === 0) throw invalidArgument('sort: no column is given', 'Give a column')
    return this.#with({ kind: 'sort', input: this.plan, keys: keys.map(sortKey) })
  }

  /** The same as {@link sort}. */
  orderBy(...keys: readonly (ColumnOrName | SortKey)[]): DataFrame {
    return this.sort(...keys)
  }

  /** At most so many rows, after those that `offset` passes over. */
  limit(rows: number, offset = 0): DataFrame {
    checkCount('limit', rows)
    checkCount('limit', offset)
    return this.#with({ kind: 'limit', input: this.plan, count: rows, offset })
  }

  /** Runs the query and brings its whole result, columns and query id with it. */
  async execute(options: ActionOptions = {}): Promise<ResultSet> {
    return executePlan(this.plan, this.#session, options)
  }

  /** Runs the query and brings all rows. */
  async collect(options: ActionOptions = {}): Promise<readonly Row[]> {
    const { rows } = await this.execute(options)
    return rows
  }

  /** All rows as objects by column name. */
  async toObjects(options: ActionOptions = {}): Promise<Record<string, Value>[]> {
    const result = await this.execute(options)
    const twice = maybeDuplicate(result.columns.map(({ name }) => name))
    if (twice !== undefined) throw ambiguous(twice, 'the result has it twice')
    return toObjects(result)
  }

  /** Runs the query and brings its rows as they arrive. */
  stream(options: ActionOptions = {}): AsyncGenerator<Row> {
    return streamPlan(this.plan, this.#session, options)
  }

  /** The same as {@link stream}: `for await (const row of dataFrame)`. */
  [Symbol.asyncIterator](): AsyncGenerator<Row> {
    return this.stream()
  }

  /** The first row; undefined where there is none. */
  first(options?: ActionOptions): Promise<Row | undefined>
  /** The first rows, as in Snowpark: the same as {@link take}. */
  first(rows: number, options?: ActionOptions): Promise<readonly Row[]>
  async first(
    rowsOrOptions: number | ActionOptions = {},
    options: ActionOptions = {},
  ): Promise<Row | readonly Row[] | undefined> {
    if (typeof rowsOrOptions === 'number') return this.take(rowsOrOptions, options)
    const [row] = await this.take(1, rowsOrOptions)
    return row
  }

  async take(rows: number, options: ActionOptions = {}): Promise<readonly Row[]> {
    return this.limit(rows).collect(options)
  }

  /** How many rows there are. */
  async count(options: ActionOptions = {}): Promise<number> {
    const [row] = await this.agg(count('*')).collect(options)
    return Number(row?.[0])
  }

  /** Prints the first rows as a table to the console. */
  async show(rows = 10, maxWidth = 50, options: ActionOptions = {}): Promise<void> {
    checkCount('show', rows)
    if (!Number.isSafeInteger(maxWidth) || maxWidth < MIN_WIDTH) {
      throw invalidArgument(`show: a width of ${maxWidth}`, `Give at least ${MIN_WIDTH} characters`)
    }
    const result = await this.#firstRows(rows, options)
    console.log(printTable(result.columns, result.rows, maxWidth))
  }

  /** Names and types of the columns; this asks Snowflake. */
  async schema(options: ActionOptions = {}): Promise<readonly ResultColumn[]> {
    const { columns } = await this.#firstRows(0, options)
    return columns
  }

  /** The columns' names as they are stored; this asks Snowflake. */
  async columns(options: ActionOptions = {}): Promise<readonly string[]> {
    const columns = await this.schema(options)
    return columns.map(({ name }) => name)
  }

  /** The statement that `collect()` runs; Snowflake is asked only where columns have to be known for it. */
  async toSql(options: ActionOptions = {}): Promise<Query> {
    const { query } = await prepareQuery(this.plan, this.#session, options)
    return query
  }

  /** Every statement that `collect()` runs, in order: questions for columns, then the query. */
  async queries(options: ActionOptions = {}): Promise<readonly Query[]> {
    const { questions, query } = await prepareQuery(this.plan, this.#session, options)
    return [...questions, query]
  }

  #with(plan: Plan): DataFrame {
    return new DataFrame(this.#session, plan)
  }

  #union(other: DataFrame, isAll: boolean, isByName: boolean): DataFrame {
    this.#checkOther(other, 'unite')
    return this.#with({ kind: 'union', left: this.plan, right: other.plan, isAll, isByName })
  }

  #checkOther(other: DataFrame, verb: string): void {
    if (!isDataFrame(other)) {
      throw invalidArgument(`${verb}: the other side is no DataFrame`, 'Give a DataFrame')
    }
    if (other instanceof DataFrame && other.#session === this.#session) return
    throw new DataFrameError(
      'SESSION_MISMATCH',
      `Cannot ${verb}: the two DataFrames are of different sessions`,
      { hint: 'Make both from the same session' },
    )
  }

  /** A statement that is no query cannot be limited: it is run as it is. */
  async #firstRows(rows: number, options: ActionOptions): Promise<ResultSet> {
    const { plan } = this
    if (plan.kind !== 'sql' || isQuery(plan.text)) return this.limit(rows).execute(options)
    const result = await this.execute(options)
    return { ...result, rows: result.rows.slice(0, rows) }
  }
}

/** What a cut text needs: one character and three dots. */
const MIN_WIDTH = 4

/** True for a DataFrame, also of another copy of this package. */
export function isDataFrame(value: unknown): value is DataFrame {
  return typeof value === 'object' && value !== null && DATAFRAME in value
}
