import { finished } from 'node:stream/promises'
import { json } from 'node:stream/consumers'
import type { ContainerLog } from '../container-log.ts'
import { demultiplex } from './demultiplex.ts'
import { type Engine, isGone } from './engine.ts'
import { removeContainer } from './left-overs.ts'

/** A container that was created in the engine, run once and removed when it ended. */
export class EngineContainer {
  /** Resolves when it ended, everything it printed is in the log, and it is removed: its exit code. */
  readonly exited: Promise<number>
  readonly #engine: Engine
  readonly #path: string
  #isOutOfMemory = false
  #hasEnded = false

  private constructor(engine: Engine, id: string, ended: Promise<number>) {
    this.#engine = engine
    this.#path = `/containers/${id}`
    this.exited = ended.then((code) => this.#onEnded(id, code))
    // Whoever waits for it is told; nobody has to.
    this.exited.catch(() => {})
  }

  /** @throws {EngineRequestError} when the engine cannot start it. */
  static async start(engine: Engine, id: string, log: ContainerLog): Promise<EngineContainer> {
    const path = `/containers/${id}`
    // Both before it starts, so that neither its first line nor its end is missed.
    const printed = await engine.stream('POST', `${path}/attach`, {
      query: { stream: true, stdout: true, stderr: true },
    })
    printed.on(
      'data',
      demultiplex((stream, text) => log.write(stream, text)),
    )
    const printedAll = finished(printed).catch(() => {}) // cut off with the engine, as `waited` tells
    const waited = await engine.stream('POST', `${path}/wait`, {
      query: { condition: 'next-exit' },
    })
    await engine.send('POST', `${path}/start`)
    const ended = json(waited).then(async (answer) => {
      await printedAll
      log.endRun()
      return (answer as { StatusCode: number }).StatusCode
    })
    return new EngineContainer(engine, id, ended)
  }

  /** Known once it ended. */
  get isOutOfMemory(): boolean {
    return this.#isOutOfMemory
  }

  /** SIGTERM, and SIGKILL after the grace time. Resolves when it ended. */
  async stop(graceMs: number): Promise<void> {
    if (this.#hasEnded) return
    const kill = (signal: string): Promise<void> =>
      this.#engine.sendIfThere('POST', `${this.#path}/kill`, { query: { signal } })
    await kill('SIGTERM')
    const killed = setTimeout(() => {
      kill('SIGKILL').catch(() => {}) // the engine is gone: `exited` tells
    }, graceMs)
    await this.exited.finally(() => clearTimeout(killed))
  }

  async #onEnded(id: string, code: number): Promise<number> {
    this.#hasEnded = true
    try {
      const { State } = await this.#engine.json<{ State: { OOMKilled?: boolean } }>(
        'GET',
        `${this.#path}/json`,
      )
      this.#isOutOfMemory = State.OOMKilled === true
    } catch (error) {
      if (!isGone(error)) throw error // somebody removed it
    }
    await removeContainer(this.#engine, id)
    return code
  }
}
