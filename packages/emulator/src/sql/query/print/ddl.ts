import { type DataType, printDataType, printIdentifier } from '@spcs/sql'
import { quotedEngineSchema } from '../../../catalog/engine-schema.ts'
import type { CurrentNamespace, QualifiedName } from '../../../catalog/resolve-name.ts'
import { type ObjectComment, printObjectComment } from '../../../engine/object-comment.ts'
import { SnowflakeError, unsupported } from '../../../snowflake-error.ts'
import { STATEMENT_TYPE } from '../../../statement-result.ts'
import { type ColumnDefinition, type Expression, kindOf, type StatementKinds } from '../ast.ts'
import { compilationError, tableDoesNotExist } from '../errors.ts'
import { displayName, storedName, storedParts } from '../names.ts'
import type { PrintedQuery, Scope } from '../scope.ts'
import { isToldByEngine, printEngineType, VARCHAR } from '../sql-type.ts'
import type { ChangePlan, StatementPlan, StatusPlan } from '../statement-plan.ts'
import { permanentSqlName, type Table, temporarySqlName } from '../tables.ts'
import { assignTo, castTo } from './cast.ts'
import { readDataType } from './data-type.ts'
import { findTable } from './from.ts'
import { quoteName, quoteText } from './printed.ts'
import { relationOfQuery } from './relation.ts'

/** What DDL asks of the account: who owns what is made, and where names lead that are not there yet. */
export interface DdlContext {
  readonly owner: string
  readonly now: string
  readonly newName: (parts: readonly string[]) => QualifiedName
  /** The table or view of a name; undefined when there is none. */
  readonly maybeTable: (name: QualifiedName) => Table | undefined
}

/** A column about to be made. */
export interface NewColumn {
  readonly name: string
  readonly type: DataType
  readonly notNull: boolean
  /** In DuckDB's SQL. */
  readonly default: string | undefined
  readonly comment: string | undefined
  /** Start and step of an AUTOINCREMENT column. */
  readonly counter: readonly [start: number, step: number] | undefined
}

export function planCreateTable(
  node: StatementKinds['CreateTable'],
  scope: Scope,
  context: DdlContext,
): StatementPlan {
  if (node.external) throw unsupported('CREATE EXTERNAL TABLE')
  const name = context.newName(storedParts(node.name))
  const existing = context.maybeTable(name)
  const verdict = checkExisting(name, existing, node.or_replace, node.if_not_exists, node.temporary)
  if (verdict !== undefined) return verdict
  const sqlName = node.temporary ? temporarySqlName(name) : permanentSqlName(name)
  const drop = existing !== undefined && node.or_replace ? [dropSql(existing)] : []
  const comment = printObjectComment(
    withComment({ owner: context.owner, createdOn: context.now }, tableComment(node.table_options)),
  )
  const finish = (columns: readonly NewColumn[]): string[] => [
    `COMMENT ON TABLE ${sqlName} IS ${quoteText(comment)}`,
    ...columns.flatMap((column) => columnComment(sqlName, column)),
  ]
  const created = `Table ${printIdentifier(name.name)} successfully created.`

  const model = node.clone ?? node.like?.Plain.name
  if (model !== undefined) {
    const source = findTable(model, scope)
    if (source.kind === 'view') throw unsupported('LIKE or CLONE of a view')
    const columns = source.columns.map((column): NewColumn => ({
      name: column.name,
      type: column.type,
      notNull: column.notNull,
      default: column.default ?? undefined,
      comment: column.comment.comment,
      counter: undefined,
    }))
    const names = columns.map((column) => quoteName(column.name)).join(', ')
    const copy = `INSERT INTO ${sqlName} (${names}) SELECT ${names} FROM ${source.sqlName}`
    // The table that is replaced may be the one that is copied.
    if (drop.length > 0 && existing?.name.key === source.name.key) throw unsupported('CLONE of a table over itself')
    const copied = node.clone === undefined ? [] : [copy]
    return ddl([...drop, createSql(sqlName, columns, node.temporary), ...finish(columns), ...copied], created)
  }
  const declared = node.columns.map((column) => readColumn(column, scope))
  if (node.query !== undefined) {
    return planTableAs(sqlName, declared, scope.statement.query(node.query, scope), node.temporary, { drop, finish, created }, scope)
  }
  if (declared.length === 0) {
    throw compilationError('002105', '42601', 'CREATE TABLE without columns', undefined)
  }
  const counters = declared.flatMap((column) => counterSql(column, name, scope))
  const columns = declared.map((column) =>
    column.counter === undefined
      ? column
      : { ...column, default: `nextval(${quoteText(counterName(name, column, scope))})` },
  )
  return ddl([...drop, ...counters, createSql(sqlName, columns, node.temporary), ...finish(columns)], created)
}

