import { promisify } from 'node:util'
import { gzip as gzipCallback } from 'node:zlib'
import type { Chunk, PackedRows, WireRow } from '../statement-result.ts'

const gzip = promisify(gzipCallback)
const MOST_ROWS = 10_000
const MOST_CHARACTERS = 8 * 1024 * 1024
/** So many compressions at once; a result's texts are not all in memory at the same time then. */
const CONCURRENT_GZIPS = 4

/** Rows on their way into an answer: in memory are those of the pieces that are just being made, and what they became. */
export class RowPacker {
  readonly #signal: AbortSignal | undefined
  readonly #chunks: Promise<Chunk>[] = []
  #inline: string | undefined
  #text = ''
  #rowCount = 0
  #length = 0

  /** @param signal Ends it, with its reason. */
  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /** Adds rows, in order; who gives them waits for it, and has no more made meanwhile. */
  async add(rows: Iterable<WireRow>): Promise<void> {
    for (const row of rows) {
      this.#text += this.#rowCount === 0 ? JSON.stringify(row) : `,${JSON.stringify(row)}`
      this.#rowCount += 1
      if (this.#rowCount < MOST_ROWS && this.#text.length < MOST_CHARACTERS) continue
      this.#cut()
      await this.#chunks.at(-CONCURRENT_GZIPS)
      this.#signal?.throwIfAborted()
    }
  }

  /** All of the rows; none may be added after it. */
  async end(): Promise<PackedRows> {
    if (this.#rowCount > 0) this.#cut()
    const chunks = await Promise.all(this.#chunks)
    return { kind: 'packed', inline: this.#inline ?? '', chunks, length: this.#length }
  }

  #cut(): void {
    const text = this.#text
    const rowCount = this.#rowCount
    this.#text = ''
    this.#rowCount = 0
    this.#length += rowCount
    if (this.#inline === undefined) {
      this.#inline = text
      return
    }
    const chunk = gzip(text, { level: 1 }).then((body) => {
      return { body, rowCount, uncompressedSize: Buffer.byteLength(text) }
    })
    chunk.catch(() => {}) // awaited later, perhaps after another one has failed
    this.#chunks.push(chunk)
  }
}

/** Rows that are all here, packed. */
export async function packRows(rows: Iterable<WireRow>, signal?: AbortSignal): Promise<PackedRows> {
  const packer = new RowPacker(signal)
  await packer.add(rows)
  return packer.end()
}
