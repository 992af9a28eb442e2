import { DataFrameError } from './errors.ts'

/** @throws {DataFrameError} `ARGUMENT_INVALID` unless it is a whole number of rows. */
export function checkCount(method: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 0) return
  throw invalidArgument(`${method}: ${count} is no number of rows`, 'Give a whole number from 0 on')
}

export function invalidArgument(what: string, hint: string): DataFrameError {
  return new DataFrameError('ARGUMENT_INVALID', `Cannot ${what}`, { hint })
}
