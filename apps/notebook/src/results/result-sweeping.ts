import type { Notebooks } from '../notebook/notebooks.ts'
import type { ResultFolders } from './result-folders.ts'
import { shownResults } from './shown-results.ts'

const EVERY_MS = 60_000

/** Looks once a minute which results open notebooks still show. */
export class ResultSweeping {
  readonly #folders: ResultFolders
  readonly #notebooks: Pick<Notebooks, 'paths' | 'maybeOpen'>
  readonly #timer: NodeJS.Timeout
  #last: Promise<void> = Promise.resolve()

  constructor(folders: ResultFolders, notebooks: Pick<Notebooks, 'paths' | 'maybeOpen'>) {
    this.#folders = folders
    this.#notebooks = notebooks
    this.#timer = setInterval(() => {
      // A disk that fails is no reason to end: the next sweep comes in a minute.
      this.#last = this.#sweep().catch((error: unknown) => process.emitWarning(error as Error))
    }, EVERY_MS)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#last
  }

  async #sweep(): Promise<void> {
    const open = await Promise.all(
      this.#notebooks.paths().map((path) => this.#notebooks.maybeOpen(path)),
    )
    const shown = open.flatMap((notebook) =>
      notebook === undefined ? [] : [shownResults(notebook.state)],
    )
    await this.#folders.sweep(shown, Date.now())
  }
}