/** CREATE TABLE … AS SELECT: the table is made, then filled, in one go. */
function planTableAs(
  sqlName: string,
  declared: readonly NewColumn[],
  query: PrintedQuery,
  temporary: boolean,
  parts: { drop: string[]; finish: (columns: readonly NewColumn[]) => string[]; created: string },
  scope: Scope,
): ChangePlan {
  if (declared.length > 0 && declared.length !== query.columns.length) {
    throw compilationError('002020', '21S01', 'Invalid number of columns in CREATE TABLE AS SELECT', undefined)
  }
  const columns =
    declared.length > 0
      ? declared
      : query.columns.map((column): NewColumn => ({
          name: column.name,
          type: column.type.kind === 'NULL' ? VARCHAR : column.type,
          notNull: false,
          default: undefined,
          comment: undefined,
          counter: undefined,
        }))
  requireDistinct(columns)
  const { sql, relation } = relationOfQuery(query, undefined, undefined, scope)
  const cells = relation.columns.map((column, index) =>
    assignTo(
      { sql: column.sql, type: column.type, rounds: 0, volatile: false },
      columns[index]?.type ?? column.type,
    ),
  )
  const source = `SELECT ${cells.map((cell) => cell.sql).join(', ')} FROM ${sql}`
  const statements = [...parts.drop, createSql(sqlName, columns, temporary), ...parts.finish(columns)]
  // The old table may be what the query reads: it is put aside until the new one is filled.
  const replaces = parts.drop.length > 0
  const fill = replaces
    ? [`CREATE TEMP TABLE ${NEW_ROWS} AS ${source}`, ...statements, `INSERT INTO ${sqlName} SELECT * FROM ${NEW_ROWS}`, `DROP TABLE ${NEW_ROWS}`]
    : [...statements, `INSERT INTO ${sqlName} ${source}`]
  return {
    kind: 'change',
    typeId: STATEMENT_TYPE.ddl,
    statements: fill,
    counted: fill.length - 1,
    values: [],
    rehearsal: [source],
    reply: { kind: 'status', status: parts.created },
  }
}

const NEW_ROWS = 'temp.main."SF$NEW_ROWS"'

export function planCreateView(
  node: StatementKinds['CreateView'],
  scope: Scope,
  current: CurrentNamespace,
  context: DdlContext,
): StatementPlan {
  if (node.materialized) throw unsupported('CREATE MATERIALIZED VIEW')
  const name = context.newName(storedParts(node.name))
  const existing = context.maybeTable(name)
  const verdict = checkExisting(name, existing, node.or_replace, node.if_not_exists, false)
  if (verdict !== undefined) return verdict
  const query = scope.statement.query(node.query, scope)
  if (node.columns.length > 0 && node.columns.length !== query.columns.length) {
    throw compilationError(
      '002026',
      '42601',
      `Invalid column definition list: ${node.columns.length} names for ${query.columns.length} columns`,
      undefined,
    )
  }
  const columns = query.columns.map((column, index): NewColumn => {
    const given = node.columns[index]
    return {
      name: given === undefined ? column.name : storedName(given.name),
      type: column.type.kind === 'NULL' ? VARCHAR : column.type,
      notNull: false,
      default: undefined,
      comment: undefined,
      counter: undefined,
    }
  })
  requireDistinct(columns)
  const sqlName = permanentSqlName(name)
  // The engine keeps the names and types only: the query is printed anew wherever the view is used.
  const cells = columns.map(
    (column) => `CAST(NULL AS ${printEngineType(column.type)}) AS ${quoteName(column.name)}`,
  )
  const comment = withComment(
    {
      owner: context.owner,
      createdOn: context.now,
      view: { text: viewText(scope), database: current.database, schema: current.schema },
    },
    node.comment,
  )
  return ddl(
    [
      ...(existing === undefined ? [] : [dropSql(existing)]),
      `CREATE VIEW ${sqlName} AS SELECT ${cells.join(', ')}`,
      `COMMENT ON VIEW ${sqlName} IS ${quoteText(printObjectComment(comment))}`,
      ...columns.flatMap((column) => columnComment(sqlName, column)),
    ],
    `View ${printIdentifier(name.name)} successfully created.`,
  )
}

