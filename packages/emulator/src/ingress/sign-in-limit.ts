const MOST_ATTEMPTS = 5
const WINDOW_MS = 60_000

interface Attempts {
  readonly since: number
  readonly count: number
}

/** Lets nobody guess passwords quickly: five wrong ones for a name, then a minute's rest. */
export class SignInLimit {
  readonly #attempts = new Map<string, Attempts>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Counts an attempt, before it is known how it ends. The seconds to wait; 0 when it may go on. */
  attempt(name: string): number {
    const now = this.#now()
    for (const [known, { since }] of this.#attempts) {
      if (since + WINDOW_MS <= now) this.#attempts.delete(known)
    }
    const { since, count } = this.#attempts.get(name) ?? { since: now, count: 0 }
    if (count >= MOST_ATTEMPTS) return Math.ceil((since + WINDOW_MS - now) / 1000)
    this.#attempts.set(name, { since, count: count + 1 })
    return 0
  }

  succeeded(name: string): void {
    this.#attempts.delete(name)
  }
}
