import { printIdentifier } from '@spcs/sql'
import type { QualifiedName } from '../../../catalog/resolve-name.ts'
import { printObjectComment } from '../../../engine/object-comment.ts'
import { SnowflakeError, unsupported } from '../../../snowflake-error.ts'
import { TokenReader } from '../../token-reader.ts'
import { compilationError, invalidIdentifier, tableDoesNotExist } from '../errors.ts'
import { displayName } from '../names.ts'
import { parseStatement } from '../parse.ts'
import type { Scope } from '../scope.ts'
import { needsStruct, printStoredType, type SqlType } from '../sql-type.ts'
import type { StatusPlan } from '../statement-plan.ts'
import { permanentSqlName, type Table, type TableColumn } from '../tables.ts'
import { columnComment, columnSql, type NewColumn, readColumn } from './column-definition.ts'
import { ddl } from './ddl.ts'
import { structOf } from './exact-moment.ts'
import { type Printed, quoteName, quoteText } from './printed.ts'

/** What ALTER looks up. */
export interface AlterContext {
  readonly resolve: (parts: readonly string[]) => QualifiedName
  readonly maybeTable: (name: QualifiedName) => Promise<Table | undefined>
  readonly requireOwnership: (table: Table) => void
  readonly scope: Scope
}

const DONE = 'Statement executed successfully.'

/** ALTER TABLE and ALTER VIEW, which the parser reads only in part. */
export async function planAlter(text: string, context: AlterContext): Promise<StatusPlan> {
  const reader = new TokenReader(text)
  reader.words('ALTER')
  const kind = reader.word() === 'VIEW' ? 'view' : 'table'
  const ifExists = reader.maybeWords('IF', 'EXISTS')
  const parts = reader.name('a name')
  const name = context.resolve(parts)
  const table = await context.maybeTable(name)
  if (table === undefined || table.kind !== kind) {
    if (ifExists && table === undefined) return ddl([], DONE)
    throw tableDoesNotExist(kind === 'table' ? 'Table' : 'View', displayName(parts))
  }
  context.requireOwnership(table)
  const change = await readAction(reader, table, context)
  reader.maybeSymbol(';')
  reader.end()
  const plan = ddl(change.statements, DONE)
  const { undo, renamed } = change
  return {
    ...plan,
    ...(undo === undefined ? {} : { undo }),
    ...(renamed === undefined ? {} : { renames: { table, key: renamed.key } }),
  }
}

interface Change {
  readonly statements: readonly string[]
  /** For changes that DuckDB cannot run in one transaction. */
  readonly undo?: readonly string[]
  readonly renamed?: QualifiedName
}

async function readAction(
  reader: TokenReader,
  table: Table,
  context: AlterContext,
): Promise<Change> {
  const alter = `ALTER ${table.kind.toUpperCase()} ${table.sqlName}`
  if (reader.maybeWords('RENAME', 'TO')) {
    const name = await freeName(reader, table, context)
    return { statements: [`${alter} RENAME TO ${quoteName(name.name)}`], renamed: name }
  }
  if (reader.maybeWords('SET', 'COMMENT')) {
    reader.symbol('=')
    return { statements: [commentOn(table, reader.string('a comment'))] }
  }
  if (reader.maybeWords('UNSET', 'COMMENT')) return { statements: [commentOn(table, undefined)] }
  if (table.kind === 'view')
    throw unsupported(`ALTER VIEW ${reader.peek()?.value.toUpperCase() ?? ''}`)
  if (reader.maybeWords('SWAP', 'WITH')) return swap(reader, table, context)
  if (reader.maybeWords('RENAME', 'COLUMN')) {
    const column = requireColumn(table, reader.identifier('a column'))
    reader.words('TO')
    const name = quoteName(freeColumn(table, reader.identifier('a name')))
    return { statements: [`${alter} RENAME ${quoteName(column.name)} TO ${name}`] }
  }
  if (reader.maybeWords('ADD')) return addColumns(reader, table, context)
  if (reader.maybeWords('DROP')) return { statements: dropColumns(reader, table) }
  if (reader.maybeWords('ALTER') || reader.maybeWords('MODIFY'))
    return { statements: changeColumn(reader, table, context) }
  throw unsupported(`ALTER TABLE ${reader.peek()?.value.toUpperCase() ?? ''}`)
}

function addColumns(reader: TokenReader, table: Table, { scope }: AlterContext): Change {
  for (const word of ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'FOREIGN', 'ROW', 'SEARCH']) {
    if (reader.maybeWords(word)) throw unsupported(`ALTER TABLE ADD ${word}`)
  }
  reader.maybeWords('COLUMN')
  const ifNotExists = reader.maybeWords('IF', 'NOT', 'EXISTS')
  // The parser knows column definitions best where they stand in CREATE TABLE.
  const { statement } = parseStatement(`CREATE TABLE t (${reader.rest().replace(/;\s*$/, '')})`)
  const definitions = 'CreateTable' in statement ? statement.CreateTable.columns : []
  const columns = definitions
    .map((definition) => readColumn(definition, scope))
    .filter((column) => !(ifNotExists && table.columns.some(({ name }) => name === column.name)))
  for (const column of columns) {
    freeColumn(table, column.name)
    if (column.counter !== undefined) throw unsupported('ADD COLUMN with AUTOINCREMENT')
  }
  const alter = `ALTER TABLE ${table.sqlName}`
  return {
    statements: columns.flatMap((column) => {
      const add = `${alter} ADD COLUMN ${columnSql({ ...column, notNull: false })}`
      const notNull = `${alter} ALTER COLUMN ${quoteName(column.name)} SET NOT NULL`
      return [add, ...(column.notNull ? [notNull] : []), ...columnComment(table.sqlName, column)]
    }),
    undo: columns.map((column) => `${alter} DROP COLUMN IF EXISTS ${quoteName(column.name)}`),
  }
}

