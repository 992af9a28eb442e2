import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { Kernel } from '../kernel/kernel.ts'
import { memoryFolder } from '../language/memory-folder.ts'
import { NotebookLanguage, type StartLanguage } from '../language/notebook-language.ts'
import type { AppliedOperation, PageRequest } from '../protocol.ts'
import { answerRequest } from './answer-request.ts'
import { type AppliedState, applyOperation, changesFile } from './apply-operation.ts'
import { mayRun, notTheirKernel } from './allowed-operations.ts'
import { Audience, type Copy, type NotebookMessage, tell } from './audience.ts'
import {
  type Beginning,
  findBeginning,
  forgetNumbers,
  journalFile,
  keepNumbers,
} from './beginning.ts'
import { decodePresence } from './client-operation.ts'
import { ClientNumbers } from './client-numbers.ts'
import { NotebookError } from './errors.ts'
import type { VolumeFileSystem } from './file-system.ts'
import type { JournalHeader } from './journal.ts'
import { readNotebookFile, writeNotebookFile } from './notebook-file.ts'
import { NotebookJournal } from './notebook-journal.ts'
import { type NotebookClient, NotebookKernel } from './notebook-kernel.ts'
import { NotebookSaver, type SaveTimes } from './notebook-saver.ts'
import type { NotebookState, Operation } from './operations.ts'
import { SourceHistories } from './source-histories.ts'
import { type OperationSource, Submissions } from './submissions.ts'
import { WholeOutput } from './whole-output.ts'

export type { NotebookMessage } from './audience.ts'
export type { NotebookClient } from './notebook-kernel.ts'

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
  /** Without it pages get plain completions and no more. */
  readonly startLanguage?: StartLanguage | undefined
  /** A kernel belongs to the user who started it. */
  readonly callersRights?: boolean | undefined
  readonly times?: Partial<SaveTimes & { readonly checkMs: number }> | undefined
}

