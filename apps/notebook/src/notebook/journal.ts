import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NotebookError } from './errors.ts'
import type { JsonObject, Notebook } from './notebook.ts'
import type { NotebookState, Operation } from './operations.ts'

/**
 * What one open notebook went through since its file was last known, one JSON line each, on local disk
 * (never on a volume, which takes no appended line). The first line is everything; each line after it is what
 * changed. A line counts when it is on the disk with its line end; a server that was killed goes on from there.
 */
export interface JournalHeader {
  readonly format: 1
  readonly path: string
  readonly epoch: string
  readonly state: NotebookState
  /** Top-level keys of the file that nbformat does not know. */
  readonly besides: JsonObject
  /** What the file held when it was last read or written; `notebook` null: the state's. */
  readonly base: { readonly hash: string; readonly notebook: Notebook | null } | null
  /** A write of this had begun and was not known to have ended. */
  readonly torn?: { readonly hash: string; readonly notebook: Notebook } | null | undefined
  /** The last operation number of each client. */
  readonly numbers: Readonly<Record<string, number>>
}

export type JournalLine =
  | {
      readonly type: 'applied'
      readonly sequence: number
      readonly operation: Operation
      readonly clientId: string | null
      readonly number: number | null
    }
  /** The notebook as it is at this line is about to be written to the file. */
  | { readonly type: 'saving'; readonly hash: string }
  /** It is written. */
  | { readonly type: 'saved'; readonly hash: string }
  /** Someone else wrote the file; it was read as this, before the merge. */
  | { readonly type: 'read'; readonly hash: string; readonly notebook: Notebook }

export interface JournalContent {
  readonly header: JournalHeader
  readonly lines: readonly JournalLine[]
  /** Something that is no line stands before the end: what follows it could not be used. */
  readonly isDamaged: boolean
}

/**
 * Reads a journal. A last line without its end was being written and does not count.
 *
 * @throws {NotebookError} `JOURNAL_INVALID` when even the first line cannot be read.
 */
export async function readJournal(file: string): Promise<JournalContent | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const [first, ...others] = text.split('\n').slice(0, -1)
  const header = first === undefined ? undefined : maybeJson(first)
  if (!isHeader(header)) {
    throw new NotebookError('JOURNAL_INVALID', `Cannot read journal "${file}": no first line`, {
      hint: 'Move the file away; it is kept for you to look at',
    })
  }
  const lines: JournalLine[] = []
  for (const each of others) {
    const line = maybeJson(each)
    if (!isLine(line)) return { header, lines, isDamaged: true }
    lines.push(inWordsOfToday(line))
  }
  return { header, lines, isDamaged: false }
}

/** A journal and when its first line is on the disk. */
export interface StartedJournal {
  readonly journal: Journal
  readonly written: Promise<void>
}

const LONG_JOURNAL = 4_000_000

/** A journal that is being written. Calls are carried out in their order. */
export class Journal implements AsyncDisposable {
  readonly file: string
  #handle: FileHandle | undefined
  #lag = 0
  #size = 0
  #headerSize = 0
  #work: Promise<void> = Promise.resolve()
  /** Lines that the next write takes along. */
  #batch: { readonly texts: string[]; readonly written: Promise<void> } | undefined

  private constructor(file: string) {
    this.file = file
  }

  /** Begins a journal in place of any that is there; it may be added to at once. */
  static start(file: string, header: JournalHeader): StartedJournal {
    const journal = new Journal(file)
    return { journal, written: journal.rotate(header) }
  }

  /** Bytes that were given and are not on the disk yet. */
  get lag(): number {
    return this.#lag
  }

  /** Whether the changes have grown beyond what they change: time to begin anew. */
  get isLong(): boolean {
    return this.#size - this.#headerSize > Math.max(LONG_JOURNAL, this.#headerSize)
  }

  /** Adds lines; ends when they are on the disk. All that wait at the same time share one fsync. */
  append(lines: readonly JournalLine[]): Promise<void> {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    this.#lag += text.length
    if (this.#batch === undefined) {
      const texts: string[] = []
      this.#batch = { texts, written: this.#after(() => this.#write(texts)) }
    }
    this.#batch.texts.push(text)
    return this.#batch.written
  }

  /** Begins anew from a header that has everything given so far in it. */
  rotate(header: JournalHeader): Promise<void> {
    const text = `${JSON.stringify(header)}\n`
    // What was given before is in the header; what comes later is written after it.
    this.#batch = undefined
    return this.#after(async () => {
      const fresh = `${this.file}.new`
      await mkdir(dirname(this.file), { recursive: true })
      const handle = await open(fresh, 'w')
      await handle.writeFile(text)
      await handle.datasync()
      await rename(fresh, this.file)
      await syncFolder(dirname(this.file))
      await this.#handle?.close()
      this.#handle = handle
      this.#size = text.length
      this.#headerSize = text.length
    })
  }

  /** Everything is elsewhere now: takes the file away. */
  async remove(): Promise<void> {
    await this.close()
    await rm(this.file, { force: true })
  }

  async close(): Promise<void> {
    await this.#after(async () => {
      await this.#handle?.close()
      this.#handle = undefined
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #after(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work)
    this.#work = done.catch(() => undefined)
    return done
  }

  async #write(texts: readonly string[]): Promise<void> {
    if (this.#batch?.texts === texts) this.#batch = undefined
    const text = texts.join('')
    try {
      if (this.#handle === undefined) throw new Error('the journal is closed')
      await this.#handle.writeFile(text)
      await this.#handle.datasync()
      this.#size += text.length
    } finally {
      this.#lag -= text.length
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function maybeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Earlier journals move one cell at a time. */
function inWordsOfToday(line: JournalLine): JournalLine {
  if (line.type !== 'applied') return line
  const operation = line.operation as Operation | MoveCell
  if (operation.type !== 'move-cell') return line
  const { cellId, index } = operation
  return { ...line, operation: { type: 'move-cells', cellIds: [cellId], index } }
}

interface MoveCell {
  readonly type: 'move-cell'
  readonly cellId: string
  readonly index: number
}

function isHeader(value: unknown): value is JournalHeader {
  return isRecord(value) && value['format'] === 1 && isRecord(value['state'])
}

function isLine(value: unknown): value is JournalLine {
  if (!isRecord(value)) return false
  const { type } = value
  return type === 'applied' || type === 'saving' || type === 'saved' || type === 'read'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
