import { type DataType, printDataType } from '@spcs/sql'
import { printObjectComment } from '../../../engine/object-comment.ts'
import { unsupported } from '../../../snowflake-error.ts'
import { type ColumnDefinition, type Expression, kindOf } from '../ast.ts'
import { compilationError } from '../errors.ts'
import { contextFunctions, isClock } from '../functions/context.ts'
import { storedName, storedParts } from '../names.ts'
import type { Scope } from '../scope.ts'
import { isToldByEngine, needsStruct, printStoredType } from '../sql-type.ts'
import { storeIn } from './cast.ts'
import { readDataType } from './data-type.ts'
import { quoteName, quoteText } from './printed.ts'

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
      column = { ...column, default: printDefault(content as Expression, type, scope) }
    } else if (kind === 'Comment') column = { ...column, comment: String(content) }
    else if (kind === 'Identity') column = { ...column, counter: readCounter(content) }
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
  return `${quoteName(column.name)} ${printStoredType(column.type)}${fallback}${notNull}`
}

/** Writes down what DuckDB's type does not tell of a column. */
export function columnComment(sqlName: string, column: NewColumn): string[] {
  const told = isToldByEngine(column.type)
  if (told && column.comment === undefined) return []
  const comment = {
    ...(told ? {} : { type: printDataType(column.type) }),
    ...(column.comment === undefined ? {} : { comment: column.comment }),
  }
  return [
    `COMMENT ON COLUMN ${sqlName}.${quoteName(column.name)} IS ${quoteText(printObjectComment(comment))}`,
  ]
}

/** @throws {SnowflakeError} 002025 when two columns have one name. */
export function requireDistinct(columns: readonly NewColumn[]): void {
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

/** A default's clock is that of the INSERT, which is not known yet. */
function printDefault(node: Expression, type: DataType, scope: Scope): string {
  refuseContext(node)
  const { statement } = scope
  const later = { ...statement, session: { ...statement.session, now: undefined } }
  const given = statement.expression(node, { ...scope, statement: later })
  const value = storeIn({ type, isStruct: needsStruct(type) }, given)
  if (value.rounds > 0) throw unsupported('DEFAULT with a service function')
  return value.sql
}

/** @throws {SnowflakeError} for a function whose value would be that of the CREATE for ever. */
function refuseContext(node: unknown): void {
  if (typeof node !== 'object' || node === null) return
  if ('Function' in node) {
    const call = node.Function as { readonly name: Parameters<typeof storedParts>[0] }
    const name = storedParts(call.name).join('.')
    if (name in contextFunctions && !isClock(name)) throw unsupported(`DEFAULT ${name}()`)
  }
  for (const value of Object.values(node)) refuseContext(value)
}

function readCounter(content: unknown): readonly [number, number] {
  const numbers: number[] = []
  JSON.stringify(content, (key, value: unknown) => {
    if (key === 'Number' && Array.isArray(value)) numbers.push(Number(value[0]))
    return value
  })
  return [numbers[0] ?? 1, numbers[1] ?? 1]
}
