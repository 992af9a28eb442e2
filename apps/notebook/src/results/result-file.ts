import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LINE_FEED, LINES_PER_STEP, LineIndex } from './line-index.ts'
import { damaged, gone } from './result-gone.ts'
import type { ResultRow } from './result.ts'

/** Bytes of rows that one answer holds; a first row that is larger alone is given all the same. */
export const MOST_WINDOW_BYTES = 16_000_000
/** Rows that lie apart are read so many at once. */
const READS_AT_ONCE = 16

/** The file of one result's rows, read by row numbers. It never changes, so what is known of it stays true. */
export class ResultFile {
  readonly path: string
  #index: LineIndex | undefined

  constructor(path: string) {
    this.path = path
  }

  /**
   * Rows that follow one another, from `offset` on: fewer than `limit` at the file's end, or where they are large.
   *
   * @throws {ServerError} `RESULT_GONE`
   */
  async window(offset: number, limit: number): Promise<readonly ResultRow[]> {
    await using handle = await this.#open()
    const index = await this.#indexTo(offset + limit)
    const window = new Window()
    let row = offset
    while (row < Math.min(offset + limit, index.rowCount) && !window.isFull) {
      const range = index.range(row, offset + limit, MOST_WINDOW_BYTES)
      const lines = await readLines(handle, range)
      const wanted = lines.slice(row - range.row, offset + limit - range.row)
      if (wanted.length === 0) throw damaged()
      for (const line of wanted) window.add(line)
      row += wanted.length
    }
    return window.rows
  }

  /**
   * The rows of these numbers, in this order; fewer where they are large.
   *
   * @throws {ServerError} `RESULT_GONE`
   */
  async rows(numbers: Uint32Array): Promise<readonly ResultRow[]> {
    await using handle = await this.#open()
    const index = await this.#indexTo(Number.POSITIVE_INFINITY)
    const window = new Window()
    for (let at = 0; at < numbers.length && !window.isFull; at += READS_AT_ONCE) {
      const some = [...numbers.subarray(at, at + READS_AT_ONCE)]
      const lines = await Promise.all(some.map((row) => readLine(handle, index, row)))
      for (const line of lines) window.add(line)
    }
    return window.rows
  }

  /** The number of rows, once the file was read to its end. */
  get rowCount(): number | undefined {
    return this.#index?.isWhole === true ? this.#index.rowCount : undefined
  }

  /** Bytes of the longest row; reads the whole file if that was not done. */
  async longestRow(): Promise<number> {
    return (await this.#indexTo(Number.POSITIVE_INFINITY)).longest
  }

  /** @throws {ServerError} `RESULT_GONE` when there is no such file, or it is not where it seems to be. */
  async check(): Promise<void> {
    await (await this.#open()).close()
  }

  /** Ends what still reads. */
  close(): void {
    this.#index?.stop()
    this.#index = undefined
  }

  /** The index, at least up to this row or the file's end. */
  async #indexTo(row: number): Promise<LineIndex> {
    this.#index ??= new LineIndex(() => this.#open())
    const index = this.#index
    try {
      await index.reaches(row)
    } catch (error) {
      this.#index = undefined
      throw error
    }
    return index
  }

  async #open(): Promise<FileHandle> {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
    let handle: FileHandle
    try {
      // Cells can write into the folder: a link must not lead out of it, and a pipe must not block.
      handle = await open(this.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    } catch (cause) {
      throw gone(cause)
    }
    const folder = dirname(this.path)
    const isOwn =
      (await handle.stat()).isFile() &&
      (await realpath(folder).catch(() => undefined)) === (await realFolder(folder))
    if (isOwn) return handle
    await handle.close()
    throw gone()
  }
}

/** Rows up to a size: what is added after one that did not fit is left out. */
class Window {
  readonly rows: ResultRow[] = []
  #bytes = 0

  get isFull(): boolean {
    return this.#bytes > MOST_WINDOW_BYTES
  }

  add(line: Buffer): void {
    this.#bytes += line.length
    if (this.rows.length === 0 || !this.isFull) this.rows.push(parseRow(line))
  }
}

/** Where the folder of one notebook's results must really be: the parent is ours, its own name no link. */
async function realFolder(folder: string): Promise<string | undefined> {
  const parent = await realpath(dirname(folder)).catch(() => undefined)
  return parent === undefined ? undefined : join(parent, basename(folder))
}

async function readLine(handle: FileHandle, index: LineIndex, row: number): Promise<Buffer> {
  const range = index.range(row, row + 1, 0)
  const line = (await readLines(handle, range))[row % LINES_PER_STEP]
  if (line === undefined) throw damaged()
  return line
}

async function readLines(
  handle: FileHandle,
  range: { readonly start: number; readonly end: number },
): Promise<Buffer[]> {
  const bytes = Buffer.allocUnsafe(range.end - range.start)
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(
      bytes,
      filled,
      bytes.length - filled,
      range.start + filled,
    )
    if (bytesRead === 0) throw damaged()
    filled += bytesRead
  }
  const lines: Buffer[] = []
  let from = 0
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
    lines.push(bytes.subarray(from, end))
    from = end + 1
  }
  return lines
}

function parseRow(line: Buffer): ResultRow {
  let row: unknown
  try {
    row = JSON.parse(line.toString())
  } catch (cause) {
    throw damaged(cause)
  }
  if (!Array.isArray(row) || !row.every((value) => value === null || typeof value === 'string')) {
    throw damaged()
  }
  return row
}
