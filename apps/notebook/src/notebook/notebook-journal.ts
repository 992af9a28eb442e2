import { Journal, type JournalHeader, type JournalLine } from './journal.ts'

export interface NotebookJournalOptions {
  readonly file: string
  /** The notebook as it is now: a journal begins with it. */
  readonly header: () => JournalHeader
  readonly onWritten: () => void
  /** What was not written is to come to the volume instead. */
  readonly onBroken: () => void
}

const BROKEN_MS = 1_000

/**
 * The journal of an open notebook: begun with its first line, begun anew when it has grown long, and also after the
 * disk refused it. Nothing here throws: a notebook without a journal lives in memory and on the volume, and says so.
 */
export class NotebookJournal {
  readonly #options: NotebookJournalOptions
  #file: string
  #journal: Journal | undefined
  #durable: Promise<void> = Promise.resolve()
  #problem: string | null = null
  #isBroken = false
  #isRotating = false

  constructor(options: NotebookJournalOptions) {
    this.#options = options
    this.#file = options.file
  }

  get file(): string {
    return this.#file
  }

  /** Ends when everything given so far is on the disk, or cannot be. */
  get durable(): Promise<void> {
    return this.#durable
  }

  /** Characters that were given and are not on the disk yet. */
  get lag(): number {
    return this.#journal?.lag ?? 0
  }

  /** What would be lost with the server, and why; null while all is well. */
  get problem(): string | null {
    return this.#problem
  }

  /** Ends when the lines are on the disk, or cannot be. */
  write(lines: readonly JournalLine[]): Promise<void> {
    if (this.#journal === undefined) void this.begin()
    const journal = this.#journal
    if (journal === undefined) return this.#durable
    this.#durable = this.#append(journal, lines)
    return this.#durable
  }

  /** Begins a journal in place of any that is there. */
  begin(): Promise<void> {
    const { journal, written } = Journal.start(this.#file, this.#options.header())
    this.#journal = journal
    this.#durable = written.catch((error: unknown) => this.#onBroken(error))
    return this.#durable
  }

  /** Goes on in another file; the one so far is taken away once that has everything. */
  async moveTo(file: string): Promise<void> {
    const old = this.#journal
    this.#file = file
    await this.begin()
    await old?.remove()
  }

  /** Everything is elsewhere now. */
  async remove(): Promise<void> {
    await this.#journal?.remove()
  }

  async close(): Promise<void> {
    await this.#journal?.close()
  }

  async #append(journal: Journal, lines: readonly JournalLine[]): Promise<void> {
    try {
      await journal.append(lines)
      this.#problem = null
    } catch (error) {
      this.#onBroken(error)
    }
    if (this.#journal === journal && journal.isLong && !this.#isRotating) void this.#rotate(journal)
    this.#options.onWritten()
  }

  /** Begins anew: the notebook as it is takes the place of how it came to be. */
  async #rotate(journal: Journal): Promise<void> {
    this.#isRotating = true
    const written = journal
      .rotate(this.#options.header())
      .catch((error: unknown) => this.#onBroken(error))
    this.#durable = written
    await written
    this.#isRotating = false
  }

  #onBroken(cause: unknown): void {
    const why = cause instanceof Error ? cause.message : String(cause)
    this.#problem = `what is not yet saved would be lost with the server: ${why}`
    if (this.#isBroken) return
    this.#isBroken = true
    void this.#journal?.close().catch(() => undefined)
    // A journal with a hole is worth nothing: the next line begins another.
    this.#journal = undefined
    this.#options.onBroken()
    setTimeout(() => (this.#isBroken = false), BROKEN_MS).unref()
  }
}
