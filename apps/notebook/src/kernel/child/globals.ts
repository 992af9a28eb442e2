import { createRequire, Module } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isMimeBundle, markAsShown, print, toMimeBundle } from './display.ts'
import type { Evaluator } from './evaluate.ts'
import { InterruptError } from './interrupt-error.ts'
import { createElement, Fragment } from './jsx.ts'
import type { KernelSession } from './kernel-session.ts'
import { loading } from './loading.ts'
import type { Outbox } from './outbox.ts'
import { createProgress } from './progress.ts'
import { runSqlCell } from './sql-cell.ts'
import { listVariables } from './variables.ts'

/** What cells find in their global scope besides Node's own, and `$spcs`, which the transform calls. */
export class CellGlobals {
  readonly #outbox: Outbox
  readonly #evaluator: Evaluator
  readonly #session: KernelSession
  readonly #flags: Int32Array
  readonly #questions = new Map<
    string,
    { resolve: (text: string) => void; reject: (error: Error) => void }
  >()
  #nextId = 1

  constructor(outbox: Outbox, evaluator: Evaluator, session: KernelSession, flags: Int32Array) {
    this.#outbox = outbox
    this.#evaluator = evaluator
    this.#session = session
    this.#flags = flags
  }

  install(directory: string, file: string): void {
    const local = join(directory, '[notebook].js')
    const require = createRequire(local)
    const module = new Module(local) as Module & { _compile(code: string, path: string): void }
    module.filename = file
    module.paths = require.resolve.paths('x') ?? []
    // A function of a module in this folder: in evaluated code `import()` has no module to start from.
    const importer = new Module(local) as typeof module
    // oxlint-disable-next-line no-underscore-dangle -- Node's own name
    importer._compile('module.exports = (specifier, options) => import(specifier, options)', local)
    const importModule = importer.exports as (text: string, options?: object) => Promise<unknown>
    const url = pathToFileURL(file).href
    const meta = {
      url,
      filename: file,
      dirname: dirname(file),
      resolve: (specifier: string) => {
        const found = require.resolve(specifier)
        return found.startsWith('/') ? pathToFileURL(found).href : found
      },
    }
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
        loading(this.#flags, () => importModule(specifier, options)),
      meta,
      named: namedExports,
      jsx: createElement,
      Fragment,
      sqlCell: (statements: readonly string[]) =>
        runSqlCell(statements, this.#session, this.#display),
      variables: listVariables,
    })
    const { execute, sql } = this.#session.forCells()
    const values = {
      require,
      module,
      exports: module.exports as unknown,
      __filename: file,
      __dirname: dirname(file),
      display: this.#display,
      input: Object.assign((prompt = '') => this.#ask(prompt, false), {
        password: (prompt = '') => this.#ask(prompt, true),
      }),
      progress: createProgress(this.#display),
      session: execute,
      sql,
    }
    for (const [name, value] of Object.entries(values)) hide(name, value)
  }

  answerInput(inputId: string, text: string): void {
    this.#questions.get(inputId)?.resolve(text)
    this.#questions.delete(inputId)
  }

  readonly #display: Display = Object.assign(
    (value: unknown, options: DisplayOptions = {}): DisplayHandle => {
      const id = options.id ?? `display-${this.#nextId++}`
      this.#show(value, { ...options, id }, false)
      return markAsShown({ id, update: (next) => this.#show(next, { ...options, id }, true) })
    },
    {
      html: (text: string, options?: DisplayOptions) =>
        this.#display({ 'text/html': text }, options),
      markdown: (text: string, options?: DisplayOptions) =>
        this.#display({ 'text/markdown': text }, options),
      svg: (text: string, options?: DisplayOptions) =>
        this.#display({ 'image/svg+xml': text }, options),
      json: (value: unknown, options?: DisplayOptions) =>
        this.#display({ 'application/json': value, 'text/plain': print(value) }, options),
      png: (image: Uint8Array | string, options?: DisplayOptions) => {
        const data = typeof image === 'string' ? image : Buffer.from(image).toString('base64')
        return this.#display({ 'image/png': data }, options)
      },
      update: (id: string, value: unknown, options: DisplayOptions = {}) => {
        this.#show(value, { ...options, id }, true)
      },
      clear: ({ wait = false }: { wait?: boolean } = {}) => {
        this.#outbox.send({ type: 'cleared', wait })
      },
    },
  )

  #show(value: unknown, options: DisplayOptions, update: boolean): void {
    const send = (data: Readonly<Record<string, unknown>>): void => {
      this.#outbox.send({
        type: 'display',
        data,
        metadata: options.metadata ?? {},
        displayId: options.id,
        update,
      })
    }
    const bundle = isMimeBundle(value) ? value : toMimeBundle(value)
    if (bundle instanceof Promise) void bundle.then(send)
    else send(bundle)
  }

  async #ask(prompt: string, isPassword: boolean): Promise<string> {
    const inputId = `input-${this.#nextId++}`
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

/** How something is displayed. */
export interface DisplayOptions {
  readonly id?: string
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** What `display()` gives: the same place, to show something else in. */
export interface DisplayHandle {
  readonly id: string
  update(value: unknown): void
}

export type Display = (value: unknown, options?: DisplayOptions) => DisplayHandle | undefined

/** An import's namespace, where a name that a CommonJS module keeps on its `default` is found as well. */
function namedExports(
  namespace: Record<string, unknown>,
  specifier: string,
  names: readonly string[],
): Record<string, unknown> {
  const missing = names.filter((name) => !(name in namespace))
  if (missing.length === 0) return namespace
  const inner = namespace['default'] as Record<string, unknown> | null | undefined
  const found: Record<string, unknown> = {}
  for (const name of names) {
    if (name in namespace) found[name] = namespace[name]
    else if (isObject(inner) && name in inner) found[name] = inner[name]
    else {
      throw new SyntaxError(`The requested module '${specifier}' has no export named '${name}'`)
    }
  }
  return found
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null
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
