import { NotebookError } from './errors.ts'
import type { VolumeFileSystem } from './file-system.ts'
import { parseNotebook, printNotebook } from './ipynb.ts'
import type { JsonObject, Notebook } from './notebook.ts'
import {
  type FileContent,
  hashContent,
  readNotebookFile,
  writeNotebookFile,
} from './notebook-file.ts'
import type { NotebookState, SavedState, ServerOperation } from './operations.ts'
import type { Base } from './recover-journal.ts'
import { mergeNotebooks } from './three-way-merge.ts'

export interface NotebookSaverOptions {
  readonly files: VolumeFileSystem
  /** Where the notebook is now. */
  readonly file: () => string
  readonly state: () => NotebookState
  /** Sequence number of the last operation that changed what the file holds. */
  readonly changedAt: () => number
  readonly apply: (operation: ServerOperation) => void
  /** Writes to the journal what is about to be in the file, and what is. */
  readonly onSaving: (hash: string) => Promise<void>
  readonly onSaved: (hash: string) => void
  readonly onRead: (base: Base) => void
  readonly times: SaveTimes
}

export interface SaveTimes {
  /** A save follows the last change by so much, */
  readonly quietMs: number
  /** and the first change that is not saved by at most so much. */
  readonly mostMs: number
  /** How often a failed save is tried again. */
  readonly retryMs: number
}

/**
 * Brings a notebook to its file, again and again. Before each write it looks whether the file is as it was left;
 * what someone else wrote meanwhile is merged in first. A file that cannot be read is never written over,
 * and one that was deleted comes back only when a user asks for it.
 */
export class NotebookSaver {
  readonly #options: NotebookSaverOptions
  #base: Base | null
  #besides: JsonObject
  /** A write of this may have been cut: what the file holds instead may be its beginning. */
  #torn: Base | null
  #firstChange: number | undefined
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(
    options: NotebookSaverOptions,
    known: { base: Base | null; besides: JsonObject; torn: Base | null },
  ) {
    this.#options = options
    this.#base = known.base
    this.#besides = known.besides
    this.#torn = known.torn
  }

  /** What the file held when it was last read or written. */
  get base(): Base | null {
    return this.#base
  }

  /** What a write that has not ended puts into the file. */
  get torn(): Base | null {
    return this.#torn
  }

  get besides(): JsonObject {
    return this.#besides
  }

  /** The notebook changed: a save follows. */
  onChange(): void {
    const now = Date.now()
    this.#firstChange ??= now
    const { quietMs, mostMs } = this.#options.times
    this.#saveIn(Math.max(0, Math.min(quietMs, this.#firstChange + mostMs - now)))
  }

  /** Saves now; ends when it is done or has failed, which the state says. A user's save brings a deleted file back. */
  save(why: 'change' | 'asked' = 'change'): Promise<void> {
    return this.#after(() => this.#save(why))
  }

  /** Looks whether someone else wrote the file, and merges that in. */
  check(): Promise<void> {
    return this.#after(async () => {
      try {
        const found = await this.#takeIn()
        if (found === 'deleted') throw deletedError(this.#options.state().path)
      } catch (error) {
        this.#fail(error)
      }
    })
  }

  /** Does something with the file while no save runs. */
  between<T>(work: () => Promise<T>): Promise<T> {
    return this.#after(work)
  }

  /** The file is elsewhere now, with this content. */
  moved(base: Base): void {
    this.#base = base
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #after<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work)
    this.#work = done.then(
      () => undefined,
      () => undefined,
    )
    return done
  }

  #saveIn(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#isClosed) return
    this.#timer = setTimeout(() => void this.save(), ms)
  }

  async #save(why: 'change' | 'asked'): Promise<void> {
    clearTimeout(this.#timer)
    this.#firstChange = undefined
    try {
      const found = await this.#takeIn()
      if (found === 'deleted' && why === 'change') throw deletedError(this.#options.state().path)
      await this.#write()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Merges in what someone else wrote. */
  async #takeIn(): Promise<'same' | 'deleted'> {
    const { files, file, state } = this.#options
    const found = await readNotebookFile(files, file())
    if (found === undefined) return this.#base === null ? 'same' : 'deleted'
    if (found.hash === this.#base?.hash) return 'same'
    if (this.#torn !== null && isWhole(found, this.#torn)) {
      // Written down, for the next server may be killed before it writes, and must know this for its own.
      this.#base = { hash: found.hash, notebook: this.#torn.notebook }
      this.#torn = null
      this.#options.onRead(this.#base)
      return 'same'
    }
    const theirs = this.#parse(found.text)
    if (theirs === undefined) return 'same'
    const ours = state().notebook
    const base = this.#base?.notebook ?? { cells: [], metadata: {} }
    const { notebook, conflicts } = mergeNotebooks(base, ours, theirs.notebook)
    this.#besides = theirs.besides
    this.#base = { hash: found.hash, notebook: theirs.notebook }
    this.#options.onRead(this.#base)
    const { cells, metadata } = notebook
    this.#options.apply({ type: 'merged', cells, metadata, conflicts })
    return 'same'
  }

  /** Someone else's notebook; undefined for what a cut write of ours left. */
  #parse(text: string): { notebook: Notebook; besides: JsonObject } | undefined {
    try {
      return parseNotebook(text)
    } catch (error) {
      if (this.#torn !== null) return undefined
      throw error
    }
  }

  async #write(): Promise<void> {
    const { files, file, state, apply } = this.#options
    const { notebook, sequence } = state()
    const text = printNotebook({ notebook, besides: this.#besides })
    const hash = hashContent(text)
    if (hash !== this.#base?.hash || this.#torn !== null || !(await files.stat(file()))) {
      const known = this.#options.onSaving(hash)
      this.#torn = { hash, notebook }
      apply({ type: 'saved', saved: { ...state().saved, status: 'saving', problem: null } })
      await known
      await writeNotebookFile(files, file(), text)
      this.#options.onSaved(hash)
    }
    this.#torn = null
    this.#base = { hash, notebook }
    const isDirty = this.#options.changedAt() > sequence
    const at = new Date().toISOString()
    const status: SavedState['status'] = isDirty ? 'dirty' : 'saved'
    apply({ type: 'saved', saved: { at, sequence, status, problem: null } })
  }

  #fail(error: unknown): void {
    const { saved, path } = this.#options.state()
    const message = error instanceof Error ? error.message : String(error)
    const problem = message.replaceAll(this.#options.file(), path)
    if (saved.status !== 'failed' || saved.problem !== problem) {
      this.#options.apply({ type: 'saved', saved: { ...saved, status: 'failed', problem } })
    }
    const isLost = error instanceof NotebookError && error.code === 'NOTEBOOK_NOT_FOUND'
    // A deleted file waits for a user; anything else may pass.
    if (!isLost) this.#saveIn(this.#options.times.retryMs)
  }
}

/** A write that was cut came to its end, or lacks the line end alone: then it can be read like any other file. */
function isWhole({ text, hash }: FileContent, torn: Base): boolean {
  return hash === torn.hash || hashContent(`${text}\n`) === torn.hash
}

function deletedError(path: string): NotebookError {
  return new NotebookError(
    'NOTEBOOK_NOT_FOUND',
    `Cannot save "${path}": the file was deleted by someone else; what you see is kept here`,
    { hint: 'Save to bring it back, or close the notebook' },
  )
}
