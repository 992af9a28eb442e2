import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Completion, Kernel, KernelVariable } from '../kernel/kernel.ts'
import type { AppliedOperation, ServerMessage } from '../protocol.ts'
import { type AppliedState, applyOperation, changesFile, MOST_DELETED } from './apply-operation.ts'
import {
  type Beginning,
  findBeginning,
  forgetNumbers,
  journalFile,
  keepNumbers,
} from './beginning.ts'
import {
  decodeClientOperation,
  decodePresence,
  MOST_CELLS,
  MOST_SOURCE_CHARACTERS,
} from './client-operation.ts'
import { NotebookError } from './errors.ts'
import type { VolumeFileSystem } from './file-system.ts'
import { Journal, type JournalHeader, type JournalLine } from './journal.ts'
import { readNotebookFile, writeNotebookFile } from './notebook-file.ts'
import { type NotebookClient, NotebookKernel } from './notebook-kernel.ts'
import { NotebookSaver, type SaveTimes } from './notebook-saver.ts'
import { OperationLog } from './operation-log.ts'
import type { Action, ClientOperation, NotebookState, Operation } from './operations.ts'
import {
  addToHistory,
  diffSources,
  emptyHistory,
  maybeParseChange,
  rebaseChange,
  type SourceHistory,
} from './source-changes.ts'
import { WholeOutput } from './whole-output.ts'

export type { NotebookClient } from './notebook-kernel.ts'

/** What a page is told; the socket sends these as they are. */
export type NotebookMessage = Extract<
  ServerMessage,
  { type: 'snapshot' | 'resumed' | 'operations' | 'acknowledged' | 'refused' | 'closed' }
>

/** A page's side of an open notebook. */
export interface Subscription {
  /** Takes an operation of the client; what becomes of it is told to the listener. */
  submit(number: number, operation: unknown): void
  /** @throws {NotebookError} `OPERATION_INVALID` */
  presence(cellId: unknown, selection: unknown): void
  close(): void
}

export interface StartKernelOptions {
  /** From the notebooks' folder. */
  readonly path: string
  /** On this machine. */
  readonly file: string
  readonly client: NotebookClient
}

export interface OpenNotebookOptions {
  /** From the root, with /. */
  readonly path: string
  /** The notebooks' folder, on a volume perhaps. */
  readonly root: string
  /** Local disk: journals and whole outputs. */
  readonly stateDirectory: string
  readonly files: VolumeFileSystem
  readonly startKernel: (options: StartKernelOptions) => Promise<Kernel>
  /** A kernel belongs to the user who started it. */
  readonly callersRights?: boolean | undefined
  readonly times?: Partial<SaveTimes & { readonly checkMs: number }> | undefined
}

const TIMES = { quietMs: 1_000, mostMs: 10_000, retryMs: 10_000, checkMs: 5_000 }
const MOST_CLIENTS = 1_000
interface Listener {
  readonly client: NotebookClient
  readonly listener: (message: NotebookMessage) => void
}

/** An operation that is applied and not on the disk yet. */
interface Unpublished {
  readonly sequence: number
  readonly applied: AppliedOperation
  readonly characters: number
  readonly state: NotebookState
}

/**
 * One notebook that is open. It alone changes the notebook: it puts operations in order, writes them to the
 * journal, and only then tells its clients, so that nobody ever sees what a killed server would forget.
 * The kernel and the file live on whether or not anyone looks.
 */
export class OpenNotebook implements AsyncDisposable {
  /** Changes when the notebook is opened anew: sequence numbers of another epoch mean nothing. */
  readonly epoch: string = randomUUID()
  readonly #options: OpenNotebookOptions
  readonly #saver: NotebookSaver
  readonly #outputs: WholeOutput
  readonly #kernel: NotebookKernel
  readonly #log: OperationLog
  readonly #listeners = new Set<Listener>()
  readonly #histories = new Map<string, SourceHistory>()
  readonly #numbers: Map<string, number>
  readonly #checking: NodeJS.Timeout
  #state: NotebookState
  #changedAt: number
  #journal: Journal | undefined
  #journalFile: string
  #journalProblem: string | null = null
  #isJournalBroken = false
  #isRotating = false
  #durable: Promise<void> = Promise.resolve()
  #unpublished: Unpublished[] = []
  /** Sequence number up to which clients can be told; 0 when they have been. */
  #durableTo = 0
  #published: { readonly state: NotebookState; readonly numbers: Map<string, number> }
  #isClosed = false
  #closing: Promise<void> | undefined
  #usedAt = Date.now()

