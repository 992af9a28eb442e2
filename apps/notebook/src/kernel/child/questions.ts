import type { Catalogue, Completion, KernelProperty, KernelVariable } from '../kernel.ts'
import type { ErrorText, Reply, ToDriver } from '../messages.ts'
import { EMPTY_CATALOGUE } from './catalogue.ts'
import { complete } from './complete.ts'
import type { MainInspector } from './main-inspector.ts'

/** What the server asks, and main need not be free to answer. */
export type Question = Extract<
  ToDriver,
  { readonly type: 'complete' | 'variables' | 'inspect-variable' | 'catalogue' }
>

export interface QuestionActions {
  /** Names that cells have declared, the latest last. */
  names(): readonly string[]
  /** A cell runs, or the terminal. */
  isBusy(): boolean
  /** Main answers it when it turns to it: `onCatalogue()` follows. */
  askCatalogue(databases: readonly string[]): void
  reply(requestId: number, result: Reply): void
  refuse(requestId: number, error: ErrorText): void
}

const MOST_NAMES = 1000
const ANSWER_MS = 1000
/** Completion waits for Snowflake, but not for a cell that blocks the main thread. */
const CATALOGUE_MS = 10_000
const CATALOGUE_WHILE_BUSY_MS = 300

/** Answers questions about the kernel, beside whatever runs in it. */
export class Questions {
  readonly #inspector: MainInspector
  readonly #actions: QuestionActions
  readonly #waitingForCatalogue = new Set<
    (databases: readonly string[], catalogue: Catalogue) => void
  >()
  #catalogue: Catalogue = EMPTY_CATALOGUE

  constructor(inspector: MainInspector, actions: QuestionActions) {
    this.#inspector = inspector
    this.#actions = actions
  }

  answer(question: Question): void {
    this.#resultOf(question).then(
      (result) => this.#actions.reply(question.requestId, result),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        this.#actions.refuse(question.requestId, { code: 'KERNEL_BUSY', message })
      },
    )
  }

  /** Main has read the catalogue. */
  onCatalogue(databases: readonly string[], catalogue: Catalogue): void {
    this.#catalogue = catalogue
    for (const onRead of this.#waitingForCatalogue) onRead(databases, catalogue)
  }

  complete(source: string, offset: number, language: 'typescript' | 'sql'): Promise<Completion> {
    return complete(this.#inspector, source, offset, language)
  }

  #resultOf(question: Question): Promise<Reply> {
    switch (question.type) {
      case 'complete':
        return this.complete(question.source, question.offset, question.language)
      case 'variables': {
        const names = this.#actions.names().slice(-MOST_NAMES)
        return this.#ask<readonly KernelVariable[]>('variables', names)
      }
      case 'inspect-variable':
        return this.#ask<readonly KernelProperty[]>(
          'inspectVariable',
          question.name,
          question.path,
          question.offset,
        )
      case 'catalogue':
        return this.#readCatalogue(question.databases)
    }
  }

  /** Calls a function of `$spcs` on the main thread, between two steps of whatever runs there. */
  async #ask<Answer>(name: string, ...given: readonly unknown[]): Promise<Answer> {
    const call = `$spcs.${name}(${given.map((value) => JSON.stringify(value)).join(',')})`
    const answer = this.#inspector.evaluate(call, { throwOnSideEffect: false, returnByValue: true })
    const { result, exceptionDetails } = await soon(answer)
    if (exceptionDetails === undefined) return result.value as Answer
    throw tooBusy()
  }

  #readCatalogue(databases: readonly string[]): Promise<Catalogue> {
    const wanted = JSON.stringify(databases)
    return new Promise((resolve) => {
      const wait = this.#actions.isBusy() ? CATALOGUE_WHILE_BUSY_MS : CATALOGUE_MS
      const late = setTimeout(() => {
        this.#waitingForCatalogue.delete(onRead)
        resolve(this.#catalogue)
      }, wait)
      const onRead = (read: readonly string[], catalogue: Catalogue): void => {
        if (JSON.stringify(read) !== wanted) return
        clearTimeout(late)
        this.#waitingForCatalogue.delete(onRead)
        resolve(catalogue)
      }
      this.#waitingForCatalogue.add(onRead)
      this.#actions.askCatalogue(databases)
    })
  }
}

/** Loops of JavaScript are asked in passing, but native code, such as a sort, answers nothing. */
async function soon<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooBusy()), ANSWER_MS)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

function tooBusy(): Error {
  return new Error('Cannot look at variables: the kernel is too busy')
}
