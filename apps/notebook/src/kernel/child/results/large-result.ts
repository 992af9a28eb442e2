import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { inspect } from 'node:util'
import type { ResultColumn, Value } from '@spcs/sql'
import { CellError } from '../cell-error.ts'
import { DISPLAY } from '../display.ts'
import { RESULT_MIME, type ResultBundle, type ResultRow } from '../../../results/result.ts'
import type { MimeBundle } from '../../kernel.ts'
import { readText } from './read-text.ts'
import { linkResultFile } from './result-file.ts'

/**
 * The rows of a result that is too large for an array: they lie in a file, and are read when they are asked for, by
 * `for await (const row of result)` or, all of them, by `await result.toArray()`. Times are plain Dates here, of
 * milliseconds.
 */
export class LargeResult {
  readonly rowCount: number
  readonly columns: readonly ResultColumn[]
  readonly queryId: string | null
  readonly #path: string
  readonly #bundle: ResultBundle

  constructor(path: string, bundle: ResultBundle) {
    this.#path = path
    this.#bundle = bundle
    this.columns = bundle.columns
    this.rowCount = bundle.rowCount
    this.queryId = bundle.queryId
  }

  /** @throws {CellError} `RESULT_GONE` once its file is not there any more. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Record<string, Value>> {
    // It is there since the statement ran: nothing is loaded for it.
    const { parseVariant } = await import('@spcs/session')
    const input = createReadStream(this.#path)
    try {
      for await (const line of createInterface({ input })) {
        yield this.#toObject(JSON.parse(line) as ResultRow, parseVariant)
      }
    } catch (error) {
      throw rowsGone(error)
    } finally {
      input.destroy()
    }
  }

  async toArray(): Promise<Record<string, Value>[]> {
    const rows: Record<string, Value>[] = []
    for await (const row of this) rows.push(row)
    return rows
  }

  /** Its grid once more, under an id of its own: each output keeps its own rows. */
  [DISPLAY](): MimeBundle {
    try {
      const resultId = linkResultFile(this.#path)
      return { [RESULT_MIME]: { ...this.#bundle, resultId }, 'text/plain': inspect(this) }
    } catch (error) {
      throw rowsGone(error)
    }
  }

  [inspect.custom](): string {
    const names = this.columns.map(({ name }) => name).join(', ')
    return `LargeResult { ${this.rowCount} rows of ${names} }`
  }

  #toObject(row: ResultRow, parseVariant: (text: string) => Value): Record<string, Value> {
    const object: Record<string, Value> = {}
    for (const [index, { name, type }] of this.columns.entries()) {
      object[name] = readText(row[index] ?? null, type, parseVariant)
    }
    return object
  }
}

function rowsGone(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error
  return new CellError('RESULT_GONE', 'Cannot read result: its rows are not here any more', {
    hint: 'Run its cell again',
    cause: error,
  })
}
