import { parseName, type Value } from '@spcs/sql'
import { invalidArgument } from './arguments.ts'
import {
  callOf,
  CaseColumn,
  Column,
  type ColumnOrName,
  type ColumnOrValue,
  namedExpression,
  toExpression,
} from './column.ts'
import { checkBinds } from './sql-text.ts'

/** The column of this name, read as in SQL: `col('a')` is "A", `col('"a"')` is "a". */
export function col(name: string): Column {
  return new Column(namedExpression(name))
}

/**
 * A value as a column. A Date is a TIMESTAMP_NTZ in UTC, a Uint8Array is BINARY, arrays and plain objects are ARRAY and
 * OBJECT.
 *
 * @throws {DataFrameError} `LITERAL_UNSUPPORTED` for what Snowflake has no value for.
 */
export function lit(value: Value): Column {
  return new Column(toExpression(value))
}

/** A value in SQL text of your own. It stands as it is, so never put in text that somebody else wrote: bind it to a `?`. */
export function sqlExpr(text: string, binds: readonly Value[] = []): Column {
  checkBinds(text, binds)
  return new Column({ kind: 'sql', text: text.trim(), binds })
}

/** A call of a function that somebody made, such as a service function: `callUdf('db.public.convert_udf', col('A'))`. */
export function callUdf(name: string, ...values: readonly ColumnOrValue[]): Column {
  return call(parseName(name), false, values)
}

/** A call of one of Snowflake's own functions, by its name. */
export function callFunction(name: string, ...values: readonly ColumnOrValue[]): Column {
  const parts = parseName(name)
  if (!parts.every((part) => /^[A-Z_][A-Z0-9_$]*$/.test(part))) {
    throw invalidArgument(
      `call "${name}": no function of Snowflake's own has such a name`,
      'Use callUdf() for a function with a quoted name',
    )
  }
  return call(parts, true, values)
}

function call(
  name: readonly string[],
  isBuiltIn: boolean,
  values: readonly ColumnOrValue[],
): Column {
  const operands = values.map(toExpression)
  // Nothing is known about it, so it may be volatile or an aggregate.
  return new Column({
    kind: 'call',
    name,
    isBuiltIn,
    operands,
    isDistinct: false,
    behaviour: 'unknown',
  })
}

/** The value of the first condition that is true: `when(a, 1).when(b, 2).otherwise(3)`. */
export function when(condition: ColumnOrValue, value: ColumnOrValue): CaseColumn {
  const branch = { condition: toExpression(condition), value: toExpression(value) }
  return new CaseColumn({ kind: 'case', branches: [branch], otherwise: undefined })
}

export function iff(
  condition: ColumnOrValue,
  whenTrue: ColumnOrValue,
  whenFalse: ColumnOrValue,
): Column {
  return callOf('IFF', [condition, whenTrue, whenFalse].map(toExpression))
}

/** The first of the columns that is not NULL. */
export function coalesce(...columns: readonly ColumnOrName[]): Column {
  return callOf('COALESCE', columns.map(namedExpression))
}

export function sum(column: ColumnOrName): Column {
  return aggregate('SUM', column)
}

export function avg(column: ColumnOrName): Column {
  return aggregate('AVG', column)
}

export function min(column: ColumnOrName): Column {
  return aggregate('MIN', column)
}

export function max(column: ColumnOrName): Column {
  return aggregate('MAX', column)
}

/** How many rows have a value in the column; `count('*')`: how many there are. */
export function count(column: ColumnOrName): Column {
  // Its name is Snowpark's.
  if (column === '*') return callOf('COUNT', [{ kind: 'star' }], 'aggregate').as('"COUNT(1)"')
  return aggregate('COUNT', column)
}

/** How many different values there are, or combinations of values. */
export function countDistinct(...columns: readonly ColumnOrName[]): Column {
  return callOf('COUNT', columns.map(namedExpression), 'aggregate', true)
}

function aggregate(name: string, column: ColumnOrName): Column {
  return callOf(name, [namedExpression(column)], 'aggregate')
}
