import { setMaxListeners } from 'node:events'
import type { StatementContext } from '../../../account.ts'
import { serviceFunctionError, type SnowflakeError, unsupported } from '../../../snowflake-error.ts'
import { canceled } from '../engine-error.ts'
import { encodeAnswer } from '../print/service-call.ts'
import type { CallServiceFunction } from '../query-engine.ts'
import type { Environment } from '../scope.ts'

/** How often a statement is run before it is given up: rounds of calls that hang on each other, and then some. */
const SPARE_PASSES = 10

/** The service calls of a statement on their way: see `ServiceCalls` for why it takes several passes. */
export class ServicePasses {
  readonly #environment: Environment
  readonly #call: CallServiceFunction
  readonly #context: StatementContext
  readonly #seed = Math.random()
  #passes = 0

  constructor(environment: Environment, call: CallServiceFunction, context: StatementContext) {
    this.#environment = environment
    this.#call = call
    this.#context = context
    setMaxListeners(0, context.signal) // every call under way listens
  }

  /** True for a statement without service calls: it is simply run. */
  get none(): boolean {
    return this.#environment.calls.sites.length === 0
  }

  /** True after a pass that met no call without an answer. */
  get complete(): boolean {
    return this.#environment.calls.complete
  }

  /**
   * True when every call can have been met by now: the next pass will most likely be complete.
   */
  get allLevelsSeen(): boolean {
    const levels = this.#environment.calls.sites.map((site) => site.level)
    return this.#passes > Math.max(...levels)
  }

  /** Runs passes until one is complete, and gives its result. */
  async untilComplete<T>(pass: () => Promise<T>): Promise<T> {
    for (;;) {
      const result = await this.run(pass)
      if (result !== undefined) return result.value
    }
  }

  /**
   * Runs one pass. Undefined when calls in it had no answers yet: these have been called for then.
   *
   * @throws what the pass threw, when no missing answer can have been the reason.
   */
  async run<T>(pass: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    const { calls, usesRandom } = this.#environment
    this.#begin()
    // The same random numbers in each pass, or else no call would find its answers again.
    if (usesRandom.value && !this.none) {
      await this.#context.session.engine.run(`SELECT setseed(${this.#seed})`)
    }
    const outcome = await settle(pass)
    if (calls.complete || this.#context.signal.aborted) {
      if ('error' in outcome) throw outcome.error
      return outcome
    }
    const missed = calls.sites.some((site) => site.waiting.length > 0)
    // An error beside missing answers may be their doing: it counts when it comes again with all of them there.
    if ('error' in outcome && !missed) throw outcome.error
    await this.#answer()
    calls.raiseLevel()
    return undefined
  }

  /** The error of a statement whose calls never find the answers of the pass before. */
  moved(): SnowflakeError {
    return serviceFunctionError(
      `Statement given up after ${this.#passes} passes: service functions are called with other arguments each time it runs`,
    )
  }

  #begin(): void {
    const { calls } = this.#environment
    const levels = calls.sites.map((site) => site.level)
    if (this.#passes > Math.max(0, ...levels) + SPARE_PASSES) {
      throw this.moved()
    }
    this.#passes += 1
    calls.beginPass()
  }

  async #answer(): Promise<void> {
    const { calls, called } = this.#environment
    await Promise.all(
      calls.sites.map(async (site, index) => {
        const fn = called[index]
        const rows = site.waiting
        if (rows.length === 0 || fn === undefined) return
        const call = this.#call({ function: fn, site: index + 1, rows }, this.#context)
        const answers = await untilAborted(call, this.#context.signal)
        if (answers.length !== rows.length) {
          throw serviceFunctionError(
            `Request failed for external function ${fn.name}: ${answers.length} values for ${rows.length} rows`,
          )
        }
        site.take(answers.map((answer) => encodeAnswer(answer, fn)))
      }),
    )
  }
}

/** @throws {SnowflakeError} when the statement cannot be rehearsed inside the session's transaction. */
export function requireNoTransaction(statement: string, inTransaction: boolean): void {
  if (inTransaction) throw unsupported(`${statement} with a service function inside a transaction`)
}

/** The promise, or a rejection as soon as the statement is cancelled. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const stop = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(canceled())
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { signal: stop.signal })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    stop.abort()
  }
}

async function settle<T>(
  pass: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await pass() }
  } catch (error) {
    return { error }
  }
}
