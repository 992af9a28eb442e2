import { dirname } from 'node:path'
import { type Display, createDisplay } from './cell-display.ts'
import { cellModules, namedExports } from './cell-modules.ts'
import { dataFrameView } from './dataframe-view.ts'
import { addView } from './display.ts'
import type { Evaluator } from './evaluate.ts'
import { InterruptError } from './interrupt-error.ts'
import { createElement, Fragment } from './jsx.ts'
import type { KernelSession } from './kernel-session.ts'
import { loading } from './loading.ts'
import type { Outbox } from './outbox.ts'
import { createProgress } from './progress.ts'
import type { ResultPlace } from './results/keep-result.ts'
import { identifier } from './sql/identifier.ts'
import { runStatement } from './sql/run-statement.ts'
import type { StatementTemplate } from './sql/sql-program.ts'
import { inspectVariable } from './variables/inspect-variable.ts'
import { listVariables } from './variables/list-variables.ts'
import { viewVegaLite } from './vega-lite-view.ts'

/** Where a kernel works. */
export interface Place {
  readonly directory: string
  readonly file: string
  readonly resultsDirectory: string | undefined
}

/** What cells find in their global scope besides Node's own, and `$spcs`, which the transform calls. */
export class CellGlobals {
  readonly #outbox: Outbox
  readonly #evaluator: Evaluator
  readonly #session: KernelSession
  readonly #flags: Int32Array
  readonly #display: Display
  readonly #questions = new Map<
    string,
    { resolve: (text: string) => void; reject: (error: Error) => void }
  >()
  #resultPlace: ResultPlace = { directory: undefined, guard: () => () => undefined }
  #lastQuestion = 0

  constructor(outbox: Outbox, evaluator: Evaluator, session: KernelSession, flags: Int32Array) {
    this.#outbox = outbox
    this.#evaluator = evaluator
    this.#session = session
    this.#flags = flags
    this.#display = createDisplay(
      outbox,
      () => this.#resultPlace.directory,
      (shown) => evaluator.endAfter(shown),
    )
  }

  install({ directory, file, resultsDirectory }: Place): void {
    this.#resultPlace = {
      directory: resultsDirectory,
      guard: (discard) => this.#evaluator.atEnd(discard),
    }
    const modules = cellModules(directory, file)
    addView(viewVegaLite)
    addView(dataFrameView(this.#session, this.#resultPlace))
    hide('$spcs', {
      f: this.#flags,
      stop: () => {
        throw new InterruptError()
      },
      check: (value: unknown, execution?: number) => this.#evaluator.check(value, execution),
      hold: (promise: unknown, execution: number) => this.#evaluator.hold(promise, execution),
      holdEach: (items: AsyncIterable<unknown>, execution: number) =>
        this.#holdEach(items, execution),
      import: (specifier: string, options?: object) =>
        loading(this.#flags, () => modules.import(specifier, options)),
      meta: modules.meta,
      named: namedExports,
      jsx: createElement,
      Fragment,
      sqlStatement: (template: StatementTemplate, values: readonly unknown[]) =>
        this.#runStatement(template, values),
      variables: listVariables,
      inspectVariable,
    })
    const { session, sql } = this.#session.forCells()
    const values = {
      require: modules.require,
      module: modules.module,
      exports: modules.module.exports as unknown,
      __filename: file,
      __dirname: dirname(file),
      display: this.#display,
      input: Object.assign((prompt = '') => this.#ask(prompt, false), {
        password: (prompt = '') => this.#ask(prompt, true),
      }),
      progress: createProgress(this.#display),
      session,
      sql,
      identifier,
    }
    for (const [name, value] of Object.entries(values)) hide(name, value)
  }

  answerInput(inputId: string, text: string): void {
    this.#questions.get(inputId)?.resolve(text)
    this.#questions.delete(inputId)
  }

  async #runStatement(template: StatementTemplate, values: readonly unknown[]): Promise<void> {
    const result = await runStatement(template, values, this.#session, this.#resultPlace)
    for (const name of ['_sql', template.variable]) {
      if (name === null) continue
      const flags = { configurable: true, writable: true, enumerable: true }
      Object.defineProperty(globalThis, name, { value: result.value, ...flags })
    }
    this.#display(result.shown)
  }

  async #ask(prompt: string, isPassword: boolean): Promise<string> {
    this.#lastQuestion += 1
    const inputId = `input-${this.#lastQuestion}`
    let release = (): void => undefined
    try {
      return await new Promise<string>((resolve, reject) => {
        this.#questions.set(inputId, { resolve, reject })
        release = this.#evaluator.whenInterrupted(() => reject(new InterruptError()))
        this.#outbox.send({ type: 'input-requested', inputId, prompt, isPassword })
      })
    } finally {
      release()
      this.#questions.delete(inputId)
    }
  }

  /** `for await` awaits promises of its own making, which must be held like all others. */
  #holdEach(items: AsyncIterable<unknown> | Iterable<unknown>, execution: number): unknown {
    const source = items as { [Symbol.asyncIterator]?: () => AsyncIterator<unknown> }
    if (typeof source[Symbol.asyncIterator] !== 'function') return items
    return {
      [Symbol.asyncIterator]: () => {
        const iterator = source[Symbol.asyncIterator]?.()
        if (iterator === undefined) throw new TypeError('not async iterable')
        const held = (promise: unknown): Promise<IteratorResult<unknown>> =>
          this.#evaluator.hold(promise, execution) as Promise<IteratorResult<unknown>>
        return {
          next: (value?: unknown) => {
            this.#evaluator.check(undefined, execution)
            return held(iterator.next(...(value === undefined ? [] : [value])))
          },
          ...(iterator.return === undefined
            ? {}
            : { return: (value?: unknown) => held(iterator.return?.(value)) }),
        }
      },
    }
  }
}

/** A global that cells may declare anew, and that `Object.keys(globalThis)` does not list. */
function hide(name: string, value: unknown): void {
  const isOurs = name === '$spcs'
  Object.defineProperty(globalThis, name, {
    value,
    enumerable: false,
    configurable: !isOurs,
    writable: !isOurs,
  })
}
