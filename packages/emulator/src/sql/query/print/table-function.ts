import { SnowflakeError, unsupported } from '../../../snowflake-error.ts'
import type { Expression, FunctionArg } from '../ast.ts'
import { compilationError, unknownFunction } from '../errors.ts'
import { storedName } from '../names.ts'
import type { Column, Relation, Scope } from '../scope.ts'
import { INTEGER, type SqlType, VARCHAR, VARIANT } from '../sql-type.ts'
import { castTo, toBigInt } from './cast.ts'
import { jsonPath } from './json-path.ts'
import { argumentExpressions } from './function-call.ts'
import { type Printed, quoteText } from './printed.ts'

/** A table function in FROM. */
export interface PrintedTableFunction {
  readonly sql: string
  readonly relation: Relation
  /** Of FLATTEN: the list of its rows, and the relation when each of them is called so. */
  readonly items?: { readonly sql: string; readonly relation: (item: string) => Relation }
}

/**
 * FLATTEN or GENERATOR in FROM.
 *
 * @throws {SnowflakeError} 002140 for any other table function.
 */
export function printTableFunction(
  name: string,
  args: readonly FunctionArg[],
  alias: string | undefined,
  scope: Scope,
): PrintedTableFunction {
  const given = namedArguments(args)
  if (name === 'FLATTEN') return printFlatten(given, alias, scope)
  if (name === 'GENERATOR') return printGenerator(given, alias, scope)
  if (name === 'SPLIT_TO_TABLE' || name === 'STRTOK_SPLIT_TO_TABLE' || name === 'RESULT_SCAN') {
    throw unsupported(`table function ${name}`)
  }
  throw unknownFunction(name)
}

const FLATTEN_ARGUMENTS = ['INPUT', 'PATH', 'OUTER', 'RECURSIVE', 'MODE']

/** One row for each element of an array, or member of an object. */
function printFlatten(
  given: ReadonlyMap<string, Expression>,
  alias: string | undefined,
  scope: Scope,
): PrintedTableFunction {
  for (const name of given.keys()) {
    if (!FLATTEN_ARGUMENTS.includes(name)) throw unsupported(`FLATTEN(${name})`)
  }
  const literal = (name: string): Printed['literal'] => {
    const node = given.get(name)
    return node === undefined ? undefined : scope.statement.expression(node, scope).literal
  }
  if (literal('RECURSIVE') === true) throw unsupported('FLATTEN(RECURSIVE => TRUE)')
  const node = given.get('INPUT')
  if (node === undefined) {
    throw compilationError('000938', '22023', 'missing argument INPUT of FLATTEN', undefined)
  }
  const input = castTo(scope.statement.expression(node, scope), VARIANT)
  const path = literal('PATH')
  const value =
    typeof path === 'string' ? `json_extract(${input.sql}, ${jsonPath(path)})` : input.sql
  const mode = String(literal('MODE') ?? 'BOTH').toUpperCase()
  const prefix = typeof path === 'string' ? path : ''
  const items = `sf_flatten(${value}, ${quoteText(mode)}, ${quoteText(prefix)}, ${literal('OUTER') === true})`
  const sqlName = scope.statement.uniqueName('r')
  const column = (columnName: string, sql: string, type: SqlType, integer = false): Column => ({
    name: columnName,
    sql,
    type,
    notNull: false,
    integer,
  })
  const relation = (item: string): Relation => ({
    name: alias,
    path: [],
    columns: [
      column('SEQ', '1', INTEGER, true), // DIFFERS: SEQ does not count the input's rows.
      column('KEY', `${item}.key`, VARCHAR),
      column('PATH', `${item}.path`, VARCHAR),
      column('INDEX', `${item}.index`, INTEGER, true),
      column('VALUE', `${item}.value`, VARIANT),
      column('THIS', `${item}.this`, VARIANT),
    ],
    merged: new Set(),
    rounds: input.rounds,
  })
  return {
    sql: `LATERAL (SELECT unnest(${items})) AS ${sqlName}(c0)`,
    relation: relation(`${sqlName}.c0`),
    items: { sql: items, relation },
  }
}

/** So many rows without columns; SEQ4() counts them. */
function printGenerator(
  given: ReadonlyMap<string, Expression>,
  alias: string | undefined,
  scope: Scope,
): PrintedTableFunction {
  const node = given.get('ROWCOUNT')
  if (node === undefined || given.size > 1) throw unsupported('GENERATOR without ROWCOUNT alone')
  const count = scope.statement.expression(node, scope)
  if (typeof count.literal !== 'number') {
    throw new SnowflakeError(
      '001015',
      '22023',
      'SQL compilation error:\nargument ROWCOUNT to GENERATOR needs to be constant',
    )
  }
  const sqlName = scope.statement.uniqueName('r')
  return {
    sql: `range(${toBigInt(count).sql}) AS ${sqlName}(c0)`,
    relation: {
      name: alias,
      path: [],
      columns: [],
      merged: new Set(),
      rounds: 0,
      sequence: `${sqlName}.c0`,
    },
  }
}

function namedArguments(args: readonly FunctionArg[]): Map<string, Expression> {
  const expressions = argumentExpressions(args)
  return new Map(
    args.flatMap((arg, index) => {
      const expression = expressions[index]
      if (expression === undefined) return []
      const name = 'Named' in arg ? storedName(arg.Named.name) : FLATTEN_ARGUMENTS[index]
      return name === undefined ? [] : [[name, expression] as const]
    }),
  )
}
