import { AsyncLocalStorage } from 'node:async_hooks'
import { SHARED } from '../messages.ts'

/**
 * Whose output is this? From Node 24 on AsyncLocalStorage knows it for whatever a cell has started; before, it would
 * slow every await down and make a hard interrupt abort the process, so there the running cell owns what is printed.
 */
export class Attribution {
  readonly #shared: Int32Array
  readonly #storage =
    Number.parseInt(process.versions.node, 10) >= 24 ? new AsyncLocalStorage<number>() : undefined
  #now = 0 // evaluated at this moment
  #last = 0

  constructor(shared: Int32Array) {
    this.#shared = shared
  }

  /** Number of the execution that prints now; 0 before the first. */
  get current(): number {
    if (this.#now > 0) return this.#now
    const stored = this.#storage?.getStore()
    if (stored !== undefined) return stored
    return (
      Atomics.load(this.#shared, SHARED.cell) ||
      Atomics.load(this.#shared, SHARED.repl) ||
      this.#last
    )
  }

  run(execution: number, evaluate: () => void): void {
    this.#last = execution
    const before = this.#now
    this.#now = execution
    try {
      if (this.#storage === undefined) evaluate()
      else this.#storage.run(execution, evaluate)
    } finally {
      this.#now = before
    }
  }

  /** A hard interrupt runs no finally: what was evaluated is no more. */
  reset(): void {
    this.#now = 0
  }
}