function dropColumns(reader: TokenReader, table: Table): string[] {
  for (const word of [
    'CONSTRAINT',
    'PRIMARY',
    'UNIQUE',
    'FOREIGN',
    'ROW',
    'SEARCH',
    'CLUSTERING',
  ]) {
    if (reader.maybeWords(word)) throw unsupported(`ALTER TABLE DROP ${word}`)
  }
  reader.maybeWords('COLUMN')
  const ifExists = reader.maybeWords('IF', 'EXISTS')
  const names: string[] = []
  do names.push(reader.identifier('a column'))
  while (reader.maybeSymbol(','))
  return names.flatMap((name) => {
    if (ifExists && !table.columns.some((column) => column.name === name)) return []
    return [
      `ALTER TABLE ${table.sqlName} DROP COLUMN ${quoteName(requireColumn(table, name).name)}`,
    ]
  })
}

function changeColumn(reader: TokenReader, table: Table, { scope }: AlterContext): string[] {
  reader.maybeWords('COLUMN')
  const column = requireColumn(table, reader.identifier('a column'))
  const alter = `ALTER TABLE ${table.sqlName} ALTER COLUMN ${quoteName(column.name)}`
  if (reader.maybeWords('SET', 'NOT', 'NULL')) return [`${alter} SET NOT NULL`]
  if (reader.maybeWords('DROP', 'NOT', 'NULL')) return [`${alter} DROP NOT NULL`]
  if (reader.maybeWords('DROP', 'DEFAULT')) return [`${alter} DROP DEFAULT`]
  if (reader.maybeWords('COMMENT')) {
    return columnComment(table.sqlName, { ...asNew(column), comment: reader.string('a comment') })
  }
  if (!reader.maybeWords('SET', 'DATA', 'TYPE')) reader.maybeWords('TYPE')
  const { statement } = parseStatement(`CREATE TABLE t (c ${reader.rest().replace(/;\s*$/, '')})`)
  const [definition] = 'CreateTable' in statement ? statement.CreateTable.columns : []
  if (definition === undefined) throw unsupported('ALTER COLUMN of this form')
  const { type } = readColumn(definition, scope)
  if (type.kind !== column.type.kind) {
    throw compilationError(
      '001420',
      '42601',
      `cannot change column ${printIdentifier(column.name)} from type ${column.type.kind} to ${type.kind}`,
      undefined,
    )
  }
  return [
    `${alter} SET DATA TYPE ${printStoredType(type)}${printConversion(column, type)}`,
    `COMMENT ON COLUMN ${table.sqlName}.${quoteName(column.name)} IS NULL`,
    ...columnComment(table.sqlName, { ...asNew(column), type }),
  ]
}

/** What DuckDB cannot convert by itself: moments into structs, and back. */
function printConversion(column: TableColumn, type: SqlType): string {
  const isStruct = needsStruct(type)
  if (isStruct === column.isStruct) return ''
  const name = quoteName(column.name)
  const value: Printed = { sql: name, type, rounds: 0, volatile: false }
  return ` USING ${isStruct ? structOf(value) : `${name}['at']`}`
}

async function swap(reader: TokenReader, table: Table, context: AlterContext): Promise<Change> {
  const parts = reader.name('a table')
  const other = await context.maybeTable(context.resolve(parts))
  if (other === undefined || other.kind !== 'table') {
    throw tableDoesNotExist('Table', displayName(parts))
  }
  const [a, b] = [table.name, other.name]
  if (a.database !== b.database || a.schema !== b.schema || table.temporary || other.temporary) {
    throw unsupported('SWAP WITH of tables in different schemas, or temporary ones')
  }
  const aside = { ...a, name: 'SF$SWAPPED' }
  const rename = (from: QualifiedName, to: QualifiedName): string =>
    `ALTER TABLE ${permanentSqlName(from)} RENAME TO ${quoteName(to.name)}`
  return { statements: [rename(a, aside), rename(b, a), rename(aside, b)] }
}

async function freeName(
  reader: TokenReader,
  table: Table,
  context: AlterContext,
): Promise<QualifiedName> {
  const name = context.resolve(reader.name('a name'))
  if (table.temporary) throw unsupported('RENAME TO of a temporary table')
  if (name.database !== table.name.database || name.schema !== table.name.schema) {
    throw unsupported('RENAME TO another schema')
  }
  if ((await context.maybeTable(name)) !== undefined) {
    throw new SnowflakeError(
      '002002',
      '42710',
      `SQL compilation error:\nObject '${name.key}' already exists.`,
    )
  }
  return name
}

function commentOn(table: Table, text: string | undefined): string {
  const { comment: _, ...rest } = table.comment
  const comment = text === undefined ? rest : { ...rest, comment: text }
  return `COMMENT ON ${table.kind.toUpperCase()} ${table.sqlName} IS ${quoteText(printObjectComment(comment))}`
}

function requireColumn(table: Table, name: string): TableColumn {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (column === undefined) throw invalidIdentifier(name, undefined)
  return column
}

/** @throws {SnowflakeError} 001430 when the table has such a column. */
function freeColumn(table: Table, name: string): string {
  const taken = table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase())
  if (taken === undefined) return name
  if (taken.name !== name) throw unsupported(`columns whose names differ in case alone ('${name}')`)
  throw new SnowflakeError(
    '001430',
    '42601',
    `SQL compilation error:\ncolumn '${name}' already exists`,
  )
}

function asNew(column: TableColumn): NewColumn {
  return {
    name: column.name,
    type: column.type,
    notNull: column.notNull,
    default: column.default ?? undefined,
    comment: column.comment.comment,
    counter: undefined,
  }
}
