import { SqlError } from './errors.ts'

/** A string in single quotes, backslashes and quotes escaped: `it's` → `'it\'s'`. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/**
 * A string between dollar quotes, where nothing is escaped, for texts of many lines.
 *
 * @throws {SqlError} `LITERAL_UNSUPPORTED` when the text holds `$$`, which cannot be written inside.
 */
export function dollarQuote(text: string): string {
  if (text.includes('$$') || text.endsWith('$')) {
    throw new SqlError(
      'LITERAL_UNSUPPORTED',
      'Cannot dollar-quote text: it holds "$$" or ends in "$"',
      {
        hint: 'Use quoteLiteral() for this text',
      },
    )
  }
  return `$$${text}$$`
}
