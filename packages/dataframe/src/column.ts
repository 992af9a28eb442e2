import { parseDataType, parseIdentifier, type Value } from '@spcs/sql'
import { invalidArgument } from './arguments.ts'
import type { BinaryOperator, CaseExpression, Expression, UnaryExpression } from './expression.ts'
import { printLiteral } from './literal.ts'
import type { SortKey } from './plan.ts'

/** Marks a Column of any copy of this package. */
const COLUMN = Symbol.for('spcs.column')

/** A column, or a value that becomes a literal: text is a text here, never a name. */
export type ColumnOrValue = Column | Literal

/** A value that Snowflake has too. */
export type Literal =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | readonly unknown[]
  | Readonly<Record<string, unknown>>

/** A column, or the name of one as typed in SQL. */
export type ColumnOrName = Column | string

/**
 * An expression over the columns of a DataFrame. Names are read as in SQL: `col('a')` is the column "A", `col('"a"')` the
 * column "a". Each method gives a new Column; what it is compared with or added to may be a Column or a plain value.
 */
export class Column {
  static {
    Object.defineProperty(this.prototype, COLUMN, { value: true })
  }

  /** The expression as data. */
  readonly expression: Expression

  constructor(expression: Expression) {
    this.expression = expression
  }

  eq(other: ColumnOrValue): Column {
    return this.#binary('=', other)
  }

  neq(other: ColumnOrValue): Column {
    return this.#binary('!=', other)
  }

  gt(other: ColumnOrValue): Column {
    return this.#binary('>', other)
  }

  gte(other: ColumnOrValue): Column {
    return this.#binary('>=', other)
  }

  lt(other: ColumnOrValue): Column {
    return this.#binary('<', other)
  }

  lte(other: ColumnOrValue): Column {
    return this.#binary('<=', other)
  }

  and(other: ColumnOrValue): Column {
    return this.#binary('AND', other)
  }

  or(other: ColumnOrValue): Column {
    return this.#binary('OR', other)
  }

  not(): Column {
    return this.#unary('NOT')
  }

  add(other: ColumnOrValue): Column {
    return this.#binary('+', other)
  }

  sub(other: ColumnOrValue): Column {
    return this.#binary('-', other)
  }

  mul(other: ColumnOrValue): Column {
    return this.#binary('*', other)
  }

  div(other: ColumnOrValue): Column {
    return this.#binary('/', other)
  }

  mod(other: ColumnOrValue): Column {
    return this.#binary('%', other)
  }

  neg(): Column {
    return this.#unary('-')
  }

  isNull(): Column {
    return this.#unary('IS NULL')
  }

  isNotNull(): Column {
    return this.#unary('IS NOT NULL')
  }

  /** True for a value of the list: `isin(1, 2)` or `isin([1, 2])`. Nothing is in an empty list. */
  isin(...values: readonly ColumnOrValue[]): Column {
    const [first] = values
    const list: readonly ColumnOrValue[] =
      values.length === 1 && Array.isArray(first) ? first : values
    return new Column({ kind: 'in', operand: this.expression, values: list.map(toExpression) })
  }

  /** True from `low` to `high`, both included. */
  between(low: ColumnOrValue, high: ColumnOrValue): Column {
    const bounds = { low: toExpression(low), high: toExpression(high) }
    return new Column({ kind: 'between', operand: this.expression, ...bounds })
  }

  /** True for text of the pattern, in which `%` is any text and `_` any character. */
  like(pattern: ColumnOrValue): Column {
    return this.#binary('LIKE', pattern)
  }

  startsWith(text: ColumnOrValue): Column {
    return this.#call('STARTSWITH', text)
  }

  endsWith(text: ColumnOrValue): Column {
    return this.#call('ENDSWITH', text)
  }

  /** A part of the text; the first character is number 1. */
  substr(start: ColumnOrValue, length?: ColumnOrValue): Column {
    return this.#call('SUBSTR', start, ...(length === undefined ? [] : [length]))
  }

  /** @param type A Snowflake data type as typed in SQL: `'NUMBER(10,2)'`. */
  cast(type: string): Column {
    return new Column({ kind: 'cast', operand: this.expression, type: parseDataType(type) })
  }

  /** Gives the column a name, read as in SQL: `as('a')` makes "A". */
  as(name: string): Column {
    return new Column({ kind: 'alias', operand: this.expression, name: parseIdentifier(name) })
  }

  /** The same as {@link as}. */
  alias(name: string): Column {
    return this.as(name)
  }

  /** From the lowest to the highest, for `sort()`; NULLs come last. */
  asc(): SortKey {
    return this.#sortKey(false, undefined)
  }

  ascNullsFirst(): SortKey {
    return this.#sortKey(false, 'first')
  }

