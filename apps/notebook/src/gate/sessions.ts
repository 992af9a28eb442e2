import { digest, newToken } from './token.ts'

const MOST_SESSIONS = 1000
const IDLE_MS = 7 * 24 * 3_600_000

/** Who has signed in by the token. Kept in this process alone: a restart ends every session. */
export class Sessions {
  /** By the digest of the id, in the order of their last use. */
  readonly #lastUse = new Map<string, number>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** A new session's id, for a cookie. */
  start(): string {
    const id = newToken()
    this.#touch(key(id))
    for (const oldest of this.#lastUse.keys()) {
      if (this.#lastUse.size <= MOST_SESSIONS) break
      this.#lastUse.delete(oldest)
    }
    return id
  }

  has(id: string): boolean {
    const name = key(id)
    const lastUse = this.#lastUse.get(name)
    if (lastUse === undefined) return false
    this.#lastUse.delete(name)
    if (this.#now() - lastUse > IDLE_MS) return false
    this.#touch(name)
    return true
  }

  #touch(name: string): void {
    this.#lastUse.set(name, this.#now())
  }
}

/** A look-up by digest tells nothing by its time. */
function key(id: string): string {
  return digest(id).toString('base64url')
}
