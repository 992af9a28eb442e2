import type { ResultColumn } from '@spcs/sql'

const columnsOfResults = new WeakMap<object, readonly ResultColumn[]>()

/** Keeps in mind that a value is the result of a statement, for whoever describes it. */
export function rememberColumns(result: object, columns: readonly ResultColumn[]): void {
  columnsOfResults.set(result, columns)
}

/** The columns of a statement's result; undefined for every other value. */
export function columnsOfResult(value: unknown): readonly ResultColumn[] | undefined {
  return typeof value === 'object' && value !== null ? columnsOfResults.get(value) : undefined
}
