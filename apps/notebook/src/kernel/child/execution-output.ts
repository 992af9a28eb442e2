import type { KernelEvent } from '../kernel.ts'
import { isTerminal, type ThrownError } from '../messages.ts'
import { describeThrown } from './describe-thrown.ts'
import { errorTrace, syntaxTrace } from './error-trace.ts'
import type { Execution } from './execution.ts'
import type { SourcePositions } from './source-positions.ts'
import type { Shown, Terminal } from './terminal.ts'
import { CellSyntaxError } from './transform-cell.ts'

const MAX_TEXT = 256 * 1024

type StreamName = 'stdout' | 'stderr'

export interface OutputActions {
  /** Undefined for one that is forgotten, or that never was. */
  find(number: number): Execution | undefined
  terminal(): Terminal | undefined
  send(event: KernelEvent): void
}

/** What executions say, on its way to their cells or to the terminal, positions mapped to what people wrote. */
export class ExecutionOutput {
  readonly #positions: SourcePositions
  readonly #actions: OutputActions
  /** Text that waits for more, as one event is cheaper than many. */
  #text = ''
  #of: { readonly number: number; readonly name: StreamName } = { number: 0, name: 'stdout' }

  constructor(positions: SourcePositions, actions: OutputActions) {
    this.#positions = positions
    this.#actions = actions
  }

  say(number: number, name: StreamName, text: string): void {
    const isSame = this.#of.number === number && this.#of.name === name
    if (!isSame || this.#text.length > MAX_TEXT) this.flush()
    this.#of = { number, name }
    this.#text += text
  }

  /** Sends the text that waits. */
  flush(): void {
    if (this.#text === '') return
    const { number, name } = this.#of
    const text = this.#positions.mapText(this.#text)
    this.#text = ''
    const execution = this.#ofCell(number)
    if (execution === undefined) this.#actions.terminal()?.print(text)
    else this.#send({ type: 'stream', executionId: execution.executionId, name, text })
  }

  show(message: Shown, execution: Execution): void {
    const { number, executionId, count } = execution
    if (isTerminal(number)) this.#actions.terminal()?.show(message)
    else if (message.type === 'result') this.#send({ ...message, executionId, count })
    else if (message.type === 'display') {
      this.#send({ ...message, displayId: message.displayId, executionId })
    } else this.#send({ ...message, executionId })
  }

  showThrown(number: number, error: ThrownError, isUncaught: boolean): void {
    const prefix = isUncaught ? 'Uncaught ' : ''
    const trace = errorTrace(error, this.#positions, { prefix, number })
    if (isUncaught) this.say(number, 'stderr', `${trace.join('\n')}\n`)
    else this.#showError(number, error, trace)
  }

  /** Something that cannot even be begun. */
  showRefused({ number, name, source }: Execution, error: unknown): void {
    if (error instanceof CellSyntaxError) {
      this.#showError(number, error, syntaxTrace(error, name, source))
      return
    }
    const described = { ...describeThrown(error), stack: '' }
    this.#showError(number, described, errorTrace(described, this.#positions))
  }

  #showError(
    number: number,
    { name, message }: Pick<ThrownError, 'name' | 'message'>,
    traceback: readonly string[],
  ): void {
    this.flush()
    const execution = this.#ofCell(number)
    if (execution === undefined) this.#actions.terminal()?.print(`${traceback.join('\n')}\n`)
    else {
      const { executionId } = execution
      this.#send({ type: 'error', executionId, name, message, traceback })
    }
  }

  #ofCell(number: number): Execution | undefined {
    return isTerminal(number) ? undefined : this.#actions.find(number)
  }

  #send(event: KernelEvent): void {
    this.flush()
    this.#actions.send(event)
  }
}
