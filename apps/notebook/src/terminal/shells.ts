import { randomUUID } from 'node:crypto'
import { ServerError } from '../errors.ts'
import { SharedTerminal } from './shared-terminal.ts'
import { type Shell, startShell } from './shell.ts'

const MOST_SHELLS = 8

interface RunningShell {
  readonly id: string
  readonly owner: string
  readonly shell: Shell
  readonly terminal: SharedTerminal
}

/** The shells that run. Each belongs to who started it, and outlives his sockets. */
export class Shells {
  readonly #running = new Map<string, RunningShell>()
  readonly #directory: string
  readonly #environment: Readonly<Record<string, string | undefined>>

  constructor(directory: string, environment: Readonly<Record<string, string | undefined>>) {
    this.#directory = directory
    this.#environment = environment
  }

  /** @throws {ServerError} `SHELLS_TOO_MANY`. */
  start(owner: string): string {
    if (this.#running.size >= MOST_SHELLS) {
      throw new ServerError('SHELLS_TOO_MANY', `Cannot start a shell: ${MOST_SHELLS} run`, {
        hint: 'Close one of them',
      })
    }
    const id = randomUUID()
    const shell = startShell(this.#directory, this.#environment)
    const terminal = new SharedTerminal(shell.terminal)
    this.#running.set(id, { id, owner, shell, terminal })
    void this.#watch(id, shell, terminal)
    return id
  }

  list(owner: string): readonly { readonly id: string }[] {
    return [...this.#running.values()]
      .filter((running) => running.owner === owner)
      .map(({ id }) => ({ id }))
  }

  /** @throws {ServerError} `SHELL_MISSING`; also for another user's. */
  terminal(owner: string, id: string): SharedTerminal {
    return this.#find(owner, id).terminal
  }

  async end(owner: string, id: string): Promise<void> {
    await this.#find(owner, id).shell.close()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ shell }) => shell.close()))
  }

  async #watch(id: string, shell: Shell, terminal: SharedTerminal): Promise<void> {
    const reason = await shell.ended
    this.#running.delete(id)
    terminal.end(reason)
  }

  #find(owner: string, id: string): RunningShell {
    const running = this.#running.get(id)
    if (running !== undefined && running.owner === owner) return running
    throw new ServerError('SHELL_MISSING', 'Cannot find this shell', {
      hint: 'Start a new one',
    })
  }
}
