import { type Runtime, Session } from 'node:inspector'
import type { MimeBundle } from '../kernel.ts'
import { isTerminal, SHARED } from '../messages.ts'
import type { Attribution } from './attribution.ts'
import { describeThrown } from './describe-thrown.ts'
import { isShownAlready, toMimeBundle } from './display.ts'
import { InterruptError } from './interrupt-error.ts'
import type { Outbox } from './outbox.ts'

type Status = 'ok' | 'error' | 'interrupted' | 'abandoned'

/**
 * Runs code by the main thread's own inspector session: only so can another thread interrupt it. A session that sends
 * `Runtime.evaluate` from elsewhere hangs for ever, and `Runtime.enable` makes console.log five times as slow.
 */
export class Evaluator {
  readonly #session = new Session()
  readonly #shared: Int32Array
  readonly #attribution: Attribution
  readonly #outbox: Outbox
  /** Promises that a top-level await waits for: V8 aborts the process when one is collected. */
  readonly #held = new Map<number, Set<unknown>>()
  readonly #running = new Set<number>()
  readonly #interrupted = new Set<number>()
  readonly #abandoned = new Set<number>()
  readonly #onInterrupt = new Map<number, Set<() => void>>()
  readonly #atEnd = new Map<number, Set<() => void>>()
  /** What executions show that is still on its way. */
  readonly #unfinished = new Map<number, Set<Promise<unknown>>>()
  #grabber = ''
  #grabbed: unknown

  constructor(shared: Int32Array, attribution: Attribution, outbox: Outbox) {
    this.#shared = shared
    this.#attribution = attribution
    this.#outbox = outbox
  }

