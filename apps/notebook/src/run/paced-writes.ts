/** Writes soon after it is asked to, one write at a time, and not more often than a pause allows. */
export class PacedWrites {
  readonly #write: () => Promise<unknown>
  readonly #pauseMs: number
  readonly #onFailed: (error: unknown) => void
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #earliest = 0

  constructor(
    write: () => Promise<unknown>,
    options: { readonly pauseMs: number; readonly onFailed: (error: unknown) => void },
  ) {
    this.#write = write
    this.#pauseMs = options.pauseMs
    this.#onFailed = options.onFailed
  }

  /** There is something to write. */
  request(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined
        this.#writing = this.#writing.then(() => this.#writeNow())
      },
      Math.max(0, this.#earliest - performance.now()),
    )
  }

  /** Drops what is not under way, and waits for what is. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#writing
  }

  async #writeNow(): Promise<void> {
    try {
      await this.#write()
    } catch (error) {
      this.#onFailed(error)
    } finally {
      this.#earliest = performance.now() + this.#pauseMs
    }
  }
}
