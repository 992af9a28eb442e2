import { printDataType, printValue, quoteIdentifier, quoteLiteral, type Value } from '@spcs/sql'
import type { CallExpression, ColumnExpression, Expression, SqlExpression } from './expression.ts'
import { printLiteral } from './literal.ts'
import { hasLineComment } from './sql-text.ts'

/** An expression as SQL; what it binds is put at the end of `binds`, in the order of the text. */
export function printExpression(expression: Expression, binds: Value[]): string {
  return print(expression, {
    column: ({ name, side }) =>
      side === undefined ? quoteIdentifier(name) : `"${side}".${quoteIdentifier(name)}`,
    function: ({ name, isBuiltIn }) => name.map(isBuiltIn ? String : quoteIdentifier).join('.'),
    literal: (value) => {
      const literal = printLiteral(value)
      binds.push(...literal.binds)
      return literal.sql
    },
    sql: (own) => {
      binds.push(...own.binds)
      return hasLineComment(own.text) ? `${own.text}\n` : own.text
    },
  })
}

/** Snowflake's limit for identifiers. */
const MAX_NAME_LENGTH = 255

/** The name of the column that an expression makes: its own, or its text as one reads it, such as `AVG(TEMP_C)`. */
export function nameOf(expression: Expression): string {
  if (expression.kind === 'alias' || expression.kind === 'column') return expression.name
  return print(expression, {
    column: ({ name }) => name,
    function: ({ name }) => name.join('.'),
    literal: printPlainLiteral,
    sql: ({ text }) => text.toUpperCase().replaceAll('"', ''),
  }).slice(0, MAX_NAME_LENGTH)
}

/** How the leaves of an expression are written. */
interface Style {
  readonly column: (column: ColumnExpression) => string
  readonly function: (call: CallExpression) => string
  readonly literal: (value: Value) => string
  readonly sql: (expression: SqlExpression) => string
}

function print(expression: Expression, style: Style): string {
  switch (expression.kind) {
    case 'column':
      return style.column(expression)
    case 'star':
      return '*'
    case 'literal':
      return style.literal(expression.value)
    case 'sql':
      return style.sql(expression)
    case 'alias':
      return print(expression.operand, style)
    case 'unary': {
      const { operator, operand } = expression
      if (operator === 'NOT') return `NOT ${printOperand(operand, style)}`
      if (operator === '-') return `-${printOperand(operand, style)}`
      return `${printOperand(operand, style)} ${operator}`
    }
    case 'binary': {
      const left = printOperand(expression.left, style)
      return `${left} ${expression.operator} ${printOperand(expression.right, style)}`
    }
    case 'in': {
      // Nothing is in an empty list, which SQL cannot write.
      if (expression.values.length === 0) return 'FALSE'
      const operand = printOperand(expression.operand, style)
      return `${operand} IN (${printList(expression.values, style)})`
    }
    case 'between': {
      const operand = printOperand(expression.operand, style)
      const low = printOperand(expression.low, style)
      return `${operand} BETWEEN ${low} AND ${printOperand(expression.high, style)}`
    }
    case 'cast':
      return `CAST(${print(expression.operand, style)} AS ${printDataType(expression.type)})`
    case 'call':
      return printCall(expression, style)
    case 'case': {
      const branches = expression.branches.map(
        ({ condition, value }) => `WHEN ${print(condition, style)} THEN ${print(value, style)}`,
      )
      const { otherwise } = expression
      const last = otherwise === undefined ? [] : [`ELSE ${print(otherwise, style)}`]
      return ['CASE', ...branches, ...last, 'END'].join(' ')
    }
  }
}

/** What needs brackets when it stands inside another expression. */
const LOOSE = new Set<Expression['kind']>(['unary', 'binary', 'in', 'between', 'sql'])

function printOperand(expression: Expression, style: Style): string {
  if (expression.kind === 'alias') return printOperand(expression.operand, style)
  const text = print(expression, style)
  return LOOSE.has(expression.kind) ? `(${text})` : text
}

function printCall(call: CallExpression, style: Style): string {
  const distinct = call.isDistinct ? 'DISTINCT ' : ''
  return `${style.function(call)}(${distinct}${printList(call.operands, style)})`
}

function printList(expressions: readonly Expression[], style: Style): string {
  return expressions.map((expression) => print(expression, style)).join(', ')
}

function printPlainLiteral(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return quoteLiteral(value)
  return printValue(value, undefined) ?? 'NULL'
}
