import { SqlError } from './errors.ts'

const UNQUOTED = /^[A-Za-z_][A-Za-z0-9_$]*$/
const PLAIN = /^[A-Z_][A-Z0-9_$]*$/

/** An identifier in double quotes, as stored: `say "hi"` → `"say ""hi"""`. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A stored identifier as one would type it: bare when Snowflake folds it to itself, else quoted. */
export function printIdentifier(name: string): string {
  return PLAIN.test(name) ? name : quoteIdentifier(name)
}

/** A stored dotted name as one would type it: `['DB', 'PUBLIC', 'my table']` → `DB.PUBLIC."my table"`. */
export function printName(parts: readonly string[]): string {
  return parts.map(printIdentifier).join('.')
}

/**
 * The stored form of an identifier as typed: unquoted names fold to upper case, quoted ones keep theirs.
 *
 * @throws {SqlError} `IDENTIFIER_INVALID` when the text is no single identifier.
 * @see https://docs.snowflake.com/en/sql-reference/identifiers-syntax
 */
export function parseIdentifier(text: string): string {
  const parts = parseName(text)
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  throw invalid(text, 'it has more than one part')
}

/**
 * The stored parts of a dotted name as typed: `db.public."My Table"` → `['DB', 'PUBLIC', 'My Table']`.
 *
 * @throws {SqlError} `IDENTIFIER_INVALID` when the text is no dotted name.
 */
export function parseName(text: string): string[] {
  // Plain JavaScript may give anything.
  if (typeof text !== 'string') throw invalid(String(text), 'it is no text')
  const parts: string[] = []
  let rest = text.trim()
  for (;;) {
    const match = /^(?:"((?:[^"]|"")*)"|([^".\s]+))/.exec(rest)
    if (match === null) throw invalid(text, 'a part is missing or misquoted')
    const [whole, quoted, bare] = match
    if (quoted === '') throw invalid(text, 'a quoted part is empty')
    if (bare !== undefined && !UNQUOTED.test(bare))
      throw invalid(text, `"${bare}" needs double quotes`)
    parts.push(quoted === undefined ? (bare ?? '').toUpperCase() : quoted.replaceAll('""', '"'))
    rest = rest.slice(whole.length)
    if (rest === '') return parts
    if (!rest.startsWith('.')) throw invalid(text, 'text follows the name')
    rest = rest.slice(1)
  }
}

function invalid(text: string, why: string): SqlError {
  return new SqlError('IDENTIFIER_INVALID', `Cannot read identifier "${text}": ${why}`, {
    hint: 'Use letters, digits, _ and $ after a letter or _, or put the name in double quotes',
  })
}
