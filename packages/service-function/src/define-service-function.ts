import { type DataType, parseDataType, parseIdentifier, SqlError } from '@spcs/sql'
import { CONTEXT_FUNCTIONS, type ContextFunction } from './batch-context.ts'
import { ServiceFunctionError } from './errors.ts'
import type { AnyHandler, ArgumentTypes, Handler, NullHandling } from './handler.ts'
import type { SqlTypeName } from './sql-type.ts'

export interface DefineServiceFunctionOptions<
  Arguments extends ArgumentTypes,
  Returns extends SqlTypeName,
  Nulls extends NullHandling,
  Vectorized extends boolean,
  Headers extends ContextFunction,
> {
  /** The function's name as typed in SQL; unquoted names fold to upper case. */
  readonly name: string
  /** Where the service answers it, and what stands behind `AS` in SQL: `/convert`. */
  readonly path: string
  readonly arguments: Arguments
  readonly returns: Returns
  /** Default `returns-null-on-null-input`. */
  readonly nullHandling?: Nulls | undefined
  /** The most rows that Snowflake may send at once; Snowflake chooses when there is no limit. */
  readonly maxBatchRows?: number | undefined
  readonly comment?: string | undefined
  /** The handler takes whole columns and returns a column; default false. */
  readonly vectorized?: Vectorized | undefined
  /** Calls of an async handler under way at once, over all batches; default 16. */
  readonly concurrency?: number | undefined
  /** Batches are answered 202 at once, and their rows when Snowflake polls: for handlers of more than a few seconds. */
  readonly longRunning?: boolean | undefined
  /** Context functions whose values Snowflake sends along; the handler finds them in `context.headers`. */
  readonly contextHeaders?: readonly Headers[] | undefined
  readonly handler: Handler<Arguments, Returns, Nulls, Vectorized, Headers>
}

/** One argument of a service function. */
export interface TypedName<Key extends string = string, SqlType extends string = string> {
  /** The name as Snowflake stores it: `TEMP_C`. */
  readonly name: string
  /** The key in the definition: `temp_c`. A handler of several arguments finds the value under it. */
  readonly key: Key
  /** The SQL type as the definition writes it. */
  readonly sqlType: SqlType
  readonly type: DataType
}

/** A checked definition: everything that the route, the SQL and a caller need to know. */
export interface ServiceFunction<
  DefinedHandler = AnyHandler,
  Argument extends TypedName = TypedName,
  Returns extends string = string,
> {
  /** The name as Snowflake stores it: `CONVERT_UDF`. */
  readonly name: string
  readonly path: string
  readonly arguments: readonly Argument[]
  readonly returns: TypedResult<Returns>
  readonly nullHandling: NullHandling
  readonly maxBatchRows: number | undefined
  readonly comment: string | undefined
  readonly vectorized: boolean
  readonly concurrency: number
  readonly longRunning: boolean
  readonly contextHeaders: readonly ContextFunction[]
  readonly handler: DefinedHandler
}

type TypedNames<Arguments> = {
  [Key in keyof Arguments & string]: TypedName<Key, Arguments[Key] & string>
}[keyof Arguments & string]

type TypedResult<SqlType extends string> = Pick<TypedName<string, SqlType>, 'sqlType' | 'type'>

/**
 * Defines a service function once, for its route, its row checks, its handler's types and its SQL.
 *
 * @throws {ServiceFunctionError} `DEFINITION_INVALID` naming what Snowflake would refuse.
 */
export function defineServiceFunction<
  const Arguments extends ArgumentTypes,
  const Returns extends SqlTypeName,
  const Nulls extends NullHandling = 'returns-null-on-null-input',
  const Vectorized extends boolean = false,
  const Headers extends ContextFunction = never,
>(
  options: DefineServiceFunctionOptions<Arguments, Returns, Nulls, Vectorized, Headers>,
): ServiceFunction<
  Handler<Arguments, Returns, Nulls, Vectorized, Headers>,
  TypedNames<Arguments>,
  Returns
> {
  const { path, maxBatchRows, vectorized = false, concurrency = DEFAULT_CONCURRENCY } = options
  const contextHeaders: readonly ContextFunction[] = options.contextHeaders ?? []
  const refuse = (state: string, hint: string, cause?: unknown): ServiceFunctionError =>
    new ServiceFunctionError(
      'DEFINITION_INVALID',
      `Cannot define service function "${options.name}": ${state}`,
      { hint, cause },
    )

  if (!ROUTE_PATH.test(path)) {
    throw refuse(`path "${path}" is not a plain URL path`, 'Use a path such as "/convert"')
  }
  if (maxBatchRows !== undefined && !(Number.isSafeInteger(maxBatchRows) && maxBatchRows > 0)) {
    throw refuse(`maxBatchRows is ${maxBatchRows}`, 'Use a whole number above 0, or leave it out')
  }
  if (vectorized && Object.keys(options.arguments).length === 0) {
    throw refuse(
      'it is vectorized without arguments, so its handler could not know the number of rows',
      'Leave "vectorized" out, or give the function an argument',
    )
  }
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw refuse(`concurrency is ${concurrency}`, 'Give a whole number of 1 or more')
  }
  const unknown = contextHeaders.find((name) => !CONTEXT_FUNCTIONS.includes(name))
  if (unknown !== undefined) {
    throw refuse(
      `contextHeaders holds "${unknown}"`,
      `Use functions that CONTEXT_HEADERS may list: ${CONTEXT_FUNCTIONS.join(', ')}`,
    )
  }
  try {
    return {
      name: parseIdentifier(options.name),
      path,
      arguments: readArguments(options.arguments, refuse),
      returns: readType(options.returns),
      nullHandling: options.nullHandling ?? 'returns-null-on-null-input',
      maxBatchRows,
      comment: options.comment,
      vectorized,
      concurrency,
      longRunning: options.longRunning ?? false,
      contextHeaders,
      handler: options.handler,
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    throw refuse(error.message, error.hint ?? 'Write it as in SQL', error)
  }
}

const DEFAULT_CONCURRENCY = 16

// Characters that a router would take for a parameter or a wildcard are left out.
const ROUTE_PATH = /^\/[\w.~/-]*$/

function readArguments<Arguments extends ArgumentTypes>(
  types: Arguments,
  refuse: (state: string, hint: string) => ServiceFunctionError,
): readonly TypedNames<Arguments>[] {
  const seen = new Set<string>()
  return Object.entries(types).map(([key, sqlType]) => {
    const name = parseIdentifier(key)
    if (seen.has(name)) {
      throw refuse(`two arguments are called ${name}`, 'Give each argument a name of its own')
    }
    seen.add(name)
    return { name, key, ...readType(sqlType) } as TypedNames<Arguments>
  })
}

function readType<SqlType extends string>(sqlType: SqlType): TypedResult<SqlType> {
  return { sqlType: sqlType.trim() as SqlType, type: parseDataType(sqlType) }
}
