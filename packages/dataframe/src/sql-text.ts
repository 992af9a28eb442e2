import type { Value } from '@spcs/sql'
import { invalidArgument } from './arguments.ts'
import { DataFrameError } from './errors.ts'

/** Strings, quoted identifiers and comments: where no character means what it says. */
const OPAQUE =
  /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"]|"")*"|\$\$[\s\S]*?\$\$|(?:--|\/\/)[^\n]*|\/\*[\s\S]*?\*\//g

/** `?` after a name or a bracket repeats a part of a pattern (MATCH_RECOGNIZE); any other one is a bind. */
const BIND = /(?<![\w)}])\?/g

/**
 * Checks that the text has a `?` for each bind: one too few would shift every bind of the query around it.
 *
 * @throws {DataFrameError} `BIND_COUNT_WRONG`, `ARGUMENT_INVALID`
 */
export function checkBinds(text: string, binds: readonly Value[]): void {
  if (typeof text !== 'string') {
    throw invalidArgument(`use ${String(text)} as SQL: it is no text`, 'Give the SQL as a text')
  }
  const marks = withoutOpaque(text).match(BIND)?.length ?? 0
  if (marks === binds.length) return
  throw new DataFrameError(
    'BIND_COUNT_WRONG',
    `Cannot use "${shorten(text)}": it has ${count(marks, 'place')} for ${count(binds.length, 'bind')}`,
    { hint: 'Write one ? for each bind, in order' },
  )
}

/** The statement without the semicolons that end it, which would break off the query around it. */
export function withoutSemicolon(text: string): string {
  const bare = withoutOpaque(text)
  let end = bare.length
  while (end > 0 && /[;\s]/.test(bare.charAt(end - 1))) end -= 1
  const semicolon = bare.indexOf(';', end)
  return (semicolon === -1 ? text : text.slice(0, semicolon)).trim()
}

/** True for a statement that can stand in brackets inside another one. */
export function isQuery(text: string): boolean {
  return /^[\s(]*(?:select|with|values)\b/i.test(withoutOpaque(text))
}

/** True where the text ends in the middle of a line that is a comment, or might. */
export function hasLineComment(text: string): boolean {
  return (text.match(OPAQUE) ?? []).some((part) => /^(?:--|\/\/)/.test(part))
}

/** The text in one short line, for a message. */
export function shorten(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ')
  return line.length <= 60 ? line : `${line.slice(0, 57)}...`
}

/** The text with spaces in place of what is opaque, so that every other character keeps its place. */
function withoutOpaque(text: string): string {
  return text.replaceAll(OPAQUE, (part) => ' '.repeat(part.length))
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
