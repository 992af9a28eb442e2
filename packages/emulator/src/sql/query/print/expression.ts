import { unsupported } from '../../../snowflake-error.ts'
import {
  type Expression,
  type ExpressionKinds,
  type Ident,
  type JsonPathPart,
  kindOf,
} from '../ast.ts'
import { readDateUnit } from '../date-unit.ts'
import { compilationError } from '../errors.ts'
import { BARE_FUNCTIONS } from '../functions/context.ts'
import { datePart } from '../functions/date.ts'
import { FUNCTIONS } from '../functions/functions.ts'
import { arrayConstruct, getItem, objectFromPairs } from '../functions/semi-structured.ts'
import { storedName } from '../names.ts'
import { innerScope, resolveColumn, type Scope, waiting } from '../scope.ts'
import { isSemiStructured, TIMESTAMP_NTZ, VARCHAR, VARIANT } from '../sql-type.ts'
import { castTo, comparable, printSqlType, toBoolean, toText, tryCastTo, unify } from './cast.ts'
import { readDataType } from './data-type.ts'
import { printFunctionCall } from './function-call.ts'
import { type PathStep, printJsonPath } from './json-path.ts'
import { printLiteral, printText } from './literal.ts'
import { columnOfQuery } from './relation.ts'
import { printBinary, printUnary } from './operator.ts'
import {
  printBetween,
  printDistinct,
  printExists,
  printIn,
  printInSubquery,
  printIs,
  printLike,
  printRlike,
} from './predicate.ts'
import { compose, evaluatedOnce, type Printed, printedLiteral } from './printed.ts'

/**
 * Prints an expression for DuckDB.
 *
 * @throws {SnowflakeError} 000904 for unknown names, 002140 for unknown functions, 000002 for what is not supported.
 */
export function printExpression(node: Expression, scope: Scope): Printed {
  const [kind, content] = kindOf(node)
  const print = PRINTERS[kind as keyof ExpressionKinds] as
    | ((content: unknown, scope: Scope) => Printed)
    | undefined
  if (print === undefined) throw unsupported(`expression ${kind}`)
  return print(content, scope)
}

type Printers = {
  readonly [K in keyof ExpressionKinds]?: (content: ExpressionKinds[K], scope: Scope) => Printed
}

