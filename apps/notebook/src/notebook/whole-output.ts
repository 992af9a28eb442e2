import { existsSync } from 'node:fs'
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of printed text that are kept of one cell. */
export const MOST_WHOLE_OUTPUT = 256_000_000

/** All that the cells of one notebook print, a file each on local disk, for download. */
export class WholeOutput {
  readonly #folder: string
  readonly #most: number
  readonly #sizes = new Map<string, number>()
  #waiting: { readonly cellId: string; texts: string[]; readonly begins: boolean }[] = []
  #lag = 0
  #isWriting = false
  #onIdle: (() => void)[] = []

  constructor(folder: string, most = MOST_WHOLE_OUTPUT) {
    this.#folder = folder
    this.#most = most
  }

  /** Characters that are not on the disk yet. */
  get lag(): number {
    return this.#lag
  }

  /** A cell runs anew: what it printed before goes. */
  begin(cellId: string): void {
    this.#sizes.set(cellId, 0)
    this.#waiting.push({ cellId, texts: [], begins: true })
    void this.#write()
  }

  append(cellId: string, text: string): void {
    const size = this.#sizes.get(cellId) ?? 0
    if (size > this.#most) return
    const bytes = Buffer.byteLength(text)
    const fits = size + bytes <= this.#most
    this.#sizes.set(cellId, fits ? size + bytes : Number.POSITIVE_INFINITY)
    const kept = fits ? text : `${cut(text, this.#most - size)}\n[what came after is not kept]\n`
    const last = this.#waiting.at(-1)
    if (last?.cellId === cellId) last.texts.push(kept)
    else this.#waiting.push({ cellId, texts: [kept], begins: false })
    this.#lag += kept.length
    void this.#write()
  }

  /** The file of a cell that has printed something. */
  path(cellId: string): string | undefined {
    const path = join(this.#folder, `${cellId}.txt`)
    return existsSync(path) ? path : undefined
  }

  /** Ends when everything is written. */
  async settled(): Promise<void> {
    if (!this.#isWriting) return
    await new Promise<void>((resolve) => this.#onIdle.push(resolve))
  }

  async remove(): Promise<void> {
    await this.settled()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return
    this.#isWriting = true
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const text = next.texts.join('')
      const path = join(this.#folder, `${next.cellId}.txt`)
      try {
        await mkdir(this.#folder, { recursive: true })
        if (next.begins) await writeFile(path, text)
        else await appendFile(path, text)
      } catch {
        // A full disk costs the whole output, not the notebook: the cell keeps its first characters.
      }
      this.#lag -= text.length
    }
    this.#isWriting = false
    for (const resolve of this.#onIdle.splice(0)) resolve()
  }
}

/** The beginning of a text, at most so many bytes. */
function cut(text: string, bytes: number): string {
  return Buffer.from(text).subarray(0, Math.max(0, bytes)).toString('utf8')
}