  ascNullsLast(): SortKey {
    return this.#sortKey(false, 'last')
  }

  /** From the highest to the lowest, for `sort()`; NULLs come first. */
  desc(): SortKey {
    return this.#sortKey(true, undefined)
  }

  descNullsFirst(): SortKey {
    return this.#sortKey(true, 'first')
  }

  descNullsLast(): SortKey {
    return this.#sortKey(true, 'last')
  }

  /**
   * Refuses `col('A') + 1` and `col('A') > 1`: JavaScript would make a text or a boolean of it.
   *
   * @throws {DataFrameError} `ARGUMENT_INVALID`
   */
  [Symbol.toPrimitive](): never {
    throw invalidArgument(
      'make a number or a text of a Column: its values are known to Snowflake alone',
      "Use a method, such as col('A').add(1) or col('A').gt(1)",
    )
  }

  #binary(operator: BinaryOperator, other: ColumnOrValue): Column {
    const { expression } = this
    return new Column({ kind: 'binary', operator, left: expression, right: toExpression(other) })
  }

  #unary(operator: UnaryExpression['operator']): Column {
    return new Column({ kind: 'unary', operator, operand: this.expression })
  }

  #call(name: string, ...others: readonly ColumnOrValue[]): Column {
    return callOf(name, [this.expression, ...others.map(toExpression)])
  }

  #sortKey(isDescending: boolean, nulls: SortKey['nulls']): SortKey {
    return { kind: 'sort-key', expression: this.expression, isDescending, nulls }
  }
}

/** The column of `when()`, to which further cases can be added. */
export class CaseColumn extends Column {
  readonly #case: CaseExpression

  constructor(expression: CaseExpression) {
    super(expression)
    this.#case = expression
  }

  when(condition: ColumnOrValue, value: ColumnOrValue): CaseColumn {
    const branch = { condition: toExpression(condition), value: toExpression(value) }
    return new CaseColumn({ ...this.#case, branches: [...this.#case.branches, branch] })
  }

  /** What it is where no condition is true; NULL without this. */
  otherwise(value: ColumnOrValue): Column {
    return new Column({ ...this.#case, otherwise: toExpression(value) })
  }
}

/** A call of one of Snowflake's own functions that depends on nothing but its arguments. */
export function callOf(
  name: string,
  operands: readonly Expression[],
  behaviour: 'pure' | 'aggregate' = 'pure',
  isDistinct = false,
): Column {
  const call = { name: [name], isBuiltIn: true, operands, isDistinct, behaviour }
  return new Column({ kind: 'call', ...call })
}

/**
 * The expression of a Column, or a literal for anything else.
 *
 * @throws {DataFrameError} `LITERAL_UNSUPPORTED` for what Snowflake has no value for.
 */
export function toExpression(value: Value): Expression {
  if (isColumn(value)) return value.expression
  printLiteral(value)
  return { kind: 'literal', value }
}

/** The expression of a Column; text is refused, which could be meant as a name, as SQL or as a value. */
export function columnExpression(method: string, column: Column): Expression {
  if (isColumn(column)) return column.expression
  throw invalidArgument(
    `${method}: it is given ${describe(column)} in place of a column`,
    'Make a column of it by col(), lit() or sqlExpr()',
  )
}

/** True for a Column, also of another copy of this package: a notebook's folder may have one besides the kernel's. */
function isColumn(value: unknown): value is Column {
  return typeof value === 'object' && value !== null && COLUMN in value
}

/** The expression of a Column, or the column of this name. */
export function namedExpression(column: ColumnOrName): Expression {
  if (isColumn(column)) return column.expression
  if (typeof column !== 'string') {
    throw invalidArgument(
      `use ${describe(column)} as a column`,
      Array.isArray(column)
        ? 'Give the columns one by one: select(...list)'
        : 'Give a column or its name; lit() makes a column of a value',
    )
  }
  return column === '*' ? { kind: 'star' } : { kind: 'column', name: parseIdentifier(column) }
}

/** What kind of a value it is, for a message. */
function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** A column that is there already, or the name of one; nothing that is computed. */
export function plainColumn(method: string, column: ColumnOrName): Expression {
  const expression = namedExpression(column)
  if (expression.kind === 'column') return expression
  throw invalidArgument(`${method}: it is no plain column`, 'Give a name or col()')
}

/** A key of an order; a column alone is ascending. */
export function sortKey(key: ColumnOrName | SortKey): SortKey {
  return isSortKey(key) ? key : new Column(namedExpression(key)).asc()
}

function isSortKey(key: ColumnOrName | SortKey): key is SortKey {
  return typeof key === 'object' && key !== null && 'kind' in key && key.kind === 'sort-key'
}
