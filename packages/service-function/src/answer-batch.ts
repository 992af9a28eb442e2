import type { ServiceFunction } from './define-service-function.ts'
import { ServiceFunctionError } from './errors.ts'
import { quoteValue } from './quote-value.ts'
import { type Row, rowReader } from './row-reader.ts'
import { codecOf } from './value-codec.ts'

/** Computes the answer's body, `{"data": [[0, result], ...]}`, of a batch's unchecked rows. */
export type BatchAnswerer = (rows: readonly unknown[]) => Promise<string>

/**
 * What answers the batches of a service function: same rows, same order, same row numbers.
 * Scalar handlers run one after another; checks, calls and results are one pass, in the parsed rows.
 *
 * The answerer throws a {@link ServiceFunctionError} when a row, a result or the handler is at fault.
 */
export function batchAnswerer(definition: ServiceFunction): BatchAnswerer {
  return definition.vectorized ? vectorizedAnswerer(definition) : scalarAnswerer(definition)
}

function scalarAnswerer(definition: ServiceFunction): BatchAnswerer {
  const readRow = rowReader(definition)
  const callHandler = rowCaller(definition)
  const encode = resultEncoder(definition)
  const skipsNulls = definition.nullHandling === 'returns-null-on-null-input'

  return async (rows) => {
    let index = 0
    for (const candidate of rows) {
      const row = readRow(candidate, index)
      index += 1
      let result: unknown = null
      if (!(skipsNulls && hasNull(row))) {
        try {
          result = callHandler(row)
          // Awaiting plain results too would cost most of a synchronous handler's time.
          if (isPromiseLike(result)) result = await result
        } catch (cause) {
          throw handlerFailed(definition, cause, row[0])
        }
      }
      answerRow(row, encode(result, row[0]))
    }
    return JSON.stringify({ data: rows })
  }
}

function vectorizedAnswerer(definition: ServiceFunction): BatchAnswerer {
  const readRow = rowReader(definition)
  const { handler } = definition
  const encode = resultEncoder(definition)
  const skipsNulls = definition.nullHandling === 'returns-null-on-null-input'

  return async (candidates) => {
    const rows = candidates.map(readRow)
    const called = skipsNulls ? rows.filter((row) => !hasNull(row)) : rows
    const columns = definition.arguments.map((_, index) => called.map((row) => row[index + 1]))
    let results: unknown = []
    if (called.length > 0) {
      try {
        results = await handler(columns.length === 1 ? columns[0] : byKey(definition, columns))
      } catch (cause) {
        throw handlerFailed(definition, cause)
      }
    }
    if (!Array.isArray(results) || results.length !== called.length) {
      throw wrongColumn(definition, results, called.length)
    }
    let next = 0
    for (const row of rows) {
      const result: unknown = skipsNulls && hasNull(row) ? null : results[next++]
      answerRow(row, encode(result, row[0]))
    }
    return JSON.stringify({ data: rows })
  }
}

/** Puts the result where the arguments were: printing the parsed rows is faster than other ways. */
function answerRow(row: Row, result: unknown): void {
  row[1] = result
  row.length = 2
}

/** Calls the handler as its type promises: with nothing, with the one value, or with all by name. */
function rowCaller(definition: ServiceFunction): (row: Row) => unknown {
  const { handler } = definition
  if (definition.arguments.length === 0) return () => handler()
  if (definition.arguments.length === 1) return (row) => handler(row[1])
  return (row) => handler(byKey(definition, row.slice(1)))
}

function byKey(definition: ServiceFunction, values: readonly unknown[]): Record<string, unknown> {
  const named: Record<string, unknown> = {}
  for (const [index, { key }] of definition.arguments.entries()) named[key] = values[index]
  return named
}

function hasNull(row: Row): boolean {
  return row.includes(null, 1)
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  )
}

/** The JSON value of a result; NULL is a legal result whatever the type. */
function resultEncoder(definition: ServiceFunction): (result: unknown, row: number) => unknown {
  const { encode, expects } = codecOf(definition.returns.type)
  return (result, row) => {
    if (result === null) return null
    const encoded = encode(result)
    if (encoded !== undefined) return encoded
    throw new ServiceFunctionError(
      'RESULT_INVALID',
      `Cannot answer row ${row}: ${definition.name} computed ${quoteValue(result)}, ${definition.returns.sqlType} needs ${expects}`,
      { row, hint: `Leave the row out, or mend the handler of ${definition.name}` },
    )
  }
}

function handlerFailed(
  definition: ServiceFunction,
  cause: unknown,
  row?: number,
): ServiceFunctionError {
  const what = row === undefined ? 'batch' : `row ${row}`
  // The cause stays in the service's log: its text may hold what a SQL user must not see.
  return new ServiceFunctionError(
    'HANDLER_FAILED',
    `Cannot answer ${what}: the handler of ${definition.name} failed`,
    { row, cause, hint: 'Read the log of the service, where the error stands in full' },
  )
}

function wrongColumn(
  definition: ServiceFunction,
  results: unknown,
  expected: number,
): ServiceFunctionError {
  const got = Array.isArray(results) ? `${results.length} results` : quoteValue(results)
  return new ServiceFunctionError(
    'RESULT_INVALID',
    `Cannot answer batch: ${definition.name} computed ${got} for ${expected} rows`,
    { hint: `Mend the handler of ${definition.name}: one result a row, in row order` },
  )
}
