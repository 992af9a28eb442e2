import { unsupported } from '../../../snowflake-error.ts'
import { readDateUnit } from '../date-unit.ts'
import type { BinaryOperator, Expression, ExpressionKinds } from '../ast.ts'
import { shiftMoment } from '../functions/date.ts'
import { asParameter } from '../functions/function-table.ts'
import { type Scope, waiting } from '../scope.ts'
import { BOOLEAN, INTEGER, VARCHAR } from '../sql-type.ts'
import { add, divide, modulo, multiply, negate, subtract } from './arithmetic.ts'
import { comparable, toBoolean, toNumber, toText } from './cast.ts'
import { compose, type Printed, printedLiteral } from './printed.ts'

type Operate = (left: Printed, right: Printed) => Printed

const compare =
  (sql: string): Operate =>
  (left, right) =>
    compose(BOOLEAN, comparable(left, right, sql), (a, b) => `(${a} ${sql} ${b})`)

const connect =
  (sql: string): Operate =>
  (left, right) =>
    compose(BOOLEAN, [toBoolean(left), toBoolean(right)], (a, b) => `(${a} ${sql} ${b})`)

const OPERATORS: Record<BinaryOperator, Operate> = {
  Plus: add,
  Minus: subtract,
  Multiply: multiply,
  Divide: divide,
  Modulo: modulo,
  StringConcat: (left, right) =>
    compose(VARCHAR, [toText(left), toText(right)], (a, b) => `(${a} || ${b})`),
  Gt: compare('>'),
  Lt: compare('<'),
  GtEq: compare('>='),
  LtEq: compare('<='),
  Eq: compare('='),
  NotEq: compare('<>'),
  And: connect('AND'),
  Or: connect('OR'),
}

export function printBinary(node: ExpressionKinds['BinaryOp'], scope: Scope): Printed {
  const { expression } = scope.statement
  if ('Interval' in node.right) return shiftBy(node.left, node.op, node.right.Interval, scope)
  if ('Interval' in node.left) return shiftBy(node.right, node.op, node.left.Interval, scope)
  const operate = OPERATORS[node.op] as Operate | undefined
  if (operate === undefined) throw unsupported(`operator ${JSON.stringify(node.op)}`)
  const left = expression(node.left, scope)
  const short = node.op === 'And' || node.op === 'Or'
  // What stands after AND is called for those rows only that get there.
  return operate(left, expression(node.right, short ? waiting(scope, left.rounds) : scope))
}

export function printUnary(node: ExpressionKinds['UnaryOp'], scope: Scope): Printed {
  const operand = scope.statement.expression(node.expr, scope)
  if (node.op === 'Minus') return negate(operand)
  if (node.op === 'Plus') return toNumber(operand)
  if (node.op === 'Not') return compose(BOOLEAN, [toBoolean(operand)], (x) => `(NOT ${x})`)
  throw unsupported(`operator ${node.op}`)
}

/** `moment ± INTERVAL '1 day, 2 hours'`. */
function shiftBy(
  moment: Expression,
  operator: BinaryOperator,
  interval: ExpressionKinds['Interval'],
  scope: Scope,
): Printed {
  const { value } = interval
  const literal = 'Value' in value ? value.Value.value : undefined
  if (typeof literal !== 'object' || !('SingleQuotedString' in literal)) {
    throw unsupported('INTERVAL without a text')
  }
  if (operator !== 'Plus' && operator !== 'Minus') throw unsupported('INTERVAL other than added')
  let result = asParameter(scope.statement.expression(moment, scope), 'moment')
  const unit = interval.leading_field
  for (const part of literal.SingleQuotedString.split(',')) {
    const match = /^\s*([+-]?\d+)\s*([A-Za-z]*)\s*$/.exec(part)
    if (match === null) throw unsupported(`INTERVAL '${part}'`)
    const count = Number(match[1]) * (operator === 'Minus' ? -1 : 1)
    const name = match[2] === '' ? (typeof unit === 'string' ? unit : 'second') : match[2]
    result = shiftMoment(
      readDateUnit(name),
      printedLiteral(`CAST(${count} AS BIGINT)`, INTEGER, count, { integer: true }),
      result,
    )
  }
  return result
}