  start(): void {
    this.#session.connect()
    const key = '$spcsGrab'
    Object.defineProperty(globalThis, key, {
      configurable: true,
      value: (value: unknown) => {
        this.#grabbed = value
      },
    })
    this.#session.post('Runtime.evaluate', { expression: key }, (_, response) => {
      this.#grabber = response.result.objectId ?? ''
    })
    Reflect.deleteProperty(globalThis, key)
  }

  evaluate(execution: number, code: string): void {
    const slot = isTerminal(execution) ? SHARED.repl : SHARED.cell
    Atomics.store(this.#shared, slot, execution)
    this.#running.add(execution)
    this.#held.set(execution, new Set())
    this.#attribution.reset()
    this.#attribution.run(execution, () => {
      this.#session.post(
        'Runtime.evaluate',
        { expression: code, replMode: true, objectGroup: `e${execution}`, awaitPromise: false },
        (error, response) =>
          this.#settle(execution, code, error, response as Runtime.EvaluateReturnType | undefined),
      )
    })
  }

  /** The soft interrupt: what awaits is told; what loops sees the flag. */
  interrupt(execution: number): void {
    if (!this.#running.has(execution)) return
    this.#interrupted.add(execution)
    for (const stop of this.#onInterrupt.get(execution) ?? []) stop()
  }

  /** Goes on without an execution whose end never comes; if it wakes up later, it throws. */
  abandon(execution: number, status: Status): void {
    if (!this.#running.has(execution)) return
    this.#abandoned.add(execution)
    this.#finish(execution, status)
  }

  /** Calls `stop` when the running execution is interrupted; gives what ends that. */
  whenInterrupted(stop: () => void): () => void {
    const execution = this.#attribution.current
    const stops = this.#onInterrupt.get(execution) ?? new Set()
    this.#onInterrupt.set(execution, stops.add(stop))
    if (this.#interrupted.has(execution) && this.#running.has(execution)) stop()
    return () => {
      stops.delete(stop)
    }
  }

  /**
   * Calls `cleanUp` when the running execution ends; gives what ends that. For what must not stay when code is
   * terminated, which runs no finally.
   */
  atEnd(cleanUp: () => void): () => void {
    const execution = this.#attribution.current
    if (!this.#running.has(execution)) return () => undefined
    const cleanUps = this.#atEnd.get(execution) ?? new Set()
    this.#atEnd.set(execution, cleanUps.add(cleanUp))
    return () => {
      cleanUps.delete(cleanUp)
    }
  }

  /** Has the running execution end no sooner than this; what goes wrong with it is the execution's error. */
  endAfter(promise: Promise<unknown>): void {
    const execution = this.#attribution.current
    if (!this.#running.has(execution)) return
    const promises = this.#unfinished.get(execution) ?? new Set()
    this.#unfinished.set(execution, promises.add(promise))
    promise.catch(() => undefined) // told at the end
  }

  hold(promise: unknown, execution: number): unknown {
    this.#held.get(execution)?.add(promise)
    return promise
  }

  check(value: unknown, execution: number | undefined): unknown {
    if (this.#shared[SHARED.interrupt] !== 0) throw new InterruptError()
    if (execution === undefined) return value
    this.#held.get(execution)?.clear()
    if (this.#abandoned.has(execution) || this.#interrupted.has(execution)) {
      throw new InterruptError()
    }
    return value
  }

  #settle(
    execution: number,
    code: string,
    error: Error | null,
    response: Runtime.EvaluateReturnType | undefined,
  ): void {
    if (!this.#running.has(execution)) return
    if (error !== null || response === undefined) {
      // Terminated: no catch and no finally of the cell has run.
      this.#outbox.send(
        {
          type: 'thrown',
          uncaught: false,
          error: {
            name: 'InterruptError',
            message: 'Interrupted by force: catch and finally blocks did not run',
            stack: '',
          },
        },
        execution,
      )
      this.#finish(execution, 'interrupted')
      return
    }
    if (response.exceptionDetails !== undefined) {
      const { exception, text, lineNumber, columnNumber } = response.exceptionDetails
      const thrown = exception === undefined ? new Error(text) : this.#grab(exception)
      const isInterrupt = this.#interrupted.has(execution) || thrown instanceof InterruptError
      const described = describeThrown(thrown)
      const isEarly = described.name === 'SyntaxError' && !described.stack.includes('cell:')
      const frame = `    at ${codeName(code)}:${lineNumber + 1}:${columnNumber + 1}`
      this.#outbox.send(
        {
          type: 'thrown',
          uncaught: false,
          error: isEarly ? { ...described, stack: frame } : described,
        },
        execution,
      )
      this.#finish(execution, isInterrupt ? 'interrupted' : 'error')
      return
    }
    this.#show(execution, this.#grab(response.result))
  }

  /** Sends the value, and then the end. What prints a value is code of the cell's, too. */
  #show(execution: number, value: unknown): void {
    if (value === undefined || isShownAlready(value)) {
      void this.#finishAfterShows(execution)
      return
    }
    try {
      let bundle: MimeBundle | Promise<MimeBundle> = {}
      this.#attribution.run(execution, () => {
        bundle = toMimeBundle(value)
      })
      if (!(bundle instanceof Promise)) {
        this.#outbox.send({ type: 'result', data: bundle }, execution)
        void this.#finishAfterShows(execution)
        return
      }
      void this.#showLater(execution, bundle)
    } catch (error) {
      this.#fail(execution, error)
    }
  }

  async #showLater(execution: number, bundle: Promise<MimeBundle>): Promise<void> {
    try {
      const data = await bundle
      if (!this.#running.has(execution)) return
      this.#outbox.send({ type: 'result', data }, execution)
      await this.#finishAfterShows(execution)
    } catch (error) {
      this.#fail(execution, error)
    }
  }

  async #finishAfterShows(execution: number): Promise<void> {
    const shows = this.#unfinished.get(execution)
    try {
      if (shows !== undefined) await Promise.all(shows)
      if (this.#running.has(execution)) this.#finish(execution, 'ok')
    } catch (error) {
      this.#fail(execution, error)
    }
  }

  #fail(execution: number, error: unknown): void {
    if (!this.#running.has(execution)) return
    const isInterrupt = this.#interrupted.has(execution) || error instanceof InterruptError
    this.#outbox.send({ type: 'thrown', uncaught: false, error: describeThrown(error) }, execution)
    this.#finish(execution, isInterrupt ? 'interrupted' : 'error')
  }

  #finish(execution: number, status: Status): void {
    this.#running.delete(execution)
    this.#onInterrupt.delete(execution)
    this.#unfinished.delete(execution)
    for (const cleanUp of this.#atEnd.get(execution) ?? []) cleanUp()
    this.#atEnd.delete(execution)
    if (!this.#abandoned.has(execution)) {
      this.#held.delete(execution)
      this.#session.post('Runtime.releaseObjectGroup', { objectGroup: `e${execution}` })
    }
    const wasAsked = this.#interrupted.delete(execution)
    if (wasAsked || status === 'interrupted') Atomics.store(this.#shared, SHARED.interrupt, 0)
    const slot = isTerminal(execution) ? SHARED.repl : SHARED.cell
    Atomics.compareExchange(this.#shared, slot, execution, 0)
    this.#outbox.send({ type: 'done', status }, execution)
  }

  /** The value behind a remote object. */
  #grab(remote: Runtime.RemoteObject): unknown {
    if (remote.objectId === undefined) return primitive(remote)
    this.#grabbed = undefined
    this.#session.post('Runtime.callFunctionOn', {
      objectId: this.#grabber,
      functionDeclaration: 'function (value) { this(value) }',
      arguments: [{ objectId: remote.objectId }],
    })
    const value = this.#grabbed
    this.#grabbed = undefined
    return value
  }
}

function primitive(remote: Runtime.RemoteObject): unknown {
  const text = remote.unserializableValue
  if (text === undefined) return remote.subtype === 'null' ? null : remote.value
  if (text.endsWith('n')) return BigInt(text.slice(0, -1))
  return Number(text)
}

/** What the code's last line calls it. */
function codeName(code: string): string {
  return code.slice(code.lastIndexOf('sourceURL=') + 'sourceURL='.length)
}