  private constructor(options: OpenNotebookOptions, begin: Beginning) {
    this.#options = options
    this.#state = begin.state
    this.#numbers = new Map(begin.numbers)
    this.#published = { state: begin.state, numbers: new Map(begin.numbers) }
    this.#changedAt = begin.state.saved.status === 'saved' ? 0 : begin.state.sequence
    this.#log = new OperationLog(begin.state.sequence)
    this.#journalFile = journalFile(options.stateDirectory, options.path)
    this.#outputs = new WholeOutput(join(options.stateDirectory, 'outputs', this.epoch))
    this.#kernel = new NotebookKernel({
      start: (client) => options.startKernel({ path: this.path, file: this.file, client }),
      hasCallersRights: options.callersRights === true,
      state: () => this.#state,
      commit: (operation) => {
        this.#usedAt = Date.now()
        return this.#commit(operation)
      },
      outputs: this.#outputs,
      journalLag: () => this.#journal?.lag ?? 0,
    })
    const times = { ...TIMES, ...options.times }
    this.#saver = new NotebookSaver(
      {
        files: options.files,
        file: () => this.file,
        state: () => this.#state,
        changedAt: () => this.#changedAt,
        apply: (operation) => void this.#commit(this.#withJournalProblem(operation)),
        onSaving: (hash) => this.#write([{ type: 'saving', hash }]),
        onSaved: (hash) => void this.#write([{ type: 'saved', hash }]),
        onRead: (base) => void this.#write([{ type: 'read', ...base }]),
        times,
      },
      begin,
    )
    if (begin.isRecovered) void this.#beginJournal()
    if (begin.state.saved.status !== 'saved') this.#saver.onChange()
    this.#checking = setInterval(() => {
      if (this.#listeners.size > 0 && this.#state.saved.status !== 'saving') {
        void this.#saver.check()
      }
    }, times.checkMs)
    this.#checking.unref()
  }

  /**
   * Opens a notebook: from its file, or from where a killed server left it.
   *
   * @throws {NotebookError} `NOTEBOOK_NOT_FOUND`, `NOTEBOOK_INVALID`
   */
  static async open(options: OpenNotebookOptions): Promise<OpenNotebook> {
    return new OpenNotebook(options, await findBeginning(options))
  }

  get path(): string {
    return this.#state.path
  }

  /** Where the notebook's file is. */
  get file(): string {
    return join(this.#options.root, this.#state.path)
  }

  /** The state as clients see it: all of it is on the disk. */
  get state(): NotebookState {
    return this.#published.state
  }

  get kernel(): Kernel | undefined {
    return this.#kernel.running
  }

  /** Whether there is a kernel, or one is being started. */
  get hasKernel(): boolean {
    return this.#kernel.isThere
  }

  get hasClients(): boolean {
    return this.#listeners.size > 0
  }

  /** When something last happened, in ms since 1970. */
  get usedAt(): number {
    return this.#usedAt
  }

  /**
   * Tells a client everything from what it has, in order and each operation once. The first message is
   * `resumed` when its copy is good, else `snapshot`; it comes before this returns.
   */
  subscribe(
    client: NotebookClient,
    have: { readonly epoch: string | null; readonly sequence: number },
    listener: (message: NotebookMessage) => void,
  ): Subscription {
    this.#checkOpen()
    const entry = { client, listener }
    const number = this.#published.numbers.get(client.clientId) ?? 0
    const missed = have.epoch === this.epoch ? this.#log.since(have.sequence) : undefined
    if (missed === undefined) {
      const you = { clientId: client.clientId, user: client.user, canRun: this.canRun(client) }
      const { state } = this.#published
      tell(entry, { type: 'snapshot', epoch: this.epoch, state, you, number })
    } else {
      tell(entry, { type: 'resumed', epoch: this.epoch, number })
      if (missed.length > 0) {
        tell(entry, { type: 'operations', first: have.sequence + 1, operations: missed })
      }
    }
    this.#listeners.add(entry)
    const { clientId, user } = client
    const presence = { clientId, user, cellId: null, selection: null }
    this.#commit({ type: 'client-joined', presence })
    return {
      submit: (given, operation) => this.#submit(entry, given, operation),
      presence: (cellId, selection) => {
        const at = decodePresence(cellId, selection)
        this.#commit({ type: 'presence', presence: { clientId, user, ...at } })
      },
      close: () => {
        if (!this.#listeners.delete(entry)) return
        this.#usedAt = Date.now()
        const isElsewhere = [...this.#listeners].some((other) => other.client.clientId === clientId)
        if (!isElsewhere) this.#commit({ type: 'client-left', clientId })
      },
    }
  }

  /** Operations after a sequence number that clients may see; undefined when some are forgotten. */
  operationsSince(sequence: number): readonly AppliedOperation[] | undefined {
    return this.#log.since(sequence)
  }

  /** Whether this client may run, interrupt and answer. */
  canRun(client: NotebookClient): boolean {
    const { kernelOwner } = this.#state
    return this.#options.callersRights !== true || [null, client.user].includes(kernelOwner)
  }

  /**
   * The kernel; started when there is none.
   *
   * @throws {NotebookError} `KERNEL_OF_ANOTHER_USER`
   */
  async ensureKernel(client: NotebookClient): Promise<Kernel> {
    this.#checkOpen()
    this.#checkRights(client)
    return await this.#kernel.ensure(client)
  }

  /** Completions at a place of a cell's text, from the kernel that runs; none when there is none. */
  async complete(cellId: string, source: string, offset: number): Promise<Completion> {
    const cell = this.#state.notebook.cells.find(({ id }) => id === cellId)
    const kernel = this.#kernel.running
    const isCode = cell?.kind === 'typescript' || cell?.kind === 'sql'
    if (!isCode || kernel === undefined) return { from: offset, to: offset, items: [] }
    return await kernel.complete(source, offset, cell.kind === 'sql' ? 'sql' : 'typescript')
  }

  /** The kernel's variables; none when there is no kernel. */
  async variables(): Promise<readonly KernelVariable[]> {
    return (await this.#kernel.running?.variables()) ?? []
  }

  /** The file on local disk with all that a cell has printed; undefined when it printed nothing here. */
  async wholeOutput(cellId: string): Promise<string | undefined> {
    this.#kernel.flush()
    await this.#outputs.settled()
    return this.#outputs.path(cellId)
  }

  /** Saves now; ends when it is done or has failed, which the state says. */
  async save(): Promise<void> {
    this.#kernel.flush()
    await this.#saver.save('asked')
    await this.#settle()
  }

  /** Looks now whether someone else wrote the file. */
  async checkFile(): Promise<void> {
    await this.#saver.check()
    await this.#settle()
  }

  /**
   * Moves the notebook's file; the notebook, its kernel and its clients stay.
   *
   * @throws {NotebookError} `NOTEBOOK_EXISTS`, `SAVE_FAILED`
   */
  async rename(path: string): Promise<void> {
    this.#checkOpen()
    await this.save()
    const { status, problem } = this.#state.saved
    if (status === 'failed') {
      throw new NotebookError('SAVE_FAILED', `Cannot rename "${this.path}": ${problem ?? ''}`, {
        hint: 'See to it that the notebook can be saved first',
      })
    }
    await this.#saver.between(async () => {
      const { files, root, stateDirectory } = this.#options
      const from = this.file
      const found = await readNotebookFile(files, from)
      const text = found?.text ?? ''
      if (found === undefined || this.#saver.base === null) {
        throw new NotebookError('NOTEBOOK_NOT_FOUND', `Cannot rename "${this.path}": it is gone`)
      }
      if (await files.stat(join(root, path))) {
        throw new NotebookError('NOTEBOOK_EXISTS', `Cannot rename to "${path}": there is one`, {
          hint: 'Choose another name',
        })
      }
      await writeNotebookFile(files, join(root, path), text)
      this.#commit({ type: 'renamed', path })
      await this.#settle()
      const old = this.#journal
      await forgetNumbers(this.#journalFile)
      this.#journalFile = journalFile(stateDirectory, path)
      await this.#beginJournal()
      await old?.remove()
      await files.remove(from)
    })
  }

  /** Saves, ends the kernel, and takes the journal away once everything is on the volume. */
  close(): Promise<void> {
    this.#closing ??= this.#close('save')
    return this.#closing
  }

  /** Closes without saving: the file was deleted on purpose. */
  discard(): Promise<void> {
    this.#closing ??= this.#close('discard')
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(how: 'save' | 'discard'): Promise<void> {
    clearInterval(this.#checking)
    // First what there is: the kernel may take its time to end.
    this.#kernel.flush()
    if (how === 'save' && this.#state.saved.status !== 'saved') await this.#saver.save()
    await this.#kernel.end('the notebook was closed')
    if (how === 'save' && this.#state.saved.status !== 'saved') await this.#saver.save()
    this.#isClosed = true
    this.#saver.close()
    await this.#settle()
    const isSafe = how === 'discard' || this.#state.saved.status === 'saved'
    if (isSafe) {
      if (how === 'save') await keepNumbers(this.#journalFile, this.#numbers)
      else await forgetNumbers(this.#journalFile)
      await this.#journal?.remove()
      await this.#outputs.remove()
    } else await this.#journal?.close()
    const message = how === 'discard' ? 'The file was deleted' : 'The notebook was closed'
    for (const entry of this.#listeners) {
      tell(entry, { type: 'closed', code: 'NOTEBOOK_CLOSED', message })
    }
    this.#listeners.clear()
  }

  // Clients

  #submit(entry: Listener, number: number, message: unknown): void {
    const { client } = entry
    if (!Number.isSafeInteger(number) || number < 1) {
      throw new NotebookError('OPERATION_INVALID', 'Cannot take operation: its number is none')
    }
    this.#usedAt = Date.now()
    if (number <= (this.#numbers.get(client.clientId) ?? 0)) {
      // Sent again after a cut: it was applied, and is told when it is on the disk.
      void this.#settle().then(() => this.#acknowledge(client.clientId))
      return
    }
    try {
      this.#checkOpen()
      const asked = decodeClientOperation(message)
      this.#checkAllowed(asked, client)
      const operation = this.#fillIn(asked, client)
      const applied = this.#commit(operation, { clientId: client.clientId, number })
      if (applied === null) throw refusal(asked)
      for (const action of applied.actions) this.#perform(action, entry, number, asked)
    } catch (error) {
      if (!(error instanceof NotebookError)) throw error
      this.#refuse(entry, number, error)
      this.#countClient(this.#numbers, client.clientId, number)
      void this.#acknowledgeRefused(client.clientId, number)
    }
  }

  #refuse(entry: Listener, number: number, error: NotebookError): void {
    const { code, message, hint } = error
    tell(entry, { type: 'refused', number, code, message, hint })
  }

  async #acknowledgeRefused(clientId: string, number: number): Promise<void> {
    await this.#settle()
    this.#countClient(this.#published.numbers, clientId, number)
    this.#acknowledge(clientId)
  }

  #acknowledge(clientId: string): void {
    const number = this.#published.numbers.get(clientId)
    if (number === undefined) return
    for (const entry of this.#listeners) {
      if (entry.client.clientId === clientId) tell(entry, { type: 'acknowledged', number })
    }
  }

  #checkOpen(): void {
    if (!this.#isClosed) return
    throw new NotebookError('NOTEBOOK_CLOSED', `Cannot use "${this.path}": it was closed`, {
      hint: 'Open it again',
    })
  }

  #checkRights(client: NotebookClient): void {
    if (this.canRun(client)) return
    const owner = this.#state.kernelOwner ?? ''
    throw new NotebookError(
      'KERNEL_OF_ANOTHER_USER',
      `Cannot run: the kernel belongs to "${owner}" and works with their rights`,
      { hint: 'Ask them to shut the kernel down, or copy the notebook' },
    )
  }

  #checkAllowed(operation: ClientOperation, client: NotebookClient): void {
    switch (operation.type) {
      case 'run-cells':
      case 'interrupt':
      case 'restart':
      case 'shut-down':
      case 'kill':
      case 'answer-input':
      case 'use':
        this.#checkRights(client)
        break
      case 'insert-cell':
        if (this.#state.notebook.cells.length < MOST_CELLS) break
        throw new NotebookError('OPERATION_REFUSED', `Cannot insert cell: there are ${MOST_CELLS}`)
      case 'delete-cell':
      case 'restore-cell':
      case 'move-cell':
      case 'set-cell-kind':
      case 'change-source':
      case 'set-cell-metadata':
      case 'clear-outputs':
      case 'save':
        break
    }
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
          const cell = this.#state.notebook.cells.find(({ id }) => id === cellId)
          if (cell !== undefined) this.#kernel.remember(executionId, cell, client)
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
      case 'delete-cell':
      case 'restore-cell':
      case 'move-cell':
      case 'set-cell-kind':
      case 'set-cell-metadata':
      case 'clear-outputs':
      case 'interrupt':
      case 'use':
      case 'save':
        return operation
    }
  }

  #rebase(operation: ClientOperation & { type: 'change-source' }): ClientOperation {
    const cell = this.#state.notebook.cells.find(({ id }) => id === operation.cellId)
    if (cell === undefined) throw refusal(operation)
    const change = maybeParseChange(operation.changes)
    if (change === undefined || change.newLength > MOST_SOURCE_CHARACTERS) {
      throw new NotebookError('OPERATION_INVALID', 'Cannot change text: this is no change of it')
    }
    const history = this.#histories.get(cell.id) ?? emptyHistory(cell.version)
    const rebased = rebaseChange(history, operation.version, change)
    if (rebased === undefined || rebased.length !== cell.source.length) {
      throw new NotebookError('VERSION_TOO_OLD', 'Cannot change text: it has changed too often', {
        hint: 'Send the change again, made against the present text',
      })
    }
    return { ...operation, version: cell.version, changes: rebased.toJSON() }
  }

  // Operations

  /** Applies an operation and writes it down; clients hear of it when it is on the disk. */
  #commit(
    operation: Operation,
    from?: { readonly clientId: string; readonly number: number },
  ): AppliedState | null {
    if (this.#isClosed) return null
    const before = this.#state
    const applied = applyOperation(before, operation)
    if (applied === null) return null
    const { state } = applied
    this.#state = state
    this.#followSources(operation, before)
    if (state.queue !== before.queue || operation.type === 'run-cells') this.#kernel.forget()
    if (changesFile(operation)) {
      this.#changedAt = state.sequence
      this.#saver.onChange()
    }
    const { clientId, number } = from ?? { clientId: null, number: null }
    if (from !== undefined) this.#countClient(this.#numbers, from.clientId, from.number)
    const line: JournalLine = {
      type: 'applied',
      sequence: state.sequence,
      operation,
      clientId,
      number,
    }
    const written = isJournaled(operation) ? this.#write([line]) : this.#durable
    const characters = sizeOf(operation)
    const entry = { sequence: state.sequence, applied: { operation, clientId, number }, state }
    this.#unpublished.push({ ...entry, characters })
    void this.#publishAfter(written, state.sequence)
    this.#kernel.hold()
    return applied
  }

  /** Keeps what older text changes have to be mapped over. */
  #followSources(operation: Operation, before: NotebookState): void {
    if (operation.type === 'change-source') {
      const change = maybeParseChange(operation.changes)
      if (change !== undefined) this.#addToHistory(operation.cellId, operation.version, change)
    } else if (operation.type === 'merged') {
      const after = new Map(operation.cells.map((cell) => [cell.id, cell]))
      for (const cell of before.notebook.cells) {
        const merged = after.get(cell.id)
        if (merged === undefined || merged.version === cell.version) continue
        this.#addToHistory(cell.id, cell.version, diffSources(cell.source, merged.source))
      }
    }
    if (this.#histories.size > this.#state.notebook.cells.length + MOST_DELETED) {
      const { notebook, deleted } = this.#state
      const known = new Set([...notebook.cells, ...deleted].map(({ id }) => id))
      for (const id of this.#histories.keys()) if (!known.has(id)) this.#histories.delete(id)
    }
  }

  #addToHistory(cellId: string, version: number, change: SourceHistory['changes'][number]): void {
    const history = this.#histories.get(cellId) ?? emptyHistory(version)
    this.#histories.set(cellId, addToHistory(history, change))
  }

  /** Ends when all that has been applied so far is on the disk and told. */
  async #settle(): Promise<void> {
    const { sequence } = this.#state
    await this.#durable
    this.#publish(sequence)
  }

  /** Operations that came to the disk together are told together. */
  async #publishAfter(written: Promise<void>, sequence: number): Promise<void> {
    await written
    const isWaiting = this.#durableTo > 0
    this.#durableTo = Math.max(this.#durableTo, sequence)
    if (isWaiting) return
    queueMicrotask(() => {
      const upTo = this.#durableTo
      this.#durableTo = 0
      this.#publish(upTo)
    })
  }

  /** Tells everyone what is on the disk up to a sequence number. */
  #publish(sequence: number): void {
    const upTo = this.#unpublished.findLastIndex((entry) => entry.sequence <= sequence) + 1
    const entries = this.#unpublished.splice(0, upTo)
    const last = entries.at(-1)
    if (last === undefined) return
    const first = this.#log.last + 1
    const acknowledged = new Set<string>()
    for (const { applied, characters } of entries) {
      this.#log.add(applied, characters)
      if (applied.clientId === null || applied.number === null) continue
      this.#countClient(this.#published.numbers, applied.clientId, applied.number)
      acknowledged.add(applied.clientId)
    }
    this.#published = { ...this.#published, state: last.state }
    const operations = entries.map(({ applied }) => applied)
    for (const entry of this.#listeners) tell(entry, { type: 'operations', first, operations })
    for (const clientId of acknowledged) this.#acknowledge(clientId)
  }

  #countClient(numbers: Map<string, number>, clientId: string, number: number): void {
    const known = numbers.get(clientId) ?? 0
    // Taken out and put in: the first of the map is the one not heard of for the longest time.
    numbers.delete(clientId)
    numbers.set(clientId, Math.max(known, number))
    if (numbers.size <= MOST_CLIENTS) return
    for (const oldest of numbers.keys()) {
      numbers.delete(oldest)
      break
    }
  }

  // Journal

  /** Ends when the lines are on the disk, or cannot be: then the notebook lives in memory and on the volume. */
  #write(lines: readonly JournalLine[]): Promise<void> {
    if (this.#journal === undefined) void this.#beginJournal()
    const journal = this.#journal
    if (journal === undefined) return this.#durable
    this.#durable = this.#append(journal, lines)
    return this.#durable
  }

  async #append(journal: Journal, lines: readonly JournalLine[]): Promise<void> {
    try {
      await journal.append(lines)
      this.#journalProblem = null
    } catch (error) {
      this.#onJournalBroken(error)
    }
    if (this.#journal === journal && journal.isLong && !this.#isRotating) {
      void this.#rotate(journal)
    }
    this.#kernel.hold()
  }

  #beginJournal(): Promise<void> {
    const { journal, written } = Journal.start(this.#journalFile, this.#header())
    this.#journal = journal
    this.#durable = written.catch((error: unknown) => this.#onJournalBroken(error))
    return this.#durable
  }

  /** Begins the journal anew: the notebook as it is takes the place of how it came to be. */
  async #rotate(journal: Journal): Promise<void> {
    this.#isRotating = true
    const written = journal
      .rotate(this.#header())
      .catch((error: unknown) => this.#onJournalBroken(error))
    this.#durable = written
    await written
    this.#isRotating = false
  }

  #onJournalBroken(cause: unknown): void {
    const why = cause instanceof Error ? cause.message : String(cause)
    this.#journalProblem = `what is not yet saved would be lost with the server: ${why}`
    if (this.#isJournalBroken) return
    this.#isJournalBroken = true
    void this.#journal?.close().catch(() => undefined)
    // A journal with a hole is worth nothing: the next line begins another.
    this.#journal = undefined
    this.#saver.onChange()
    setTimeout(() => (this.#isJournalBroken = false), 1_000).unref()
  }

  /** Nobody is to take for safe what no journal holds: each save says so until there is one again. */
  #withJournalProblem(operation: Operation): Operation {
    if (operation.type !== 'saved' || operation.saved.problem !== null) return operation
    return { ...operation, saved: { ...operation.saved, problem: this.#journalProblem } }
  }

  #header(): JournalHeader {
    const { base, besides, torn } = this.#saver
    const isSame = base?.notebook === this.#state.notebook
    return {
      format: 1,
      path: this.path,
      epoch: this.epoch,
      state: this.#state,
      besides,
      base: base && { hash: base.hash, notebook: isSame ? null : base.notebook },
      torn,
      numbers: Object.fromEntries(this.#numbers),
    }
  }

  // Kernel

  #perform(action: Action, entry: Listener, number: number, asked: ClientOperation): void {
    const { client } = entry
    switch (action.type) {
      case 'evaluate':
        this.#kernel.evaluate(action.executionId)
        break
      case 'interrupt-kernel':
        this.#kernel.running?.interrupt(action.executionId ?? undefined)
        break
      case 'restart-kernel':
        void this.#kernel.restart(client)
        break
      case 'shut-down-kernel':
        void this.#kernel.end('it was shut down')
        break
      case 'kill-kernel':
        this.#kernel.running?.kill()
        void this.#kernel.end('it was killed')
        break
      case 'answer-kernel':
        if (asked.type !== 'answer-input') break
        this.#kernel.running?.answerInput(action.inputId, asked.text)
        break
      case 'use-context':
        void this.#use(action.context, entry, number)
        break
      case 'save-file':
        void this.save()
        break
    }
  }

  async #use(
    context: Extract<Action, { type: 'use-context' }>['context'],
    entry: Listener,
    number: number,
  ): Promise<void> {
    try {
      const kernel = await this.ensureKernel(entry.client)
      const now = await kernel.use(context)
      this.#commit({ type: 'context-changed', context: now })
    } catch (error) {
      const { code, message, hint } = error as NotebookError
      tell(entry, { type: 'refused', number, code: code ?? 'USE_FAILED', message, hint })
    }
  }
}

function tell({ listener }: Listener, message: NotebookMessage): void {
  try {
    listener(message)
  } catch {
    // A page that cannot be told is no concern of the others; its socket ends by itself.
  }
}

function refusal({ type }: ClientOperation): NotebookError {
  return new NotebookError(
    'OPERATION_REFUSED',
    `Cannot apply ${type}: what it is about has changed meanwhile`,
  )
}

/** Whether an operation is worth a line: cursors and what a new server would not know are not. */
function isJournaled(operation: Operation): boolean {
  switch (operation.type) {
    case 'client-joined':
    case 'client-left':
    case 'presence':
    case 'saved':
    case 'kernel-status':
    case 'context-changed':
    case 'input-requested':
      return false
    default:
      return true
  }
}

/** Roughly how many characters an operation holds; exact for what can be long. */
function sizeOf(operation: Operation): number {
  switch (operation.type) {
    case 'stream-appended':
      return 200 + operation.text.length
    case 'insert-cell':
      return 200 + operation.source.length
    case 'output-added':
    case 'display-updated':
    case 'change-source':
    case 'set-cell-metadata':
    case 'merged':
      return JSON.stringify(operation).length
    default:
      return 500
  }
}