const PRINTERS: Printers = {
  Identifier: printIdentifier,
  CompoundIdentifier: resolveColumn,
  Value: printLiteral,
  Nested: printExpression,
  BinaryOp: printBinary,
  UnaryOp: printUnary,
  IsNull: (node, scope) => printIs(node, 'NULL', scope),
  IsNotNull: (node, scope) => printIs(node, 'NOT NULL', scope),
  IsTrue: (node, scope) => printIs(node, 'TRUE', scope),
  IsNotTrue: (node, scope) => printIs(node, 'NOT TRUE', scope),
  IsFalse: (node, scope) => printIs(node, 'FALSE', scope),
  IsNotFalse: (node, scope) => printIs(node, 'NOT FALSE', scope),
  IsDistinctFrom: (pair, scope) => printDistinct(pair, 'IS DISTINCT FROM', scope),
  IsNotDistinctFrom: (pair, scope) => printDistinct(pair, 'IS NOT DISTINCT FROM', scope),
  InList: printIn,
  InSubquery: printInSubquery,
  Between: printBetween,
  Like: (node, scope) => printLike(node, scope, 'LIKE'),
  ILike: (node, scope) => printLike(node, scope, 'ILIKE'),
  RLike: printRlike,
  Case: printCase,
  Cast: printCast,
  TypedString: (node, scope) =>
    castTo(printLiteral(node.value, scope), readDataType(node.data_type)),
  AtTimeZone: (node, scope) => {
    const parts = [
      printExpression(node.timestamp, scope),
      toText(printExpression(node.time_zone, scope)),
    ]
    return compose(TIMESTAMP_NTZ, parts, (x, zone) => `(${x} AT TIME ZONE ${zone})`)
  },
  Extract: (node, scope) =>
    datePart(readDateUnit(fieldName(node.field)), printExpression(node.expr, scope)),
  Ceil: (node, scope) => printRounding('CEIL', node, scope),
  Floor: (node, scope) => printRounding('FLOOR', node, scope),
  Position: (node, scope) => printNamed('POSITION', [node.expr, node.in], scope),
  Substring: (node, scope) =>
    printNamed(
      'SUBSTRING',
      [node.expr, node.substring_from, node.substring_for].filter((part) => part !== undefined),
      scope,
    ),
  Trim: printTrim,
  Function: printFunctionCall,
  Subquery: (node, scope) => {
    const query = scope.statement.query(node, { ...innerScope(scope), exact: true })
    const [column] = query.columns
    if (column === undefined || query.columns.length > 1) {
      throw compilationError(
        '002057',
        '42601',
        'Invalid number of columns in a scalar subquery',
        undefined,
      )
    }
    const { sql, exact } = columnOfQuery(column, `(${query.sql})`)
    return {
      sql,
      exact,
      type: column.type,
      rounds: query.rounds,
      volatile: query.rounds > 0,
    }
  },
  Exists: printExists,
  JsonAccess: (node, scope) => printPath(printExpression(node.value, scope), node.path.path, scope),
  CompoundFieldAccess: (node, scope) =>
    node.access_chain.reduce(
      (value, step) => {
        if ('Dot' in step) throw unsupported('a field after a dot')
        return getItem(value, printExpression(step.Subscript.Index.index, scope))
      },
      printExpression(node.root, scope),
    ),
  Array: (node, scope) => arrayConstruct(node.elem.map((item) => printExpression(item, scope))),
  Dictionary: (node, scope) =>
    objectFromPairs(
      node.map(({ key, value }) => [printText(key.value), printExpression(value, scope)]),
      true,
    ),
  Rollup: (node, scope) => printGrouping('ROLLUP', node, scope),
  Cube: (node, scope) => printGrouping('CUBE', node, scope),
  GroupingSets: (node, scope) => printGrouping('GROUPING SETS', node, scope),
}

function printIdentifier(ident: Ident, scope: Scope): Printed {
  const name = storedName(ident)
  if (ident.quote_style === undefined && BARE_FUNCTIONS.has(name)) {
    return printNamed(name, [], scope)
  }
  return resolveColumn([ident], scope)
}

function printCase(node: ExpressionKinds['Case'], scope: Scope): Printed {
  if (node.operand === undefined) return printBranches(node, undefined, scope)
  return evaluatedOnce(printExpression(node.operand, scope), (operand) =>
    printBranches(node, operand, scope),
  )
}

function printBranches(
  node: ExpressionKinds['Case'],
  operand: Printed | undefined,
  scope: Scope,
): Printed {
  let here = scope
  const tests: Printed[][] = []
  const results: Printed[] = []
  for (const { condition, result } of node.conditions) {
    const test = printExpression(condition, here)
    tests.push(operand === undefined ? [toBoolean(test)] : comparable(operand, test, 'CASE'))
    here = waiting(here, Math.max(test.rounds, operand?.rounds ?? 0))
    results.push(printExpression(result, here))
  }
  if (node.else_result !== undefined) results.push(printExpression(node.else_result, here))
  const unified = unify(results, 'CASE')
  const width = operand === undefined ? 1 : 2
  const type = unified.find((result) => result.type.kind !== 'NULL')?.type ?? { kind: 'NULL' }
  return compose(type, [...tests.flat(), ...unified], (...sql) => {
    const result = (index: number): string => sql[tests.length * width + index] ?? 'NULL'
    const whens = tests.map((_, index) => {
      const [left, right] = sql.slice(index * width)
      return `WHEN ${width === 1 ? left : `${left} = ${right}`} THEN ${result(index)}`
    })
    return `CASE ${whens.join(' ')} ELSE ${result(tests.length)} END`
  })
}

