import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { inspect } from 'node:util'
import type { ResultColumn, Value } from '@spcs/sql'
import { CellError } from '../cell-error.ts'
import { DISPLAY } from '../display.ts'
import type { ResultRow } from '../../../results/result.ts'
import type { MimeBundle } from '../../kernel.ts'
import { readText } from './read-text.ts'

export interface LargeResultParts {
  readonly path: string
  readonly columns: readonly ResultColumn[]
  readonly rowCount: number
  readonly queryId: string | null
}

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
  #shown: MimeBundle | undefined

  constructor({ path, columns, rowCount, queryId }: LargeResultParts) {
    this.#path = path
    this.columns = columns
    this.rowCount = rowCount
    this.queryId = queryId
  }

  /** @throws {CellError} `RESULT_GONE` once its file is not there any more. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Record<string, Value>> {
    const input = createReadStream(this.#path)
    try {
      for await (const line of createInterface({ input })) {
        yield this.#toObject(JSON.parse(line) as ResultRow)
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      throw new CellError('RESULT_GONE', 'Cannot read result: its rows are not here any more', {
        hint: 'Run its cell again',
        cause: error,
      })
    } finally {
      input.destroy()
    }
  }

  async toArray(): Promise<Record<string, Value>[]> {
    const rows: Record<string, Value>[] = []
    for await (const row of this) rows.push(row)
    return rows
  }

  /** As its statement has shown it. */
  showAs(shown: MimeBundle): void {
    this.#shown = shown
  }

  [DISPLAY](): MimeBundle | undefined {
    return this.#shown
  }

  [inspect.custom](): string {
    const names = this.columns.map(({ name }) => name).join(', ')
    return `LargeResult { ${this.rowCount} rows of ${names} }`
  }

  #toObject(row: ResultRow): Record<string, Value> {
    const object: Record<string, Value> = {}
    for (const [index, { name, type }] of this.columns.entries()) {
      object[name] = readText(row[index] ?? null, type)
    }
    return object
  }
}
