import { printJson } from '@spcs/sql'

/**
 * The request body of a batch, rows numbered from 0, broken into lines as Snowflake's own are, so that
 * a service which does not parse JSON properly is found out. Values may be bigints and `RawJson`, which have all
 * their digits.
 */
export function encodeBatch(rows: readonly (readonly unknown[])[]): string {
  let body = '{\n"data":[\n'
  for (const [index, row] of rows.entries()) {
    body += index === 0 ? `[${index}` : `\n,[${index}`
    for (const value of row) body += `,${encodeValue(value)}`
    body += ']'
  }
  return `${body}\n]\n}`
}

function encodeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    default:
      // JSON has no NaN and infinities, and Snowflake's pages do not say what it sends; a string is its habit for
      // whatever JSON cannot hold.
      return printJson(value)
  }
}
