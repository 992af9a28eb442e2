import { unsupported } from '../../../snowflake-error.ts'
import type { Expression, ExpressionKinds, LikeExpression } from '../ast.ts'
import { innerScope, type PrintedQuery, type Scope } from '../scope.ts'
import { BOOLEAN } from '../sql-type.ts'
import { castTo, comparable, commonType, toBoolean, toText } from './cast.ts'
import { compose, type Printed, quoteText } from './printed.ts'
import { castColumns } from './relation.ts'

export function printIn(node: ExpressionKinds['InList'], scope: Scope): Printed {
  const { expression } = scope.statement
  if ('Tuple' in node.expr) return printTupleIn(node, node.expr.Tuple, scope)
  const value = expression(node.expr, scope)
  const list = node.list.map((item) => expression(item, scope))
  const same = list.every((item) => item.type.kind === value.type.kind || item.type.kind === 'NULL')
  const type = same ? undefined : commonType([value, ...list], 'IN')
  const parts = [value, ...list].map((part) =>
    type === undefined || part.type.kind === 'NULL' ? part : castTo(part, type),
  )
  const not = node.negated ? 'NOT ' : ''
  return compose(BOOLEAN, parts, (x, ...items) => `(${x} ${not}IN (${items.join(', ')}))`)
}

export function printInSubquery(node: ExpressionKinds['InSubquery'], scope: Scope): Printed {
  const { expression, query } = scope.statement
  const not = node.negated ? 'NOT ' : ''
  const values = 'Tuple' in node.expr ? node.expr.Tuple : [node.expr]
  const printed = values.map((value) => expression(value, scope))
  let rows = query(node.subquery, innerScope(scope))
  if (printed.length !== rows.columns.length) {
    throw unsupported(`IN of ${printed.length} values and ${rows.columns.length} columns`)
  }
  const types = rows.columns.map((column, index) =>
    commonType([column, printed[index] as Printed], 'IN'),
  )
  rows = castColumns(rows, types, scope)
  const parts = printed.map((value, index) => castTo(value, types[index] ?? value.type))
  const result = compose(
    BOOLEAN,
    parts,
    (...sql) => `(${sql.length === 1 ? sql[0] : `(${sql.join(', ')})`} ${not}IN (${rows.sql}))`,
  )
  return { ...result, rounds: Math.max(result.rounds, rows.rounds) }
}

export function printExists(node: ExpressionKinds['Exists'], scope: Scope): Printed {
  const rows = scope.statement.query(node.subquery, innerScope(scope))
  return ofQuery(rows, `(${node.negated ? 'NOT ' : ''}EXISTS (${rows.sql}))`)
}

export function printBetween(node: ExpressionKinds['Between'], scope: Scope): Printed {
  const { expression } = scope.statement
  const parts = [node.expr, node.low, node.high].map((part) => expression(part, scope))
  const type = commonType(parts, 'BETWEEN')
  const not = node.negated ? 'NOT ' : ''
  return compose(
    BOOLEAN,
    parts.map((part) => castTo(part, type)),
    (x, low, high) => `(${x} ${not}BETWEEN ${low} AND ${high})`,
  )
}

export function printLike(node: LikeExpression, scope: Scope, operator: 'LIKE' | 'ILIKE'): Printed {
  const { expression } = scope.statement
  const value = toText(expression(node.expr, scope))
  const patterns = node.any && 'Tuple' in node.pattern ? node.pattern.Tuple : [node.pattern]
  const printed = patterns.map((pattern) => toText(expression(pattern, scope)))
  const escaped = node.escape_char?.value
  const escape =
    typeof escaped === 'object' && 'SingleQuotedString' in escaped
      ? ` ESCAPE ${quoteText(escaped.SingleQuotedString)}`
      : ''
  const not = node.negated ? 'NOT ' : ''
  return compose(
    BOOLEAN,
    [value, ...printed],
    (x, ...list) => `(${not}(${list.map((p) => `${x} ${operator} ${p}${escape}`).join(' OR ')}))`,
  )
}

export function printRlike(node: ExpressionKinds['RLike'], scope: Scope): Printed {
  const { expression } = scope.statement
  const parts = [node.expr, node.pattern].map((part) => toText(expression(part, scope)))
  const not = node.negated ? 'NOT ' : ''
  return compose(BOOLEAN, parts, (x, pattern) => `(${not}regexp_full_match(${x}, ${pattern}))`)
}

/** `x IS NULL`, `x IS NOT TRUE`, … */
export function printIs(node: Expression, what: string, scope: Scope): Printed {
  const value = scope.statement.expression(node, scope)
  const operand = what.endsWith('NULL') ? value : toBoolean(value)
  return compose(BOOLEAN, [operand], (x) => `(${x} IS ${what})`)
}

export function printDistinct(
  pair: readonly [Expression, Expression],
  operator: 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM',
  scope: Scope,
): Printed {
  const [left, right] = pair.map((part) => scope.statement.expression(part, scope)) as [
    Printed,
    Printed,
  ]
  return compose(BOOLEAN, comparable(left, right, operator), (a, b) => `(${a} ${operator} ${b})`)
}

/** `(a, b) IN ((1, 2), (3, 4))`. */
function printTupleIn(
  node: ExpressionKinds['InList'],
  left: readonly Expression[],
  scope: Scope,
): Printed {
  const alternatives = node.list.map((item): Expression => {
    if (!('Tuple' in item) || item.Tuple.length !== left.length) {
      throw unsupported('IN of tuples of different lengths')
    }
    const equals = left.map((value, index): Expression => ({
      BinaryOp: { left: value, op: 'Eq', right: item.Tuple[index] ?? value },
    }))
    return equals.reduce((a, b) => ({ BinaryOp: { left: a, op: 'And', right: b } }))
  })
  const any = alternatives.reduce((a, b) => ({ BinaryOp: { left: a, op: 'Or', right: b } }))
  const printed = scope.statement.expression(any, scope)
  return node.negated ? compose(BOOLEAN, [printed], (x) => `(NOT ${x})`) : printed
}

function ofQuery(rows: PrintedQuery, sql: string): Printed {
  return { sql, type: BOOLEAN, rounds: rows.rounds, volatile: rows.rounds > 0 }
}