/** The query of a CREATE VIEW as typed: what stands after its first AS outside of parentheses. */
function viewText(scope: Scope): string {
  return scope.source.afterWord('AS')
}

export function planDrop(
  node: StatementKinds['Drop'],
  resolve: (parts: readonly string[]) => QualifiedName,
  maybeTable: (name: QualifiedName) => Table | undefined,
): StatusPlan {
  const kind = node.object_type === 'Table' ? 'table' : 'view'
  if (!['Table', 'View'].includes(node.object_type)) {
    throw unsupported(`DROP ${node.object_type.toUpperCase()}`)
  }
  const [first] = node.names
  if (first === undefined || node.names.length > 1) throw unsupported('DROP of several objects')
  const parts = storedParts(first)
  const name = resolve(parts)
  const table = maybeTable(name)
  if (table === undefined) {
    if (node.if_exists) {
      return ddl([], `Drop statement executed successfully (${printIdentifier(name.name)} already dropped).`)
    }
    throw tableDoesNotExist(kind === 'table' ? 'Table' : 'View', displayName(parts))
  }
  if (table.kind !== kind) {
    throw compilationError(
      '001998',
      '42601',
      `Object found is of type '${table.kind.toUpperCase()}', not specified type '${kind.toUpperCase()}'.`,
      undefined,
    )
  }
  return ddl([dropSql(table)], `${printIdentifier(name.name)} successfully dropped.`)
}

export function planTruncate(
  node: StatementKinds['Truncate'],
  resolve: (parts: readonly string[]) => QualifiedName,
  maybeTable: (name: QualifiedName) => Table | undefined,
): StatusPlan {
  const [first] = node.table_names
  if (first === undefined) throw unsupported('TRUNCATE of nothing')
  const parts = storedParts(first.name)
  const table = maybeTable(resolve(parts))
  if (table !== undefined && table.kind === 'table') {
    return ddl([`DELETE FROM ${table.sqlName}`], 'Statement executed successfully.')
  }
  if (node.if_exists) return ddl([], 'Statement executed successfully.')
  throw tableDoesNotExist('Table', displayName(parts))
}

/** One answer line, and what has to be run for it. */
export function ddl(statements: readonly string[], status: string): StatusPlan {
  return { kind: 'status', typeId: STATEMENT_TYPE.ddl, statements, status }
}

export function dropSql(table: Table): string {
  return `DROP ${table.kind === 'view' ? 'VIEW' : 'TABLE'} ${table.sqlName}`
}

/** The definition of a column in CREATE TABLE and ADD COLUMN. */
export function readColumn(node: ColumnDefinition, scope: Scope): NewColumn {
  const type = readDataType(node.data_type)
  let column: NewColumn = {
    name: storedName(node.name),
    type,
    notNull: false,
    default: undefined,
    comment: undefined,
    counter: undefined,
  }
  for (const { option } of node.options) {
    const [kind, content] = kindOf(option)
    if (kind === 'NotNull' || kind === 'PrimaryKey') column = { ...column, notNull: true }
    else if (kind === 'Default') {
      const value = castTo(scope.statement.expression(content as Expression, scope), type)
      column = { ...column, default: value.sql }
    } else if (kind === 'Comment') column = { ...column, comment: String(content) }
    else if (kind === 'Identity') column = { ...column, counter: readCounter(content), notNull: false }
    // Snowflake keeps these constraints without enforcing them.
    else if (!['Null', 'Unique', 'ForeignKey', 'Collation'].includes(kind)) {
      throw unsupported(`column option ${kind}`)
    }
  }
  return column
}

