import type { CellLanguage, Completion } from '../kernel.ts'
import type { FromMain } from '../messages.ts'
import { Repl } from './repl.ts'
import { CellSyntaxError, transformCell } from './transform-cell.ts'

/** What an execution shows besides text. */
export type Shown = Extract<
  FromMain,
  { readonly type: 'result' | 'display' | 'cleared' | 'input-requested' }
>

/** What the terminal asks of the driver. */
export interface TerminalActions {
  /** Starts it; `evaluationEnded()` follows. */
  run(source: string, language: CellLanguage): void
  interrupt(): void
  complete(line: string, offset: number): Promise<Completion>
  answerInput(inputId: string, text: string): void
  onLine(line: string): void
  /** The terminal reads again. */
  onDrain(): void
}

/** The kernel's terminal as the driver sees it: a line editor, and everything that is shown as text. */
export class Terminal {
  readonly #actions: TerminalActions
  readonly #repl: Repl

  constructor(actions: TerminalActions, history: readonly string[]) {
    this.#actions = actions
    this.#repl = new Repl({ ...actions, isIncomplete }, history)
    this.#repl.start()
  }

  /** True while it is read more slowly than we print. */
  get isBackedUp(): boolean {
    return this.#repl.isBackedUp
  }

  print(text: string): void {
    this.#repl.print(text)
  }

  resized(): void {
    this.#repl.resized()
  }

  evaluationEnded(): void {
    this.#repl.evaluationEnded()
  }

  show(message: Shown): void {
    switch (message.type) {
      case 'result':
      case 'display':
        this.#repl.print(`${plainText(message.data)}\n`)
        break
      case 'input-requested':
        void this.#ask(message)
        break
      case 'cleared':
        break
      default:
        message satisfies never
    }
  }

  async #ask(question: Extract<Shown, { type: 'input-requested' }>): Promise<void> {
    const { inputId, prompt, isPassword } = question
    this.#actions.answerInput(inputId, await this.#repl.ask(prompt, isPassword))
  }
}

async function isIncomplete(source: string): Promise<boolean> {
  try {
    await transformCell(source, 'terminal', 0, async () => ({ code: '', map: '{}' }))
    return false
  } catch (error) {
    return error instanceof CellSyntaxError && error.isIncomplete
  }
}

function plainText(data: Readonly<Record<string, unknown>>): string {
  const plain = data['text/plain']
  return typeof plain === 'string' ? plain : `[${Object.keys(data).join(', ')}]`
}
