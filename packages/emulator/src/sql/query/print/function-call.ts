import { unsupported } from '../../../snowflake-error.ts'
import type { Expression, FunctionArg, FunctionCall } from '../ast.ts'
import { compilationError, unknownFunction } from '../errors.ts'
import { SEQUENTIAL_FUNCTIONS } from '../functions/conditional.ts'
import { FUNCTIONS, isWindowed } from '../functions/functions.ts'
import { displayName, storedName, storedParts } from '../names.ts'
import { type Scope, waiting } from '../scope.ts'
import { INTEGER, VARCHAR } from '../sql-type.ts'
import { NULL_LITERAL, type Printed, printedLiteral, quoteText } from './printed.ts'
import { chooseOverload, printServiceCall } from './service-call.ts'

/**
 * Prints a function call: one of our own functions, an answered `SYSTEM$…` call, or a service function.
 *
 * @throws {SnowflakeError} 002140 for a name that is none of these.
 */
export function printFunctionCall(node: FunctionCall, scope: Scope): Printed {
  const parts = storedParts(node.name)
  const name = parts.at(-1) ?? ''
  if (parts.length === 1) {
    const answer = scope.statement.systemAnswers.get(node)
    if (answer !== undefined) return printAnswer(answer)
    if (SEQUENCES.has(name)) return printSequence(scope)
    const printer = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
    if (printer !== undefined) {
      if (node.over !== undefined && !isWindowed(name)) throw unsupported(`${name}() OVER`)
      const args = printArguments(node, DATE_UNIT_FIRST.has(name), name, scope)
      return printer({ name, node, scope, args })
    }
  }
  const overloads = scope.statement.functions(parts)
  if (overloads.length === 0) throw unknownFunction(displayName(parts))
  if (node.over !== undefined) throw unsupported(`${name}() OVER`)
  const [first] = overloads
  const names = first?.arguments.map((argument) => argument.name) ?? []
  const args = argumentsInOrder(node, names).map((arg) => scope.statement.expression(arg, scope))
  return printServiceCall(chooseOverload(name, overloads, args), args, scope)
}

const SEQUENCES = new Set(['SEQ1', 'SEQ2', 'SEQ4', 'SEQ8'])

// Their first argument may be a bare word, which is no column.
const DATE_UNIT_FIRST = new Set([
  'DATEADD',
  'TIMEADD',
  'TIMESTAMPADD',
  'DATEDIFF',
  'TIMEDIFF',
  'TIMESTAMPDIFF',
  'DATE_TRUNC',
  'DATE_PART',
])
const DATE_UNIT_LAST = new Set(['LAST_DAY', 'TRUNC'])

/** The arguments of a call as expressions; a wildcard is left to the function that takes it. */
export function argumentExpressions(args: readonly FunctionArg[]): Expression[] {
  return args.flatMap((arg) => {
    const value = 'Named' in arg ? arg.Named.arg : arg.Unnamed
    return typeof value === 'object' && 'Expr' in value ? [value.Expr] : []
  })
}

function argumentList(node: FunctionCall): readonly FunctionArg[] {
  if (node.args === 'None') return []
  if ('Subquery' in node.args) throw unsupported('a query as the argument of a function')
  return node.args.List.args
}

function printArguments(
  node: FunctionCall,
  unitFirst: boolean,
  name: string,
  scope: Scope,
): Printed[] {
  const list = argumentList(node)
  if (list.some((arg) => 'Named' in arg)) throw unsupported(`named arguments of ${name}`)
  const printed: Printed[] = []
  let here = scope
  for (const [index, arg] of argumentExpressions(list).entries()) {
    const isUnit =
      'Identifier' in arg &&
      ((unitFirst && index === 0) || (DATE_UNIT_LAST.has(name) && index === 1))
    const value = isUnit ? NULL_LITERAL : scope.statement.expression(arg, here)
    if (SEQUENTIAL_FUNCTIONS.has(name)) here = waiting(here, value.rounds)
    printed.push(value)
  }
  return printed
}

/** Arguments by position or by name, in declared order. */
function argumentsInOrder(node: FunctionCall, names: readonly string[]): Expression[] {
  const list = argumentList(node)
  const expressions = argumentExpressions(list)
  if (!list.some((arg) => 'Named' in arg)) return expressions
  const byName = new Map(
    list.flatMap((arg, index) =>
      'Named' in arg ? [[storedName(arg.Named.name), expressions[index]] as const] : [],
    ),
  )
  return names.map((name) => {
    const given = byName.get(name)
    if (given !== undefined) return given
    throw compilationError('001044', '42P13', `missing argument '${name}'`, undefined)
  })
}

function printAnswer(answer: string | null): Printed {
  return answer === null
    ? printedLiteral('CAST(NULL AS VARCHAR)', VARCHAR, null)
    : printedLiteral(quoteText(answer), VARCHAR, answer)
}

/** SEQ4() and its like: rows counted from 0. */
function printSequence(scope: Scope): Printed {
  const sequence = scope.relations.find((relation) => relation.sequence !== undefined)?.sequence
  return {
    sql: sequence ?? '(row_number() OVER () - 1)',
    type: INTEGER,
    rounds: 0,
    volatile: false,
    integer: true,
  }
}
