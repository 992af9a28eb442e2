import type { LocalService } from './local-service.ts'

/** Reads a container's log by polling, and takes each line once by its time: over restarts and upgrades too. */
export class LogFollower {
  readonly lines: string[] = []
  readonly #service: LocalService
  readonly #instance: number
  readonly #container: string
  #since = ''

  constructor(service: LocalService, instance: number, container: string) {
    this.#service = service
    this.#instance = instance
    this.#container = container
  }

  async poll(): Promise<void> {
    // In this order: a run that ends in between is the previous one then, whole.
    const current = await this.#read(false)
    const previous = await this.#read(true)
    const timed = new Set([...previous, ...current])
    for (const line of [...timed].toSorted()) {
      const time = line.slice(0, line.indexOf(' '))
      if (time <= this.#since) continue
      this.#since = time
      this.lines.push(line.slice(time.length + 1))
    }
  }

  async #read(previous: boolean): Promise<string[]> {
    const { rows } = await this.#service.session
      .execute(
        `SELECT SYSTEM$GET_SERVICE_LOGS('S', ${this.#instance}, '${this.#container}', NULL, ${previous}, '${this.#since}', TRUE)`,
      )
      .catch((error: unknown) => {
        const isAway = /Waiting to start|has no container/.test(String(error))
        if (!isAway) throw error
        return { rows: [] }
      })
    const text: unknown = rows[0]?.[0]
    return typeof text === 'string' ? text.split('\n').filter((line) => line !== '') : []
  }
}
