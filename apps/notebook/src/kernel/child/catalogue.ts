import type { ResultSet, Value } from '@spcs/sql'
import type { Catalogue } from '../kernel.ts'

const FRESH_MS = 60_000
const MOST_COLUMNS = 10_000

type Table = Catalogue['tables'][number]

export const EMPTY_CATALOGUE: Catalogue = { database: null, schema: null, tables: [] }

/** What a session's current database holds, asked again after a minute and after whatever may have changed it. */
export class SessionCatalogue {
  #loaded: { readonly catalogue: Catalogue; readonly at: number } | undefined
  #loading: Promise<Catalogue> | undefined

  /** What was read last; of a session that is busy it is the best answer. */
  get last(): Catalogue {
    return this.#loaded?.catalogue ?? EMPTY_CATALOGUE
  }

  /** Something was created, dropped or used. */
  forget(): void {
    if (this.#loaded !== undefined) this.#loaded = { ...this.#loaded, at: Number.NEGATIVE_INFINITY }
    this.#loading = undefined
  }

  /** @param run Runs a statement on the session. */
  async read(run: (sql: string) => Promise<ResultSet>): Promise<Catalogue> {
    const { catalogue, at } = this.#loaded ?? { catalogue: EMPTY_CATALOGUE, at: -FRESH_MS }
    if (performance.now() - at < FRESH_MS && this.#loaded !== undefined) return catalogue
    this.#loading ??= this.#load(run)
    return this.#loading
  }

  #load(run: (sql: string) => Promise<ResultSet>): Promise<Catalogue> {
    const loading = readCatalogue(run)
      .then((catalogue) => {
        // What was forgotten meanwhile is read again.
        if (this.#loading === loading) this.#loaded = { catalogue, at: performance.now() }
        return catalogue
      })
      // Completion can do without; the role may not see the database at all.
      .catch(() => this.last)
      .finally(() => {
        if (this.#loading === loading) this.#loading = undefined
      })
    return loading
  }
}

async function readCatalogue(run: (sql: string) => Promise<ResultSet>): Promise<Catalogue> {
  const context = await run('SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()')
  const [database, schema] = (context.rows[0] ?? []).map(textOrNull)
  if (database === undefined || database === null) return EMPTY_CATALOGUE
  // Both are answered by metadata alone, without a warehouse.
  const columns = await run('SHOW COLUMNS IN DATABASE')
  const views = await run('SHOW VIEWS IN DATABASE')
  return {
    database,
    schema: schema ?? null,
    tables: tablesOf(columns, namesOf(views), schema ?? null),
  }
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
