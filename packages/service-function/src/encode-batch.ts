/**
 * The request body of a batch, rows numbered from 0, broken into lines as Snowflake's own are, so that
 * a service which does not parse JSON properly is found out.
 */
export function encodeBatch(rows: readonly (readonly unknown[])[]): string {
  const lines = rows.map((row, index) => `[${[index, ...row].map(encodeValue).join(',')}]`)
  return `{\n"data":[\n${lines.join('\n,')}\n]\n}`
}

function encodeValue(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) return encodeNonFinite(value)
  return JSON.stringify(value ?? null)
}

// JSON has no such numbers, and Snowflake's pages do not say what it sends; a string is its habit for
// whatever JSON cannot hold.
function encodeNonFinite(value: number): string {
  if (Number.isNaN(value)) return '"NaN"'
  return value > 0 ? '"inf"' : '"-inf"'
}
