import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const LOOK_AGAIN_MS = 1000
const KEPT = 4

/** What the container's token file has held lately: Snowflake renews it, and older ones are still secrets. */
export class SessionToken {
  readonly #path: string
  readonly #known: string[] = []
  #lookedAt = 0
  #changedAt = 0

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#path = join(environment['SPCS_SESSION_DIR'] ?? '/snowflake/session', 'token')
  }

  secrets(): readonly string[] {
    const now = Date.now()
    if (now - this.#lookedAt >= LOOK_AGAIN_MS) {
      this.#lookedAt = now
      this.#look()
    }
    return this.#known
  }

  #look(): void {
    try {
      const { mtimeMs } = statSync(this.#path)
      if (mtimeMs === this.#changedAt) return
      this.#changedAt = mtimeMs
      const token = readFileSync(this.#path, 'utf8').trim()
      if (token !== '' && !this.#known.includes(token)) this.#known.unshift(token)
      this.#known.length = Math.min(this.#known.length, KEPT)
    } catch {
      // Outside a container there is none.
    }
  }
}
