const MOST_CLIENTS = 1_000

/** The last operation number of each client: what comes again after a cut is known by it. Old clients are forgotten. */
export class ClientNumbers {
  readonly #numbers: Map<string, number>

  constructor(numbers: ReadonlyMap<string, number>) {
    this.#numbers = new Map(numbers)
  }

  /** 0 for a client that is not known. */
  last(clientId: string): number {
    return this.#numbers.get(clientId) ?? 0
  }

  count(clientId: string, number: number): void {
    const known = this.last(clientId)
    // Taken out and put in: the first of the map is the one not heard of for the longest time.
    this.#numbers.delete(clientId)
    this.#numbers.set(clientId, Math.max(known, number))
    if (this.#numbers.size <= MOST_CLIENTS) return
    for (const oldest of this.#numbers.keys()) {
      this.#numbers.delete(oldest)
      break
    }
  }

  /** By client. */
  get all(): ReadonlyMap<string, number> {
    return this.#numbers
  }
}
