import { type DataType, MAX_VARCHAR_LENGTH, printDataType } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import {
  type Cell,
  numberColumn,
  STATEMENT_TYPE,
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
  type WireColumn,
} from '../statement-result.ts'
import type { Command } from './command.ts'
import {
  countRows,
  findRelation,
  listColumns,
  listRelations,
  type Relation,
  type RelationColumn,
} from './relations.ts'
import { applyShowOptions, readScope, readShow, readShowOptions } from './show-filter.ts'

export const tableCommands: readonly Command[] = [
  { syntax: 'SHOW [TERSE] TABLES [HISTORY]', run: (...args) => showRelations('TABLES', ...args) },
  { syntax: 'SHOW [TERSE] VIEWS', run: (...args) => showRelations('VIEWS', ...args) },
  { syntax: 'SHOW [TERSE] OBJECTS', run: (...args) => showRelations('OBJECTS', ...args) },
  { syntax: 'SHOW COLUMNS', run: showColumns },
  { syntax: 'DESCRIBE|DESC TABLE', run: (reader, context) => describe('Table', reader, context) },
  { syntax: 'DESCRIBE|DESC VIEW', run: (reader, context) => describe('View', reader, context) },
]

/** A column of a SHOW and its cell; `rows` is null for a view. */
type Shown = readonly [column: WireColumn, cell: (relation: Relation, rows: number | null) => Cell]

const CREATED_ON: Shown = [timestampColumn('created_on'), ({ createdOn }) => createdOn]
const NAME: Shown = [textColumn('name'), ({ name }) => name]
const DATABASE: Shown = [textColumn('database_name'), ({ database }) => database]
const SCHEMA: Shown = [textColumn('schema_name'), ({ schema }) => schema]
const KIND: Shown = [
  textColumn('kind'),
  ({ on, temporary }) => (on === 'TABLE' && temporary ? 'TEMPORARY' : on),
]
const COMMENT: Shown = [textColumn('comment'), ({ about }) => about.comment ?? '']
const OWNER: Shown = [textColumn('owner'), ({ owner }) => owner]
const OWNER_ROLE_TYPE: Shown = [textColumn('owner_role_type'), () => 'ROLE']
const constant = (name: string, value: Cell): Shown => [textColumn(name), () => value]

const TERSE: readonly Shown[] = [CREATED_ON, NAME, KIND, DATABASE, SCHEMA]

// DIFFERS: bytes are not counted.
const OBJECTS: readonly Shown[] = [
  CREATED_ON,
  NAME,
  DATABASE,
  SCHEMA,
  KIND,
  COMMENT,
  constant('cluster_by', ''),
  [numberColumn('rows'), (_, rows) => rows],
  [numberColumn('bytes'), (_, rows) => (rows === null ? null : 0)],
  OWNER,
  constant('retention_time', '1'),
  OWNER_ROLE_TYPE,
]

const COLUMNS: Readonly<Record<'TABLES' | 'VIEWS' | 'OBJECTS', readonly Shown[]>> = {
  OBJECTS,
  TABLES: [
    ...OBJECTS.slice(0, -1),
    constant('automatic_clustering', 'OFF'),
    constant('change_tracking', 'OFF'),
    constant('search_optimization', 'OFF'),
    constant('search_optimization_progress', null),
    constant('search_optimization_bytes', null),
    constant('is_external', 'N'),
    constant('enable_schema_evolution', 'N'),
    OWNER_ROLE_TYPE,
    constant('is_event', 'N'),
    constant('budget', null),
    constant('is_hybrid', 'N'),
    constant('is_iceberg', 'N'),
    constant('is_dynamic', 'N'),
    constant('is_immutable', 'N'),
  ],
  VIEWS: [
    CREATED_ON,
    NAME,
    constant('reserved', ''),
    DATABASE,
    SCHEMA,
    OWNER,
    COMMENT,
    // DIFFERS: made anew from the view's query; Snowflake keeps the statement as it was typed.
    [textColumn('text'), ({ name, about }) => `create view ${name} as ${about.view?.text ?? ''}`],
    constant('is_secure', 'false'),
    constant('is_materialized', 'false'),
    OWNER_ROLE_TYPE,
    constant('change_tracking', 'OFF'),
  ],
}

const KINDS = { TABLES: ['TABLE'], VIEWS: ['VIEW'], OBJECTS: ['TABLE', 'VIEW'] } as const