export function columnSql(column: NewColumn): string {
  const notNull = column.notNull ? ' NOT NULL' : ''
  const fallback = column.default === undefined ? '' : ` DEFAULT ${column.default}`
  return `${quoteName(column.name)} ${printEngineType(column.type)}${fallback}${notNull}`
}

/** Writes down what DuckDB's type does not tell of a column. */
export function columnComment(sqlName: string, column: NewColumn): string[] {
  const told = isToldByEngine(column.type)
  if (told && column.comment === undefined) return []
  const comment = withComment(told ? {} : { type: printDataType(column.type) }, column.comment)
  return [
    `COMMENT ON COLUMN ${sqlName}.${quoteName(column.name)} IS ${quoteText(printObjectComment(comment))}`,
  ]
}

function createSql(sqlName: string, columns: readonly NewColumn[], temporary: boolean): string {
  requireDistinct(columns)
  const definitions = columns.map(columnSql).join(', ')
  return `CREATE ${temporary ? 'TEMP ' : ''}TABLE ${sqlName} (${definitions})`
}

/** An answer without any work, an error, or undefined: go on. */
function checkExisting(
  name: QualifiedName,
  existing: Table | undefined,
  replaces: boolean,
  keeps: boolean,
  temporary: boolean,
): StatusPlan | undefined {
  const shown = printIdentifier(name.name)
  if (replaces && keeps) {
    throw compilationError('001424', '42601', 'options IF NOT EXISTS and OR REPLACE are incompatible.', undefined)
  }
  if (existing === undefined || replaces) return undefined
  // A temporary table hides a permanent one of its name.
  if (temporary && !existing.temporary) return undefined
  if (keeps) return ddl([], `${shown} already exists, statement succeeded.`)
  throw new SnowflakeError('002002', '42710', `SQL compilation error:\nObject '${name.key}' already exists.`)
}

function requireDistinct(columns: readonly NewColumn[]): void {
  const seen = new Set<string>()
  for (const { name } of columns) {
    if (seen.has(name)) {
      throw compilationError('002025', '42S21', `duplicate column name '${name}'`, undefined)
    }
    seen.add(name)
    // DuckDB cannot hold two columns whose names differ in case alone.
    if ([...seen].some((other) => other !== name && other.toLowerCase() === name.toLowerCase())) {
      throw unsupported(`columns whose names differ in case alone ('${name}')`)
    }
  }
}

function withComment(comment: ObjectComment, text: string | undefined): ObjectComment {
  return text === undefined || text === '' ? comment : { ...comment, comment: text }
}

function tableComment(options: unknown): string | undefined {
  const text = JSON.stringify(options)
  const match = /"Comment":\{"(?:WithEq|WithoutEq)":("(?:[^"\\]|\\.)*")/.exec(text ?? '')
  return match?.[1] === undefined ? undefined : (JSON.parse(match[1]) as string)
}

function readCounter(content: unknown): readonly [number, number] {
  const numbers: number[] = []
  JSON.stringify(content, (key, value: unknown) => {
    if (key === 'Number' && Array.isArray(value)) numbers.push(Number(value[0]))
    return value
  })
  return [numbers[0] ?? 1, numbers[1] ?? 1]
}

function counterName(name: QualifiedName, column: NewColumn, scope: Scope): string {
  // A table made anew counts anew, while the old one is still there.
  const schema = quotedEngineSchema(name.database, name.schema)
  return `${schema}.${quoteName(`${name.name}.${column.name} ${scope.statement.session.queryId}`)}`
}

function counterSql(column: NewColumn, name: QualifiedName, scope: Scope): string[] {
  if (column.counter === undefined) return []
  const [start, step] = column.counter
  return [`CREATE SEQUENCE ${counterName(name, column, scope)} START ${start} INCREMENT ${step}`]
}
