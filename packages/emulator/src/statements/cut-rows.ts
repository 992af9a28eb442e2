import type { WireRows } from '../statement-result.ts'

const MOST_ROWS = 10_000
const MOST_CHARACTERS = 8 * 1024 * 1024

/** Rows as JSON, joined by commas, in pieces that a driver takes in one go. */
export function* cutRows(
  rows: WireRows,
): Generator<{ readonly text: string; readonly rowCount: number }, void> {
  let text = ''
  let rowCount = 0
  for (const row of rows) {
    text += rowCount === 0 ? JSON.stringify(row) : `,${JSON.stringify(row)}`
    rowCount += 1
    if (rowCount < MOST_ROWS && text.length < MOST_CHARACTERS) continue
    yield { text, rowCount }
    text = ''
    rowCount = 0
  }
  if (rowCount > 0) yield { text, rowCount }
}