async function showRelations(
  what: keyof typeof COLUMNS,
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  const { scope, options } = readShow(reader, context)
  const kinds: readonly string[] = KINDS[what]
  const all = await listRelations(context, scope)
  const shown = applyShowOptions(
    all.filter(({ on }) => kinds.includes(on)),
    options,
    ({ name }) => name,
  )
  const columns = given.has('TERSE') ? TERSE : COLUMNS[what]
  const tables = given.has('TERSE') ? [] : shown.filter(({ on }) => on === 'TABLE')
  const rows = await countRows(context, tables)
  return tableResult(
    columns.map(([column]) => column),
    shown.map((relation) => columns.map(([, cell]) => cell(relation, rows.get(relation) ?? null))),
  )
}

async function showColumns(
  reader: TokenReader,
  context: StatementContext,
): Promise<StatementResult> {
  const before = readShowOptions(reader)
  const relations = await readRelations(reader, context)
  const options = { ...before, ...readShowOptions(reader) }
  reader.end()
  const columns = await listColumns(context, relations)
  const rows = relations.flatMap((relation) => {
    const own = columns.get(relation) ?? []
    return own
      .filter(({ name }) => options.like?.test(name) ?? true)
      .map((column): Cell[] => [
        relation.name,
        relation.schema,
        column.name,
        JSON.stringify(typeAsJson(column)),
        column.notNull ? 'NOT_NULL' : 'true',
        column.default ?? '',
        'COLUMN',
        '',
        column.comment ?? '',
        relation.database,
        '',
      ])
  })
  const names = [
    'table_name',
    'schema_name',
    'column_name',
    'data_type',
    'null?',
    'default',
    'kind',
    'expression',
    'comment',
    'database_name',
    'autoincrement',
  ]
  return tableResult(names.map(textColumn), rows.slice(0, options.limit ?? 10_000))
}

/** `IN TABLE t`, `IN VIEW v`, or a scope, as SHOW COLUMNS takes them. */
async function readRelations(
  reader: TokenReader,
  context: StatementContext,
): Promise<readonly Relation[]> {
  const start = reader.position
  if (reader.maybeWords('IN') && (reader.maybeWords('TABLE') || reader.maybeWords('VIEW'))) {
    return [await findRelation(reader.name('a table name'), context, 'Table')]
  }
  const isScope = /^(?:ACCOUNT|DATABASE|SCHEMA)$/i.test(reader.peek()?.value ?? '')
  if (reader.position > start && !isScope) {
    return [await findRelation(reader.name('a table name'), context, 'Table')]
  }
  reader.moveTo(start)
  return listRelations(context, readScope(reader, context.session))
}

async function describe(
  kind: 'Table' | 'View',
  reader: TokenReader,
  context: StatementContext,
): Promise<StatementResult> {
  const parts = reader.name(`a ${kind.toLowerCase()} name`)
  if (reader.maybeWords('TYPE')) {
    reader.symbol('=')
    reader.words('COLUMNS')
  }
  reader.end()
  const relation = await findRelation(parts, context, kind)
  const columns = await listColumns(context, [relation])
  const names = [
    'name',
    'type',
    'kind',
    'null?',
    'default',
    'primary key',
    'unique key',
    'check',
    'expression',
    'comment',
    'policy name',
    'privacy domain',
  ]
  return tableResult(
    names.map(textColumn),
    (columns.get(relation) ?? []).map((column) => [
      column.name,
      printDataType(column.type),
      'COLUMN',
      column.notNull ? 'N' : 'Y',
      column.default,
      'N',
      'N',
      null,
      null,
      column.comment,
      null,
      null,
    ]),
    STATEMENT_TYPE.describe,
  )
}

/** A type as SHOW COLUMNS writes it: `{"type":"FIXED","precision":38,"scale":0,"nullable":true}`. */
function typeAsJson({ type, notNull }: RelationColumn): object {
  const nullable = !notNull
  if (type.kind === 'NUMBER') {
    return { type: 'FIXED', precision: type.precision, scale: type.scale, nullable }
  }
  if (type.kind === 'VARCHAR') {
    const byteLength = Math.min(type.length * 4, MAX_VARCHAR_LENGTH)
    return { type: 'TEXT', length: type.length, byteLength, nullable, fixed: false }
  }
  if (type.kind === 'BINARY') {
    return { type: 'BINARY', length: type.length, byteLength: type.length, nullable, fixed: true }
  }
  if (type.kind === 'FLOAT') return { type: 'REAL', nullable }
  return { type: type.kind, ...timePrecision(type), nullable }
}

function timePrecision(type: DataType): object {
  return 'precision' in type ? { precision: 0, scale: type.precision } : {}
}
