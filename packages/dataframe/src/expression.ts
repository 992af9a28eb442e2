import type { DataType, Value } from '@spcs/sql'
import type { Plan } from './plan.ts'

/** An expression as data; a `Column` is one with methods. */
export type Expression =
  | ColumnExpression
  | StarExpression
  | LiteralExpression
  | AliasExpression
  | UnaryExpression
  | BinaryExpression
  | InExpression
  | BetweenExpression
  | CastExpression
  | CallExpression
  | CaseExpression
  | SqlExpression

export interface ColumnExpression {
  readonly kind: 'column'
  /** As stored. */
  readonly name: string
  /** The plan that it is a column of, where it was made by `dataFrame.col()`. */
  readonly of?: Plan | undefined
  /** The side of a join that it is of, once that is settled. */
  readonly side?: JoinSide | undefined
}

export type JoinSide = 'L' | 'R'

/** Every column, in `select('*')`. */
export interface StarExpression {
  readonly kind: 'star'
}

export interface LiteralExpression {
  readonly kind: 'literal'
  readonly value: Value
}

export interface AliasExpression {
  readonly kind: 'alias'
  readonly operand: Expression
  readonly name: string
}

export interface UnaryExpression {
  readonly kind: 'unary'
  readonly operator: 'NOT' | '-' | 'IS NULL' | 'IS NOT NULL'
  readonly operand: Expression
}

export type BinaryOperator =
  | '='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | 'AND'
  | 'OR'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | 'LIKE'

export interface BinaryExpression {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
}

export interface InExpression {
  readonly kind: 'in'
  readonly operand: Expression
  readonly values: readonly Expression[]
}

export interface BetweenExpression {
  readonly kind: 'between'
  readonly operand: Expression
  readonly low: Expression
  readonly high: Expression
}

export interface CastExpression {
  readonly kind: 'cast'
  readonly operand: Expression
  readonly type: DataType
}

export interface CallExpression {
  readonly kind: 'call'
  /** As stored: `['DB', 'PUBLIC', 'CONVERT_UDF']`. */
  readonly name: readonly string[]
  /** Snowflake's own, whose name stands without quotes. */
  readonly isBuiltIn: boolean
  readonly operands: readonly Expression[]
  readonly isDistinct: boolean
  /** `unknown`: it may be volatile or an aggregate, so nothing is moved across it. */
  readonly behaviour: 'pure' | 'aggregate' | 'unknown'
}

export interface CaseExpression {
  readonly kind: 'case'
  readonly branches: readonly { readonly condition: Expression; readonly value: Expression }[]
  readonly otherwise: Expression | undefined
}

/** SQL text of the user's own; what it names is not known. */
export interface SqlExpression {
  readonly kind: 'sql'
  readonly text: string
  readonly binds: readonly Value[]
}

/** The expressions that this one is directly made of. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'column':
    case 'star':
    case 'literal':
    case 'sql':
      return []
    case 'alias':
    case 'unary':
    case 'cast':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'in':
      return [expression.operand, ...expression.values]
    case 'between':
      return [expression.operand, expression.low, expression.high]
    case 'call':
      return expression.operands
    case 'case':
      return [
        ...expression.branches.flatMap(({ condition, value }) => [condition, value]),
        ...(expression.otherwise === undefined ? [] : [expression.otherwise]),
      ]
  }
}

/** True where the test holds for the expression or for anything in it. */
export function hasExpression(
  expression: Expression,
  test: (expression: Expression) => boolean,
): boolean {
  return test(expression) || operandsOf(expression).some((operand) => hasExpression(operand, test))
}

/** The names of all columns in the expression. */
export function columnNames(expression: Expression): ReadonlySet<string> {
  const names = new Set<string>()
  hasExpression(expression, (part) => {
    if (part.kind === 'column') names.add(part.name)
    return false
  })
  return names
}

/** The expression with another one in place of each of its columns. */
export function mapColumns(
  expression: Expression,
  map: (column: ColumnExpression) => Expression,
): Expression {
  const inside = (operand: Expression): Expression => mapColumns(operand, map)
  switch (expression.kind) {
    case 'column':
      return map(expression)
    case 'star':
    case 'literal':
    case 'sql':
      return expression
    case 'alias':
    case 'unary':
    case 'cast':
      return { ...expression, operand: inside(expression.operand) }
    case 'binary':
      return { ...expression, left: inside(expression.left), right: inside(expression.right) }
    case 'in':
      return {
        ...expression,
        operand: inside(expression.operand),
        values: expression.values.map(inside),
      }
    case 'between':
      return {
        ...expression,
        operand: inside(expression.operand),
        low: inside(expression.low),
        high: inside(expression.high),
      }
    case 'call':
      return { ...expression, operands: expression.operands.map(inside) }
    case 'case':
      return {
        ...expression,
        branches: expression.branches.map(({ condition, value }) => ({
          condition: inside(condition),
          value: inside(value),
        })),
        otherwise: expression.otherwise === undefined ? undefined : inside(expression.otherwise),
      }
  }
}

/** The expression without the names that were given to it. */
export function withoutAlias(expression: Expression): Expression {
  return expression.kind === 'alias' ? withoutAlias(expression.operand) : expression
}
