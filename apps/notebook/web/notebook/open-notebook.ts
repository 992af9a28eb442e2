import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Catalogue, KernelProperty, KernelVariable } from '../../src/kernel/kernel.ts'
import { applyOperation, MOST_DELETED } from '../../src/notebook/apply-operation.ts'
import type { Cell, CellKind } from '../../src/notebook/notebook.ts'
import type { ClientOperation, NewCell, NotebookState } from '../../src/notebook/operations.ts'
import type { SourceChange } from '../../src/notebook/source-changes.ts'
import type { AppliedOperation, PageRequest } from '../../src/protocol.ts'
import {
  NotebookSocket,
  type PendingOperation,
  type Refusal,
  type Snapshot,
  type Told,
} from '../connection/notebook-socket.ts'
import type { OpenSocket, SocketEvents } from '../connection/socket.ts'
import { selectedCells } from './cell-selection.ts'
import { CellTexts, type TextListener } from './cell-texts.ts'
import { NOTHING_SHOWN, type NotebookView } from './shown-notebook.ts'
import { ShownOperations, withoutTexts } from './shown-operations.ts'

export interface OpenNotebookOptions {
  readonly clientId: string
  readonly open: (events: SocketEvents) => OpenSocket
  /** Runs `task` before the next frame; for a test, at once. */
  readonly schedule?: (task: () => void) => void
  readonly random?: () => number
}

const PRESENCE_PAUSE_MS = 120

interface Waiting {
  readonly operation: ClientOperation
  /** Cells whose text the server must have first. */
  readonly cellIds: readonly string[]
}

/**
 * One notebook as this page has it open: the copy of the server's state, the texts that are being written, and what
 * is under way. Everything the page shows of it is in `store`; everything the reader does goes through its methods.
 */
export class OpenNotebook {
  readonly clientId: string
  readonly store: StoreApi<NotebookView>
  readonly #socket: NotebookSocket
  readonly #schedule: (task: () => void) => void
  #confirmed: NotebookState | null = null
  #scheduled = false
  readonly #texts: CellTexts
  readonly #shown = new ShownOperations()
  /** In the order the reader gave them; sent as soon as the texts they need are there. */
  #waiting: Waiting[] = []
  /** Cells that went together come back together. */
  readonly #deleted: (readonly { readonly cellId: string; readonly index: number }[])[] = []
  #presenceTimer: ReturnType<typeof setTimeout> | undefined

