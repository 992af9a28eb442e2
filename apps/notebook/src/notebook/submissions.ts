import { randomUUID } from 'node:crypto'
import type { Kernel } from '../kernel/kernel.ts'
import { checkAllowed } from './allowed-operations.ts'
import type { AppliedState } from './apply-operation.ts'
import { type Audience, type Listener, tell } from './audience.ts'
import { decodeClientOperation } from './client-operation.ts'
import type { ClientNumbers } from './client-numbers.ts'
import { NotebookError } from './errors.ts'
import type { NotebookClient, NotebookKernel } from './notebook-kernel.ts'
import type { Action, ClientOperation, NotebookState, Operation } from './operations.ts'
import type { SourceHistories } from './source-histories.ts'

/** Where an operation comes from: the client, and its number there. */
export interface OperationSource {
  readonly clientId: string
  readonly number: number
}

/** The notebook that operations are submitted to. */
export interface SubmissionParts {
  readonly kernel: NotebookKernel
  readonly audience: Audience
  readonly histories: SourceHistories
  readonly numbers: ClientNumbers
  readonly state: () => NotebookState
  readonly canRun: (client: NotebookClient) => boolean
  /** @throws {NotebookError} `NOTEBOOK_CLOSED` */
  readonly checkOpen: () => void
  /** Somebody works with the notebook. */
  readonly onUse: () => void
  /** Null when the operation is about what is not there any more. */
  readonly commit: (operation: Operation, from?: OperationSource) => AppliedState | null
  readonly settle: () => Promise<void>
  readonly save: () => Promise<void>
  readonly ensureKernel: (client: NotebookClient) => Promise<Kernel>
}

/** What clients ask of a notebook: each operation once, allowed, filled in, applied, and carried out. */
export class Submissions {
  readonly #parts: SubmissionParts

  constructor(parts: SubmissionParts) {
    this.#parts = parts
  }

  /**
   * Takes an operation of a client; what becomes of it is told to all, or why not to the client alone.
   *
   * @throws {NotebookError} `OPERATION_INVALID` where it has no number.
   */
  submit(entry: Listener, number: number, message: unknown): void {
    const { client } = entry
    if (!Number.isSafeInteger(number) || number < 1) {
      throw new NotebookError('OPERATION_INVALID', 'Cannot take operation: its number is none')
    }
    const { audience, numbers, checkOpen, commit, onUse, settle } = this.#parts
    onUse()
    if (number <= numbers.last(client.clientId)) {
      // Sent again after a cut: it was applied, and is told when it is on the disk.
      void settle().then(() => audience.acknowledge(client.clientId))
      return
    }
    try {
      checkOpen()
      const asked = decodeClientOperation(message)
      checkAllowed(asked, this.#parts.state(), this.#parts.canRun(client))
      const operation = this.#fillIn(asked, client)
      const applied = commit(operation, { clientId: client.clientId, number })
      if (applied === null) throw refusal(asked)
      for (const action of applied.actions) this.#perform(action, entry, number, asked)
    } catch (error) {
      if (!(error instanceof NotebookError)) throw error
      this.#refuse(entry, number, error)
      numbers.count(client.clientId, number)
      void settle().then(() => audience.acknowledgeRefused(client.clientId, number))
    }
  }

  #refuse(entry: Listener, number: number, error: NotebookError): void {
    const { code, message, hint } = error
    tell(entry, { type: 'refused', number, code, message, hint })
  }

  /** Puts into an operation what only the server may say. */
  #fillIn(operation: ClientOperation, client: NotebookClient): ClientOperation {
    switch (operation.type) {
      case 'run-cells': {
        const executions = operation.cellIds.map((cellId) => ({
          cellId,
          executionId: randomUUID(),
        }))
        for (const { cellId, executionId } of executions) {
          const cell = this.#parts.state().notebook.cells.find(({ id }) => id === cellId)
          if (cell !== undefined) this.#parts.kernel.remember(executionId, cell, client)
        }
        return { ...operation, executions, by: client.user }
      }
      case 'restart':
      case 'shut-down':
      case 'kill':
        return { ...operation, at: new Date().toISOString() }
      case 'change-source':
        return this.#rebase(operation)
      case 'answer-input':
        // A password is for the kernel alone: not for the journal, not for other pages.
        return { ...operation, text: '' }
      case 'insert-cell':
      case 'insert-cells':
      case 'delete-cell':
      case 'restore-cell':
      case 'move-cells':
      case 'set-cell-kind':
      case 'set-cell-metadata':
      case 'set-attachments':
      case 'clear-outputs':
      case 'interrupt':
      case 'use':
      case 'save':
        return operation
    }
  }

  #rebase(operation: ClientOperation & { type: 'change-source' }): ClientOperation {
    const cell = this.#parts.state().notebook.cells.find(({ id }) => id === operation.cellId)
    if (cell === undefined) throw refusal(operation)
    const changes = this.#parts.histories.rebase(cell, operation)
    return { ...operation, version: cell.version, changes }
  }

  #perform(action: Action, entry: Listener, number: number, asked: ClientOperation): void {
    const { client } = entry
    switch (action.type) {
      case 'evaluate':
        this.#parts.kernel.evaluate(action.executionId)
        break
      case 'interrupt-kernel':
        this.#parts.kernel.running?.interrupt(action.executionId ?? undefined)
        break
      case 'restart-kernel':
        void this.#parts.kernel.restart(client)
        break
      case 'shut-down-kernel':
        void this.#parts.kernel.end('it was shut down')
        break
      case 'kill-kernel':
        this.#parts.kernel.running?.kill()
        void this.#parts.kernel.end('it was killed')
        break
      case 'answer-kernel':
        if (asked.type !== 'answer-input') break
        this.#parts.kernel.running?.answerInput(action.inputId, asked.text)
        break
      case 'use-context':
        void this.#use(action.context, entry, number)
        break
      case 'save-file':
        void this.#parts.save()
        break
    }
  }

  async #use(
    context: Extract<Action, { type: 'use-context' }>['context'],
    entry: Listener,
    number: number,
  ): Promise<void> {
    try {
      const kernel = await this.#parts.ensureKernel(entry.client)
      const now = await kernel.use(context)
      this.#parts.commit({ type: 'context-changed', context: now })
    } catch (error) {
      const { code, message, hint } = error as NotebookError
      tell(entry, { type: 'refused', number, code: code ?? 'USE_FAILED', message, hint })
    }
  }
}

function refusal({ type }: ClientOperation): NotebookError {
  return new NotebookError(
    'OPERATION_REFUSED',
    `Cannot apply ${type}: what it is about has changed meanwhile`,
  )
}
