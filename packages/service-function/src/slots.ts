/** So many things at once, and no more: those that come later wait in order. */
export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  get free(): boolean {
    return this.#free > 0
  }

  /** Takes a slot that is free; {@link give} gives it back. */
  take(): void {
    this.#free -= 1
  }

  /** Takes the next slot that comes free. */
  async wait(): Promise<void> {
    if (this.free) return this.take()
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Gives a slot back, to the one that waits longest. */
  give(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}
