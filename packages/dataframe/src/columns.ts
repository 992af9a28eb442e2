import { printIdentifier, quoteIdentifier } from '@spcs/sql'
import { DataFrameError } from './errors.ts'

/**
 * Checks that exactly one of the columns has the name, as far as they are known.
 *
 * @throws {DataFrameError} `COLUMN_UNKNOWN` with the names that there are, or `COLUMN_AMBIGUOUS`.
 */
export function checkColumn(name: string, columns: readonly string[] | undefined): void {
  if (columns === undefined) return
  const found = columns.filter((column) => column === name).length
  if (found === 1) return
  if (found > 1) throw ambiguous(name, `${found} columns have this name`)
  throw new DataFrameError(
    'COLUMN_UNKNOWN',
    `Cannot find column ${quoteIdentifier(name)}: there are ${listNames(columns)}`,
    { hint: hintFor(name, columns) },
  )
}

function hintFor(name: string, columns: readonly string[]): string {
  const similar = columns.find((column) => column.toUpperCase() === name.toUpperCase())
  if (similar !== undefined) {
    return `Use col('${printIdentifier(similar)}'): without double quotes a name is in upper case`
  }
  const isPrefixed = columns.some((column) => JOIN_PREFIX.exec(column)?.[1] === name)
  return isPrefixed
    ? `Both sides of a join have it: say whose by df.col('${printIdentifier(name)}'), or give the join an rsuffix`
    : `Use one of these names; col('a') is "A", and col('"a"') is "a"`
}

/** What a join puts before a name that both sides have. */
const JOIN_PREFIX = /^[lr]_[0-9a-z]{4,}_([\s\S]+)$/

/** The first name that comes twice. */
export function maybeDuplicate(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index)
}

export function ambiguous(name: string, why: string): DataFrameError {
  return new DataFrameError(
    'COLUMN_AMBIGUOUS',
    `Cannot tell which column ${quoteIdentifier(name)} is: ${why}`,
    { hint: 'Give the columns different names with .as(), or say whose one is meant by df.col()' },
  )
}

/** Names for a message, the first twenty of them. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).map(quoteIdentifier)
  return [...shown, ...(names.length > 20 ? [`${names.length - 20} more`] : [])].join(', ')
}