function printCast(node: ExpressionKinds['Cast'], scope: Scope): Printed {
  const value = printExpression(node.expr, scope)
  const type = readDataType(node.data_type)
  if (node.kind !== 'TryCast') return castTo(value, type)
  if (value.type.kind !== 'VARCHAR' && value.type.kind !== 'NULL') {
    throw compilationError(
      '001065',
      '22023',
      `Function TRY_CAST cannot be used with arguments of types ${printSqlType(value.type)} and ${printSqlType(type)}`,
      undefined,
    )
  }
  return tryCastTo(value, type)
}

/** `v:a.b[0]`, `v['a']`, `v[n]`. */
function printPath(value: Printed, path: readonly JsonPathPart[], scope: Scope): Printed {
  let result = value
  let steps: PathStep[] = []
  const follow = (): void => {
    if (steps.length === 0) return
    if (!isSemiStructured(result.type) && result.type.kind !== 'NULL') {
      throw compilationError(
        '001044',
        '42P13',
        `Invalid argument types for function 'GET': (${printSqlType(result.type)}, ${printSqlType(VARCHAR)})`,
        undefined,
      )
    }
    const printed = printJsonPath(steps)
    result = compose(VARIANT, [castTo(result, VARIANT)], (x) => `json_extract(${x}, ${printed})`)
    steps = []
  }
  for (const part of path) {
    if ('Dot' in part) {
      steps.push(part.Dot.key)
      continue
    }
    const key = printExpression(part.Bracket.key, scope)
    const { literal } = key
    if (typeof literal === 'string' || (typeof literal === 'number' && literal >= 0)) {
      steps.push(literal)
      continue
    }
    follow()
    result = getItem(result, key)
  }
  follow()
  return result
}

function printRounding(name: string, node: ExpressionKinds['Ceil'], scope: Scope): Printed {
  if ('Scale' in node.field)
    return printNamed(name, [node.expr, { Value: node.field.Scale }], scope)
  if (node.field.DateTimeField !== 'NoDateTime') throw unsupported(`${name} TO`)
  return printNamed(name, [node.expr], scope)
}

function printTrim(node: ExpressionKinds['Trim'], scope: Scope): Printed {
  const names = { Both: 'TRIM', Leading: 'LTRIM', Trailing: 'RTRIM' }
  const set = node.trim_what === undefined ? (node.trim_characters ?? []) : [node.trim_what]
  return printNamed(names[node.trim_where ?? 'Both'], [node.expr, ...set], scope)
}

/** A function that the parser has a syntax node for, as the call that it is. */
function printNamed(name: string, args: readonly Expression[], scope: Scope): Printed {
  const printer = FUNCTIONS[name]
  if (printer === undefined) throw unsupported(name)
  return printer({
    name,
    scope,
    args: args.map((arg) => printExpression(arg, scope)),
    node: {
      name: [{ Identifier: { value: name, quote_style: undefined } }],
      args: {
        List: {
          duplicate_treatment: undefined,
          args: args.map((arg) => ({ Unnamed: { Expr: arg } })),
          clauses: [],
        },
      },
      filter: undefined,
      null_treatment: undefined,
      over: undefined,
      within_group: [],
    },
  })
}

function printGrouping(
  name: string,
  sets: readonly (readonly Expression[])[],
  scope: Scope,
): Printed {
  const printed = sets.map((set) => set.map((item) => printExpression(item, scope)))
  const sql = printed.map((set) => `(${set.map((item) => item.sql).join(', ')})`)
  return {
    ...printedLiteral(`${name} (${sql.join(', ')})`, VARCHAR, null),
    rounds: Math.max(0, ...printed.flat().map((item) => item.rounds)),
  }
}

function fieldName(field: string | Readonly<Record<string, unknown>>): string {
  const [kind, content] = kindOf(field)
  if (kind === 'Custom') return (content as Ident).value
  return kind
}