  constructor(options: OpenNotebookOptions) {
    this.clientId = options.clientId
    this.#schedule = options.schedule ?? beforeNextFrame
    this.store = createStore<NotebookView>(() => NOTHING_SHOWN)
    this.#texts = new CellTexts({
      confirmed: (cellId) => findCell(this.#confirmed, cellId),
      shown: (cellId) => this.cell(cellId),
      isComing: (cellId) => this.#shown.isComing(cellId),
      send: (operation) => this.#socket.send(operation),
      oldestPending: () => this.#socket.pending[0]?.number,
    })
    this.#socket = new NotebookSocket({
      clientId: options.clientId,
      open: options.open,
      ...(options.random ? { random: options.random } : {}),
      onStatus: (connection, closed) =>
        this.store.setState({ connection, ...(closed === undefined ? {} : { closed }) }),
      onSnapshot: (snapshot, unapplied) => this.#onSnapshot(snapshot, unapplied),
      onOperations: (operations) => this.#onOperations(operations),
      onRefused: (refusal) => this.#onRefused(refusal),
      onTold: (told) => this.#onTold(told),
    })
  }

  connect(): void {
    this.#socket.connect()
  }

  retryNow(): void {
    this.#socket.retryNow()
  }

  close(): void {
    this.#texts.close()
    clearTimeout(this.#presenceTimer)
    this.#socket.close()
  }

  /** False while anything that was done here may not be on the server. */
  get isSettled(): boolean {
    return (
      this.#socket.pending.length === 0 &&
      this.#waiting.length === 0 &&
      this.#texts.unsettled.length === 0
    )
  }

  // What the reader does

  /** Asks for a change. `cellIds` are the cells whose text the server must have before. */
  perform(operation: ClientOperation, cellIds: readonly string[] = []): void {
    this.#shown.add(operation)
    this.#waiting.push({ operation, cellIds })
    for (const cellId of cellIds) this.#texts.send(cellId)
    this.#sendWaiting()
    this.#show()
  }

  run(cellIds: readonly string[]): void {
    const runnable = cellIds.filter((cellId) => {
      const kind = this.cell(cellId)?.kind
      return kind === 'typescript' || kind === 'sql'
    })
    if (runnable.length > 0) this.perform({ type: 'run-cells', cellIds: runnable }, runnable)
  }

  runAll(): void {
    this.run(this.cells.map((cell) => cell.id))
  }

  insertCell(index: number, kind: CellKind, source = ''): string {
    const cellId = newCellId()
    this.perform({ type: 'insert-cell', index, cellId, kind, source })
    return cellId
  }

  /** Puts in cells that were made elsewhere; gives their new ids. */
  insertCells(index: number, cells: readonly Omit<NewCell, 'cellId'>[]): readonly string[] {
    const made = cells.map((cell) => ({ ...cell, cellId: newCellId() }))
    this.perform({ type: 'insert-cells', index, cells: made })
    return made.map(({ cellId }) => cellId)
  }

  deleteCells(cellIds: readonly string[]): void {
    if (cellIds.length > MOST_DELETED) {
      const notice = `Only ${MOST_DELETED} cells can be deleted at once, so that they can be brought back`
      return this.store.setState({ notice })
    }
    const wanted = new Set(cellIds)
    const deleted = this.cells.flatMap(({ id: cellId }, index) =>
      wanted.has(cellId) ? [{ cellId, index }] : [],
    )
    const [first] = deleted
    if (first === undefined) return
    this.#deleted.push(deleted)
    for (const { cellId } of deleted) this.perform({ type: 'delete-cell', cellId }, [cellId])
    const { cells } = this
    this.select(cells[Math.min(first.index, cells.length - 1)]?.id ?? null, 'command')
  }

  /** Brings back the cells that were deleted last. */
  restoreCells(): void {
    const deleted = this.#deleted.pop()
    const [first] = deleted ?? []
    if (deleted === undefined || first === undefined) return
    for (const { cellId, index } of deleted) {
      this.perform({ type: 'restore-cell', cellId, index })
    }
    this.select(first.cellId, 'command')
  }

  save(): void {
    this.perform({ type: 'save' }, this.#texts.unsettled)
  }

  select(cellId: string | null, mode: 'command' | 'edit'): void {
    const before = this.store.getState()
    if (before.selectedId === cellId && before.mode === mode && before.anchorId === null) return
    this.store.setState({ selectedId: cellId, anchorId: null, mode })
    if (before.selectedId !== cellId) this.showPresence(cellId, null)
  }

  /** Selects all cells from where the selection began to this one. */
  selectTo(cellId: string): void {
    const { selectedId, anchorId } = this.store.getState()
    const from = anchorId ?? selectedId
    this.store.setState({
      selectedId: cellId,
      anchorId: from === cellId ? null : from,
      mode: 'command',
    })
    this.showPresence(cellId, null)
  }

  /** The selected cells in their order. */
  get selection(): readonly Cell[] {
    return selectedCells(this.cells, this.store.getState())
  }

  /** Tells the others where this reader is. */
  showPresence(cellId: string | null, selection: { anchor: number; head: number } | null): void {
    clearTimeout(this.#presenceTimer)
    this.#presenceTimer = setTimeout(
      () => this.#socket.showPresence({ cellId, selection }),
      PRESENCE_PAUSE_MS,
    )
  }

  dismissNotice(): void {
    this.store.setState({ notice: null })
  }

  /** Asks the server something that changes nothing. */
  async ask(request: PageRequest): Promise<unknown> {
    return await this.#socket.request(request)
  }

  async variables(): Promise<readonly KernelVariable[]> {
    const answer = await this.#socket.request({ type: 'variables' })
    return Array.isArray(answer) ? (answer as KernelVariable[]) : []
  }

  /** What is inside a variable, at most 200 entries from an offset on. */
  async inspectVariable(
    name: string,
    path: readonly string[],
    offset: number,
  ): Promise<readonly KernelProperty[]> {
    const answer = await this.#socket.request({ type: 'inspect-variable', name, path, offset })
    return Array.isArray(answer) ? (answer as KernelProperty[]) : []
  }

  /** Of the current database, and of these. */
  async catalogue(databases: readonly string[]): Promise<Catalogue> {
    return (await this.#socket.request({ type: 'catalogue', databases })) as Catalogue
  }

  get cells(): readonly Cell[] {
    return this.store.getState().state?.notebook.cells ?? []
  }

  cell(cellId: string): Cell | undefined {
    return this.cells.find((cell) => cell.id === cellId)
  }

  // Texts

  /** The text of a cell as the reader sees it, with what is not confirmed yet. */
  sourceOf(cellId: string): string {
    return this.#texts.sourceOf(cellId)
  }

  /** An editor shows this cell from now on, until the function given back is called. */
  attachEditor(cellId: string, listener: TextListener): () => void {
    return this.#texts.attach(cellId, listener)
  }

  /** The reader typed in an editor. */
  edit(cellId: string, change: SourceChange): void {
    this.#texts.edit(cellId, change)
  }

  #sendWaiting(): void {
    while (true) {
      const next = this.#waiting[0]
      if (next === undefined) return
      if (!next.cellIds.every((cellId) => this.#texts.isSettled(cellId))) return
      this.#waiting.shift()
      this.#shown.onSent(next.operation, this.#socket.send(next.operation))
    }
  }

  // What the server tells

  #onSnapshot(snapshot: Snapshot, unapplied: readonly PendingOperation[]): ClientOperation[] {
    this.#confirmed = snapshot.state
    const kept = withoutTexts(unapplied)
    this.#shown.onSentAgain(kept, snapshot.number)
    this.#texts.onSnapshot(unapplied)
    const { you } = snapshot
    this.store.setState({ user: you.user, closed: null })
    this.#show()
    this.#selectSomething()
    // The texts follow once the socket has its numbers.
    queueMicrotask(() => {
      this.#texts.sendAll()
      this.#sendWaiting()
    })
    return kept
  }

  #onOperations(operations: readonly AppliedOperation[]): void {
    for (const applied of operations) this.#onOperation(applied)
    this.#sendWaiting()
    if (this.#scheduled) return
    this.#scheduled = true
    this.#schedule(() => {
      this.#scheduled = false
      this.#show()
      this.#socket.received()
    })
  }

  #onOperation({ operation, clientId, number }: AppliedOperation): void {
    if (this.#confirmed === null) return
    const before = this.#confirmed
    this.#confirmed = applyOperation(before, operation)?.state ?? {
      ...before,
      sequence: before.sequence + 1,
    }
    const isOwn = clientId === this.clientId
    if (isOwn && number !== null) this.#shown.onApplied(number)
    if (operation.type === 'change-source') this.#texts.onApplied(operation, isOwn)
    else if (before.notebook.cells !== this.#confirmed.notebook.cells) this.#texts.onCells()
  }

  #onTold(told: Told): void {
    if (told.type === 'usage') return this.store.setState({ usage: told.usage })
    const { cellId, version, diagnostics } = told
    const all = new Map(this.store.getState().diagnostics)
    all.set(cellId, { version, diagnostics })
    this.store.setState({ diagnostics: all })
  }

  #onRefused(refusal: Refusal): void {
    this.#shown.onRefused(refusal.number)
    if (!this.#texts.onRefused(refusal.number)) this.#notifyRefusal(refusal)
    this.#sendWaiting()
    this.#show()
  }

  #notifyRefusal({ message, hint }: Refusal): void {
    this.store.setState({ notice: hint === undefined ? message : `${message}. ${hint}` })
  }

  /** Puts the confirmed state and what is shown at once into the store. */
  #show(): void {
    if (this.#confirmed === null) return
    const state = this.#shown.applyTo(this.#confirmed)
    const { state: shown, user } = this.store.getState()
    if (state === shown) return
    const canRun = state.kernelOwner === null || state.kernelOwner === user
    this.store.setState({ state, canRun })
  }

  #selectSomething(): void {
    const { selectedId } = this.store.getState()
    if (selectedId !== null && this.cell(selectedId) !== undefined) return
    this.store.setState({ selectedId: this.cells[0]?.id ?? null, mode: 'command' })
  }
}

function findCell(state: NotebookState | null, cellId: string): Cell | undefined {
  return state?.notebook.cells.find((cell) => cell.id === cellId)
}

/** Random hexadecimal digits. `crypto.randomUUID` is not there on a plain-HTTP address of another machine. */
export function newId(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}

function newCellId(): string {
  return newId(6)
}

/** A hidden page gets no frames, so a timer stands behind. */
function beforeNextFrame(task: () => void): void {
  let isDone = false
  const once = (): void => {
    if (isDone) return
    isDone = true
    task()
  }
  requestAnimationFrame(once)
  setTimeout(once, 100)
}
