import type { ExecuteOptions, QueryRunner, ResultColumn, ResultSet, Value } from '@spcs/sql'

/** What the tables of the tests have; the type of every column is VARCHAR. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  WEATHER: ['DATE', 'LOCATION', 'TEMP_C', 'TEMP_F'],
  CITY: ['LOCATION', 'COUNTRY'],
}

/** Runs nothing: it notes every statement, and answers with the columns of the table that it reads. */
export class FakeRunner implements QueryRunner {
  readonly ran: { readonly sql: string; readonly binds: readonly Value[] }[] = []
  /** Statements that were given a signal. */
  readonly signals: AbortSignal[] = []
  /** What every statement but a question for columns answers; columns without a name here are the table's. */
  answer: { readonly columns?: readonly ResultColumn[]; readonly rows: Value[][] } = { rows: [] }
  /** What every statement but a question for columns fails with. */
  failure: Error | undefined
  closed = 0

  execute(sql: string, options: ExecuteOptions = {}): Promise<ResultSet> {
    this.#note(sql, options)
    const isQuestion = sql.endsWith(' LIMIT 0')
    if (!isQuestion && this.failure !== undefined) return Promise.reject(this.failure)
    return Promise.resolve({
      queryId: 'fake',
      columns: (isQuestion ? undefined : this.answer.columns) ?? columnsOf(sql),
      rows: isQuestion ? [] : this.answer.rows,
      rowsAffected: undefined,
    })
  }

  async *stream(sql: string, options: ExecuteOptions = {}): AsyncGenerator<readonly Value[]> {
    this.#note(sql, options)
    if (this.failure !== undefined) throw this.failure
    yield* await Promise.resolve(this.answer.rows)
  }

  putFile(path: string, stageLocation: string): Promise<void> {
    this.#note(`PUT ${path} ${stageLocation}`, {})
    return Promise.resolve()
  }

  cancel(queryId: string): Promise<void> {
    this.#note(`CANCEL ${queryId}`, {})
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.closed += 1
    return Promise.resolve()
  }

  #note(sql: string, { binds = [], signal }: ExecuteOptions): void {
    this.ran.push({ sql, binds })
    if (signal !== undefined) this.signals.push(signal)
  }
}

export function column(name: string, type: ResultColumn['type'] = 'VARCHAR'): ResultColumn {
  return { name, type, nullable: true }
}

function columnsOf(sql: string): readonly ResultColumn[] {
  const [, table = ''] = /FROM "(\w+)"/.exec(sql) ?? []
  return (TABLES[table] ?? ['A', 'B']).map((name) => column(name))
}
