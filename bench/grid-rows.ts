import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import {
  FIRST_ROWS,
  RESULT_MIME,
  type ResultBundle,
  type ResultRow,
} from '@spcs/notebook/results/result'
import type { Page } from 'playwright-core'

export const BUNDLE_MIME = RESULT_MIME
export const ROW_COUNT = 1_000_000
const COLUMN_COUNT = 50
const ROWS_AT_ONCE = 10_000
/** Rows are alike but for their first value, which is their number. */
const KINDS = 97

/** What the kernel displays of the rows. */
export function rowsBundle(resultId: string): ResultBundle {
  return {
    resultId,
    columns: Array.from({ length: COLUMN_COUNT }, (_, at) => ({
      name: at === 0 ? 'ID' : `MEASURE_${at}`,
      type: at % 3 === 1 ? ('VARCHAR' as const) : ('NUMBER' as const),
      nullable: at > 0,
    })),
    rowCount: ROW_COUNT,
    firstRows: Array.from({ length: FIRST_ROWS }, (_, index) => row(index)),
    queryId: null,
    durationMs: null,
    rowsAffected: null,
    variable: null,
  }
}

/** All rows as the kernel writes them. */
export async function writeRows(file: string): Promise<void> {
  const ends = Array.from({ length: KINDS }, (_, kind) => JSON.stringify(values(kind)).slice(1))
  const output = createWriteStream(file)
  for (let first = 0; first < ROW_COUNT; first += ROWS_AT_ONCE) {
    let lines = ''
    for (let index = first; index < first + ROWS_AT_ONCE; index++) {
      lines += `["${index + 1}",${ends[index % KINDS]}\n`
    }
    if (!output.write(lines)) await once(output, 'drain')
  }
  output.end()
  await once(output, 'finish')
}

/** Milliseconds from the text of the first rows until a page has painted them as a table. */
export async function firstRowsTable(shown: Page): Promise<number> {
  return await shown.evaluate(
    async (text) => {
      const started = performance.now()
      const { columns, firstRows } = JSON.parse(text) as ResultBundle
      const table = document.createElement('table')
      const head = table.createTHead().insertRow()
      for (const { name } of columns) head.insertCell().textContent = name
      const body = table.createTBody()
      for (const each of firstRows) {
        const line = body.insertRow()
        for (const value of each) line.insertCell().textContent = value
      }
      document.body.append(table)
      await new Promise(requestAnimationFrame)
      await new Promise<void>((resolve) => {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener('message', () => resolve())
        port1.start()
        port2.postMessage(null)
      })
      return performance.now() - started
    },
    JSON.stringify(rowsBundle('table')),
  )
}

function row(index: number): ResultRow {
  return [String(index + 1), ...values(index % KINDS)]
}

/** All but the first of a row. */
function values(kind: number): ResultRow {
  return Array.from({ length: COLUMN_COUNT - 1 }, (_, at) => {
    if ((kind * (at + 1)) % 13 === 5) return null
    return at % 3 === 0
      ? `station ${(kind + at) % 31}`
      : String((kind * (at + 7) * 7_919) % 100_003)
  })
}