const TIMES = { quietMs: 1_000, mostMs: 10_000, retryMs: 10_000, checkMs: 5_000 }

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
  readonly #language: NotebookLanguage
  readonly #journal: NotebookJournal
  readonly #audience: Audience
  readonly #histories = new SourceHistories()
  readonly #numbers: ClientNumbers
  readonly #submissions: Submissions
  readonly #checking: NodeJS.Timeout
  #state: NotebookState
  #changedAt: number
  #isClosed = false
  #closing: Promise<void> | undefined
  #usedAt = Date.now()

  private constructor(options: OpenNotebookOptions, begin: Beginning) {
    this.#options = options
    this.#state = begin.state
    this.#numbers = new ClientNumbers(begin.numbers)
    this.#audience = new Audience(this.epoch, begin.state, begin.numbers)
    this.#changedAt = begin.state.saved.status === 'saved' ? 0 : begin.state.sequence
    this.#journal = new NotebookJournal({
      file: journalFile(options.stateDirectory, options.path),
      header: () => this.#header(),
      onWritten: () => this.#kernel.hold(),
      onBroken: () => this.#saver.onChange(),
    })
    this.#outputs = new WholeOutput(join(options.stateDirectory, 'outputs', this.epoch))
    this.#kernel = new NotebookKernel({
      start: (client) => options.startKernel({ path: this.path, file: this.file, client }),
      hasCallersRights: options.callersRights === true,
      state: () => this.#state,
      commit: (operation) => {
        this.#usedAt = Date.now()
        return this.#commit(operation)
      },
      tellUsage: (usage) => this.#audience.tellUsage(usage),
      outputs: this.#outputs,
      journalLag: () => this.#journal.lag,
    })
    this.#submissions = new Submissions({
      kernel: this.#kernel,
      audience: this.#audience,
      histories: this.#histories,
      numbers: this.#numbers,
      state: () => this.#state,
      canRun: (client) => this.canRun(client),
      checkOpen: () => this.#checkOpen(),
      onUse: () => {
        this.#usedAt = Date.now()
      },
      commit: (operation, from) => this.#commit(operation, from),
      settle: () => this.#settle(),
      save: () => this.save(),
      ensureKernel: (client) => this.ensureKernel(client),
    })
    this.#language = new NotebookLanguage({
      start: options.startLanguage,
      directory: () => dirname(this.file),
      folder: memoryFolder(this.epoch, join(options.stateDirectory, 'language', this.epoch)),
      cells: () => this.#state.notebook.cells,
      tell: (found) => this.#audience.announce({ type: 'diagnostics', ...found }),
    })
    const times = { ...TIMES, ...options.times }
    this.#saver = new NotebookSaver(
      {
        files: options.files,
        file: () => this.file,
        state: () => this.#state,
        changedAt: () => this.#changedAt,
        apply: (operation) => void this.#commit(this.#withJournalProblem(operation)),
        onSaving: (hash) => this.#journal.write([{ type: 'saving', hash }]),
        onSaved: (hash) => void this.#journal.write([{ type: 'saved', hash }]),
        onRead: (base) => void this.#journal.write([{ type: 'read', ...base }]),
        times,
      },
      begin,
    )
    if (begin.isRecovered) void this.#journal.begin()
    if (begin.state.saved.status !== 'saved') this.#saver.onChange()
    this.#checking = setInterval(() => {
      if (this.hasClients && this.#state.saved.status !== 'saving') {
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
    return this.#audience.state
  }

  get kernel(): Kernel | undefined {
    return this.#kernel.running
  }

  /** Whether there is a kernel, or one is being started. */
  get hasKernel(): boolean {
    return this.#kernel.isThere
  }

  get hasClients(): boolean {
    return !this.#audience.isEmpty
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
    have: Copy,
    listener: (message: NotebookMessage) => void,
  ): Subscription {
    this.#checkOpen()
    const entry = { client, listener }
    this.#audience.join(entry, have, this.canRun(client))
    const { clientId, user } = client
    const presence = { clientId, user, cellId: null, selection: null }
    this.#commit({ type: 'client-joined', presence })
    for (const found of this.#language.found) tell(entry, { type: 'diagnostics', ...found })
    return {
      submit: (given, operation) => this.#submissions.submit(entry, given, operation),
      presence: (cellId, selection) => {
        const at = decodePresence(cellId, selection)
        if (at.selection !== null) this.#language.onCursor(at.cellId)
        this.#commit({ type: 'presence', presence: { clientId, user, ...at } })
      },
      close: () => {
        const left = this.#audience.leave(entry)
        if (left === undefined) return
        this.#usedAt = Date.now()
        if (left === 'gone') this.#commit({ type: 'client-left', clientId })
      },
    }
  }

  /** Operations after a sequence number that clients may see; undefined when some are forgotten. */
  operationsSince(sequence: number): readonly AppliedOperation[] | undefined {
    return this.#audience.since(sequence)
  }

  /** Whether this client may run, interrupt and answer. */
  canRun(client: NotebookClient): boolean {
    return mayRun(this.#state, client, this.#options.callersRights === true)
  }

  /**
   * The kernel; started when there is none.
   *
   * @throws {NotebookError} `KERNEL_OF_ANOTHER_USER`
   */
  async ensureKernel(client: NotebookClient): Promise<Kernel> {
    this.#checkOpen()
    if (!this.canRun(client)) throw notTheirKernel(this.#state)
    return await this.#kernel.ensure(client)
  }

  /** Answers a question that changes nothing. */
  async answer(request: PageRequest): Promise<unknown> {
    const { cells } = this.#state.notebook
    return await answerRequest(request, {
      cells,
      kernel: this.#kernel.running,
      language: this.#language,
    })
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
      await forgetNumbers(this.#journal.file)
      await this.#journal.moveTo(journalFile(stateDirectory, path))
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
    await Promise.all([this.#kernel.end('the notebook was closed'), this.#language.close()])
    if (how === 'save' && this.#state.saved.status !== 'saved') await this.#saver.save()
    this.#isClosed = true
    this.#saver.close()
    await this.#settle()
    const isSafe = how === 'discard' || this.#state.saved.status === 'saved'
    if (isSafe) {
      if (how === 'save') await keepNumbers(this.#journal.file, this.#numbers.all)
      else await forgetNumbers(this.#journal.file)
      await this.#journal.remove()
      await this.#outputs.remove()
    } else await this.#journal.close()
    this.#audience.close(how === 'discard' ? 'The file was deleted' : 'The notebook was closed')
  }

  #checkOpen(): void {
    if (!this.#isClosed) return
    throw new NotebookError('NOTEBOOK_CLOSED', `Cannot use "${this.path}": it was closed`, {
      hint: 'Open it again',
    })
  }

  // Operations

  /** Applies an operation and writes it down; clients hear of it when it is on the disk. */
  #commit(operation: Operation, from?: OperationSource): AppliedState | null {
    if (this.#isClosed) return null
    const before = this.#state
    const applied = applyOperation(before, operation)
    if (applied === null) return null
    const { state } = applied
    this.#state = state
    this.#histories.follow(operation, before, state)
    if (state.notebook.cells !== before.notebook.cells) {
      this.#language.onChange({ isEdit: operation.type === 'change-source' })
    }
    if (state.queue !== before.queue || operation.type === 'run-cells') this.#kernel.forget()
    if (changesFile(operation)) {
      this.#changedAt = state.sequence
      this.#saver.onChange()
    }
    const { clientId, number } = from ?? { clientId: null, number: null }
    if (from !== undefined) this.#numbers.count(from.clientId, from.number)
    const journaled = {
      type: 'applied',
      sequence: state.sequence,
      operation,
      clientId,
      number,
    } as const
    const written = isJournaled(operation)
      ? this.#journal.write([journaled])
      : this.#journal.durable
    void this.#audience.tellAfter(written, { applied: { operation, clientId, number }, state })
    this.#kernel.hold()
    return applied
  }

  /** Ends when all that has been applied so far is on the disk and told. */
  async #settle(): Promise<void> {
    const { sequence } = this.#state
    await this.#journal.durable
    this.#audience.tellUpTo(sequence)
  }

  /** Nobody is to take for safe what no journal holds: each save says so until there is one again. */
  #withJournalProblem(operation: Operation): Operation {
    if (operation.type !== 'saved' || operation.saved.problem !== null) return operation
    return { ...operation, saved: { ...operation.saved, problem: this.#journal.problem } }
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
      numbers: Object.fromEntries(this.#numbers.all),
    }
  }
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
