import type { FileHandle } from 'node:fs/promises'
import { gone } from './result-gone.ts'

/** Every so many lines their place in the file is kept: half a megabyte for a million rows. */
export const LINES_PER_STEP = 16
const CHUNK_BYTES = 1 << 20
export const LINE_FEED = 10

interface Waiting {
  readonly row: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Where the lines of a file begin, found in one pass that starts with the first question. Who asks for the first
 * lines waits until the pass has come so far, not for its end.
 */
export class LineIndex {
  /** Where each step begins; one more when the file was read to its end. */
  #starts = new Float64Array(1024)
  #lines = 0
  #bytes = 0
  #longest = 0
  #isWhole = false
  #isStopped = false
  #error: unknown
  #waiting: Waiting[] = []

  constructor(open: () => Promise<FileHandle>) {
    void this.#read(open)
  }

  /** Lines that are known so far: all of them once the index is whole. A last line without its end is none. */
  get rowCount(): number {
    return this.#lines
  }

  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Bytes of the longest line so far. */
  get longest(): number {
    return this.#longest
  }

  /** Ends when the lines before this row are known, to the end of their step, or the file has no more. */
  reaches(row: number): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error)
    if (this.#isThere(row)) return Promise.resolve()
    return new Promise((resolve, reject) => this.#waiting.push({ row, resolve, reject }))
  }

  /**
   * The part of the file from the step of `row` to the step's end before `until`, whole steps, at most `bytes` but one
   * step at least. Rows must have been reached.
   */
  range(
    row: number,
    until: number,
    bytes: number,
  ): { readonly row: number; readonly start: number; readonly end: number } {
    const first = Math.floor(row / LINES_PER_STEP)
    const last = Math.ceil(Math.min(until, this.#lines) / LINES_PER_STEP)
    const start = this.#start(first)
    let step = first + 1
    while (step < last && this.#start(step + 1) - start <= bytes) step += 1
    return { row: first * LINES_PER_STEP, start, end: this.#start(step) }
  }

  stop(): void {
    this.#isStopped = true
  }

  #start(step: number): number {
    return step * LINES_PER_STEP >= this.#lines ? this.#bytes : (this.#starts[step] ?? 0)
  }

  #isThere(row: number): boolean {
    return this.#isWhole || Math.ceil(row / LINES_PER_STEP) * LINES_PER_STEP <= this.#lines
  }

  async #read(open: () => Promise<FileHandle>): Promise<void> {
    try {
      await using handle = await open()
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      let position = 0
      for (;;) {
        const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position)
        if (this.#isStopped) throw gone()
        if (bytesRead === 0) break
        this.#take(chunk.subarray(0, bytesRead), position)
        position += bytesRead
        this.#answer()
      }
      this.#isWhole = true
    } catch (error) {
      this.#error = error
    }
    this.#answer()
  }

  #take(chunk: Buffer, position: number): void {
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) {
      const end = position + at + 1
      this.#longest = Math.max(this.#longest, end - this.#bytes)
      this.#bytes = end
      this.#lines += 1
      if (this.#lines % LINES_PER_STEP === 0) this.#keep(this.#lines / LINES_PER_STEP, end)
    }
  }

  #keep(step: number, start: number): void {
    if (step >= this.#starts.length) {
      const larger = new Float64Array(this.#starts.length * 2)
      larger.set(this.#starts)
      this.#starts = larger
    }
    this.#starts[step] = start
  }

  #answer(): void {
    const waiting = this.#waiting
    this.#waiting = waiting.filter(({ row }) => this.#error === undefined && !this.#isThere(row))
    for (const { row, resolve, reject } of waiting) {
      if (this.#error !== undefined) reject(this.#error)
      else if (this.#isThere(row)) resolve()
    }
  }
}
