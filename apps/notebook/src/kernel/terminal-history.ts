import { appendFile, readFile } from 'node:fs/promises'

const MOST_LINES = 1000

/** The lines that were entered in the terminals of kernels, in a file; none without a path. */
export class TerminalHistory {
  readonly #path: string | undefined
  #written: Promise<void> = Promise.resolve()

  constructor(path: string | undefined) {
    this.#path = path === '' ? undefined : path
  }

  /** Ends when all lines so far are in the file, or cannot be. */
  get written(): Promise<void> {
    return this.#written
  }

  /** The lines of earlier kernels, latest first as an editor wants them. */
  async read(): Promise<string[]> {
    if (this.#path === undefined) return []
    const text = await readFile(this.#path, 'utf8').catch(() => '')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .slice(-MOST_LINES)
      .toReversed()
  }

  add(line: string): void {
    const path = this.#path
    if (path === undefined) return
    const write = (): Promise<void> => appendFile(path, `${line}\n`, { mode: 0o600 })
    this.#written = this.#written.then(write).catch(() => undefined)
  }
}
