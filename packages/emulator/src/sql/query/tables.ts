import type { DataType } from '@spcs/sql'
import { engineSchema, quotedEngineSchema } from '../../catalog/engine-schema.ts'
import {
  type CurrentNamespace,
  type QualifiedName,
  resolveName,
} from '../../catalog/resolve-name.ts'
import type { EngineConnection } from '../../engine/duckdb.ts'
import { type ObjectComment, readObjectComment } from '../../engine/object-comment.ts'
import { storedParts } from './names.ts'
import { type ParsedStatement, parseStatement } from './parse.ts'
import { quoteName, quoteText } from './print/printed.ts'
import { isStoredAsStruct, readEngineType } from './sql-type.ts'

/** A table or view as the engine keeps it. */
export interface Table {
  readonly kind: 'table' | 'view'
  readonly temporary: boolean
  readonly name: QualifiedName
  /** As DuckDB must be told it. */
  readonly sqlName: string
  readonly columns: readonly TableColumn[]
  readonly comment: ObjectComment
  /** A view's query, read. */
  readonly query: ParsedStatement | undefined
}

export interface TableColumn {
  readonly name: string
  readonly type: DataType
  readonly notNull: boolean
  /** True when the engine holds a moment as a struct that loses nothing: see `printStoredType`. */
  readonly isStruct: boolean
  /** The default as DuckDB prints it; null when there is none. */
  readonly default: string | null
  readonly comment: ObjectComment
}

/** The tables and views that a statement may mean, by full name. */
export class Tables {
  readonly #tables = new Map<string, Table>()

  maybe(name: QualifiedName): Table | undefined {
    return this.#tables.get(name.key)
  }

  add(table: Table): void {
    this.#tables.set(table.name.key, table)
  }
}

/** How DuckDB must be told the name of a permanent table or view. */
export function permanentSqlName(name: QualifiedName): string {
  return `${quotedEngineSchema(name.database, name.schema)}.${quoteName(name.name)}`
}

/** The same of a temporary table: DuckDB has one schema for all of a connection's. */
export function temporarySqlName(name: QualifiedName): string {
  return `temp.main.${quoteName(name.key)}`
}

/** Looks up every table and view that the statement may name, and those that its views name in turn. */
export async function loadTables(
  statement: ParsedStatement,
  current: CurrentNamespace,
  connection: EngineConnection,
): Promise<Tables> {
  const tables = new Tables()
  const asked = new Set<string>()
  let wanted = namesIn(statement, current)
  while (wanted.length > 0) {
    const fresh = wanted.filter((name) => !asked.has(name.key))
    for (const name of fresh) asked.add(name.key)
    wanted = []
    for (const table of await readTables(fresh, connection)) {
      tables.add(table)
      const { view } = table.comment
      if (table.query !== undefined && view !== undefined)
        wanted.push(...namesIn(table.query, view))
    }
  }
  return tables
}

function namesIn(statement: ParsedStatement, current: CurrentNamespace): QualifiedName[] {
  return statement.names.flatMap((name) => {
    const parts = storedParts(name)
    // What lacks a current database may still be a common table expression.
    if (parts.length > 3 || (parts.length < 3 && current.database === null)) return []
    if (parts.length === 1 && current.schema === null) return []
    return [resolveName(parts, current)]
  })
}

/** The one table or view of a name. */
export async function readTable(
  name: QualifiedName,
  connection: EngineConnection,
): Promise<Table | undefined> {
  const [table] = await readTables([name], connection)
  return table
}

interface Known {
  readonly version: number
  readonly tables: Map<string, Table | undefined>
}

const KNOWN_TABLES = 1000
const known = new WeakMap<EngineConnection, Known>()

/** Tables by name; those that were read since the catalog last changed are not read again. */
async function readTables(
  names: readonly QualifiedName[],
  connection: EngineConnection,
): Promise<Table[]> {
  const version = connection.catalogVersion
  const last = known.get(connection)
  const fresh =
    version === undefined || last?.version !== version || last.tables.size > KNOWN_TABLES
  const { tables } = fresh ? { tables: new Map<string, Table | undefined>() } : last
  if (fresh && version !== undefined) known.set(connection, { version, tables })
  const unknown = names.filter((name) => !tables.has(name.key))
  const read = await lookUpTables(unknown, connection)
  for (const name of unknown) tables.set(name.key, undefined)
  for (const table of read) tables.set(table.name.key, table)
  return names.flatMap((name) => tables.get(name.key) ?? [])
}

async function lookUpTables(
  names: readonly QualifiedName[],
  connection: EngineConnection,
): Promise<Table[]> {
  if (names.length === 0) return []
  const permanent = names.map((name) => pair(engineSchema(name.database, name.schema), name.name))
  const temporary = names.map((name) => pair('main', name.key))
  const places = `IN (${[...permanent, ...temporary].join(', ')})`
  const columns = await connection.run(
    `SELECT schema_name, table_name, column_name, data_type, comment, is_nullable, column_default
     FROM duckdb_columns() WHERE (schema_name, table_name) ${places}
     ORDER BY schema_name, table_name, column_index`,
  )
  if (columns.rows.length === 0) return []
  const objects = await connection.run(
    `SELECT schema_name, table_name, comment, 'table' FROM duckdb_tables() WHERE (schema_name, table_name) ${places}
     UNION ALL SELECT schema_name, view_name, comment, 'view' FROM duckdb_views() WHERE (schema_name, view_name) ${places}`,
  )
  return names.flatMap((name) => {
    const find = (schema: string, table: string): Table | undefined => {
      const is = (row: readonly unknown[]): boolean => row[0] === schema && row[1] === table
      const object = objects.rows.find(is)
      if (object === undefined) return undefined
      const comment = readObjectComment(object[2] as string | null)
      return {
        kind: object[3] === 'view' ? 'view' : 'table',
        temporary: schema === 'main',
        name,
        sqlName: schema === 'main' ? temporarySqlName(name) : permanentSqlName(name),
        columns: columns.rows.filter(is).map(readColumn),
        comment,
        query: comment.view === undefined ? undefined : parseStatement(comment.view.text),
      }
    }
    const found =
      find('main', name.key) ?? find(engineSchema(name.database, name.schema), name.name)
    return found === undefined ? [] : [found]
  })
}

function readColumn(row: readonly unknown[]): TableColumn {
  const [, , name, type, commentText, isNullable, columnDefault] = row
  const comment = readObjectComment(commentText as string | null)
  return {
    name: String(name),
    type: readEngineType(String(type), comment.type),
    notNull: isNullable === false,
    isStruct: isStoredAsStruct(String(type)),
    default: columnDefault as string | null,
    comment,
  }
}

function pair(schema: string, table: string): string {
  return `(${quoteText(schema)}, ${quoteText(table)})`
}
