import { quoteIdentifier, type ResultSet, type Value } from '@spcs/sql'
import type { Catalogue } from '../kernel.ts'

const FRESH_MS = 60_000
const MOST_COLUMNS = 10_000
/** A statement names no more. */
const MOST_OTHERS = 8

type Table = Catalogue['tables'][number]
type Run = (sql: string) => Promise<ResultSet>

interface Read<What> {
  readonly what: What
  readonly at: number
}

export const EMPTY_CATALOGUE: Catalogue = {
  database: null,
  schema: null,
  databases: [],
  tables: [],
}

/**
 * What a session's current database holds, and others that were asked for: asked again after a minute and after
 * whatever may have changed it.
 */
export class SessionCatalogue {
  #current: Read<Catalogue> | undefined
  #reading: Promise<Catalogue> | undefined
  readonly #others = new Map<string, Read<readonly Table[]>>()

  /** What was read last; of a session that is busy it is the best answer. */
  get last(): Catalogue {
    return this.#with([...this.#others.keys()])
  }

  /** Something was created, dropped or used. */
  forget(): void {
    if (this.#current !== undefined)
      this.#current = { ...this.#current, at: Number.NEGATIVE_INFINITY }
    for (const [name, read] of this.#others)
      this.#others.set(name, { ...read, at: Number.NEGATIVE_INFINITY })
    this.#reading = undefined
  }

  /**
   * @param run Runs a statement on the session.
   * @param databases Others whose tables are wanted, too; those that are not there are left out.
   */
  async read(run: Run, databases: readonly string[] = []): Promise<Catalogue> {
    const current = isFresh(this.#current) ? this.#current.what : await this.#readCurrent(run)
    const others = databases
      .filter((name) => name !== current.database && current.databases.includes(name))
      .slice(0, MOST_OTHERS)
    for (const name of others) await this.#readOther(run, name)
    return this.#with(others)
  }

  #with(others: readonly string[]): Catalogue {
    const current = this.#current?.what ?? EMPTY_CATALOGUE
    const tables = others
      .filter((name) => name !== current.database)
      .flatMap((name) => this.#others.get(name)?.what ?? [])
    return { ...current, tables: [...current.tables, ...tables] }
  }

  #readCurrent(run: Run): Promise<Catalogue> {
    if (this.#reading !== undefined) return this.#reading
    const reading = readCatalogue(run)
      .then((what) => {
        // What was forgotten meanwhile is read again.
        if (this.#reading === reading) this.#current = { what, at: performance.now() }
        return what
      })
      // Completion can do without; the role may not see the database at all.
      .catch(() => this.#current?.what ?? EMPTY_CATALOGUE)
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined
      })
    this.#reading = reading
    return reading
  }

  async #readOther(run: Run, name: string): Promise<void> {
    if (isFresh(this.#others.get(name))) return
    // One that the role may only see by name holds nothing for it.
    const what = await readTables(run, name, null).catch((): readonly Table[] => [])
    this.#others.set(name, { what, at: performance.now() })
  }
}

function isFresh<What>(read: Read<What> | undefined): read is Read<What> {
  return read !== undefined && performance.now() - read.at < FRESH_MS
}

async function readCatalogue(run: Run): Promise<Catalogue> {
  const context = await run('SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()')
  const [database = null, schema = null] = (context.rows[0] ?? []).map(textOrNull)
  const shown = await run('SHOW TERSE DATABASES')
  const cell = cellsOf(shown)
  const databases = shown.rows.flatMap((row) => cell(row, 'name') ?? [])
  const tables = database === null ? [] : await readTables(run, database, schema)
  return { database, schema, databases, tables }
}

/** Metadata alone, without a warehouse. */
async function readTables(
  run: Run,
  database: string,
  currentSchema: string | null,
): Promise<readonly Table[]> {
  const columns = await run(`SHOW COLUMNS IN DATABASE ${quoteIdentifier(database)}`)
  const views = await run(`SHOW VIEWS IN DATABASE ${quoteIdentifier(database)}`)
  return tablesOf(columns, namesOf(views), currentSchema)
}

/** Of many columns those of the current schema come first: they are what is typed most. */
function tablesOf(
  result: ResultSet,
  views: ReadonlySet<string>,
  currentSchema: string | null,
): readonly Table[] {
  const tables = new Map<string, Table & { readonly columns: { name: string; type: string }[] }>()
  const cell = cellsOf(result)
  const inOrder = [true, false].flatMap((isCurrent) =>
    result.rows.filter((row) => (cell(row, 'schema_name') === currentSchema) === isCurrent),
  )
  for (const row of inOrder.slice(0, MOST_COLUMNS)) {
    const [database, schema, name] = ['database_name', 'schema_name', 'table_name'].map((column) =>
      cell(row, column),
    )
    const column = cell(row, 'column_name')
    if (!database || !schema || !name || column === null) continue
    const key = JSON.stringify([schema, name])
    const kind = views.has(key) ? ('VIEW' as const) : ('TABLE' as const)
    const table = tables.get(key) ?? { database, schema, name, kind, columns: [] }
    table.columns.push({ name: column, type: typeName(cell(row, 'data_type')) })
    tables.set(key, table)
  }
  return [...tables.values()]
}

function namesOf(views: ResultSet): ReadonlySet<string> {
  const cell = cellsOf(views)
  return new Set(
    views.rows.map((row) => JSON.stringify([cell(row, 'schema_name'), cell(row, 'name')])),
  )
}

function cellsOf({ columns }: ResultSet) {
  const places = new Map(columns.map(({ name }, index) => [name.toLowerCase(), index]))
  return (row: readonly Value[], column: string): string | null =>
    textOrNull(row[places.get(column) ?? -1])
}

/** `{"type":"FIXED","precision":38,"scale":0}` → `NUMBER(38,0)`, as people write types. */
function typeName(json: string | null): string {
  const { type, precision, scale } = parsed(json) as {
    readonly type?: string
    readonly precision?: number
    readonly scale?: number
  }
  if (type === 'FIXED') return `NUMBER(${precision ?? 38},${scale ?? 0})`
  return (type === undefined ? undefined : PEOPLE_SAY[type]) ?? type ?? ''
}

const PEOPLE_SAY: Readonly<Record<string, string>> = { REAL: 'FLOAT', TEXT: 'VARCHAR' }

function parsed(json: string | null): object {
  try {
    const value: unknown = JSON.parse(json ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {} // a type that is new to us
  }
}

function textOrNull(value: Value): string | null {
  return typeof value === 'string' ? value : null
}
