import { isDataFrame } from '@spcs/dataframe'
import type { Value } from '@spcs/sql'
import { CellError } from '../cell-error.ts'
import { Identifier } from './identifier.ts'

/** A statement as Snowflake takes it. */
export interface BoundStatement {
  /** With a `?` for each value. */
  readonly text: string
  readonly binds: readonly Value[]
  /** Where each piece of the template begins in the text. */
  readonly pieceStarts: readonly number[]
}

/**
 * Puts values between pieces of SQL, as binds and never as text: a list is a `?` for each of its elements, for
 * `IN (${list})`, and only what `identifier()` gives is written into the statement, quoted.
 *
 * @param names How the values are called in errors; their numbers where there are none.
 * @throws {CellError} `BIND_UNDEFINED`, `BIND_UNSUPPORTED`, `BIND_EMPTY_LIST`; `TEMPLATE_EXPECTED` for what is no template
 */
export function bindTemplate(
  pieces: readonly string[],
  values: readonly unknown[],
  names: readonly string[] = [],
): BoundStatement {
  if (!Array.isArray(pieces)) {
    throw new CellError('TEMPLATE_EXPECTED', 'Cannot run SQL: sql is called as a function', {
      hint: 'Write sql`…` with backticks, or session.sql(text).collect() for SQL in a variable',
    })
  }
  let text = ''
  const binds: Value[] = []
  const pieceStarts: number[] = []
  for (const [index, piece] of pieces.entries()) {
    pieceStarts.push(text.length)
    text += piece
    if (index >= values.length) continue
    const value = values[index]
    const name = names[index]?.trim()
    const shown = name === undefined ? `value ${index + 1}` : `\${${name}}`
    if (value instanceof Identifier) text += value.sql
    else if (Array.isArray(value)) text += bindList(value, shown, binds)
    else text += bindOne(value, shown, binds)
  }
  return { text, binds, pieceStarts }
}

function bindList(list: readonly unknown[], name: string, binds: Value[]): string {
  if (list.length === 0) {
    throw new CellError('BIND_EMPTY_LIST', `Cannot bind ${name}: the list is empty`, {
      hint: 'Leave the statement out where the list is empty, or the condition',
    })
  }
  // Indexes, as an element that was never set is undefined like any other.
  return Array.from(list, (value, index) => {
    const element = `element ${index} of ${name}`
    if (Array.isArray(value)) throw unsupported(element, 'a list inside a list')
    return bindOne(value, element, binds)
  }).join(', ')
}

function bindOne(value: unknown, name: string, binds: Value[]): string {
  if (value === undefined) {
    throw new CellError('BIND_UNDEFINED', `Cannot bind ${name}: it is undefined`, {
      hint: 'Give it a value, or null for SQL NULL',
    })
  }
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw unsupported(name, `a ${typeof value}`)
  }
  if (value instanceof Promise) throw unsupported(name, 'a promise: write await before it')
  if (value instanceof Date && Number.isNaN(value.getTime()))
    throw unsupported(name, 'an invalid Date')
  if (value instanceof Map || value instanceof Set) {
    throw unsupported(name, `a ${value.constructor.name}: spread it into a list`)
  }
  if (isDataFrame(value)) throw unsupported(name, 'a DataFrame: write its query, or its rows')
  if (!isValue(value)) throw unsupported(name, `a ${classOf(value)}`)
  binds.push(value)
  return '?'
}

/** Of an object of any other class the driver would bind what JSON has of it: nothing of a RegExp, an address in quotes. */
function isValue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (value instanceof Date || value instanceof Uint8Array) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  // Also of another realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function classOf(value: unknown): string {
  const { name = '' } =
    (value as { readonly constructor?: { readonly name?: string } }).constructor ?? {}
  return name.replace(/^_/, '') || 'value of a class'
}

function unsupported(name: string, what: string): CellError {
  return new CellError('BIND_UNSUPPORTED', `Cannot bind ${name}: it is ${what}`, {
    hint: 'Bind text, a number, a boolean, a Date, bytes, null, a plain object, or a list of these',
  })
}
