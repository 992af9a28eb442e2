import type { Cell } from '../../src/notebook/notebook.ts'
import type { ClientOperation } from '../../src/notebook/operations.ts'
import type { SourceChange } from '../../src/notebook/source-changes.ts'
import type { PendingOperation } from '../connection/notebook-socket.ts'
import { CellText } from './cell-text.ts'

/** A reader of one cell's text: an editor. */
export type TextListener = (change: SourceChange) => void

type ChangeSource = Extract<ClientOperation, { readonly type: 'change-source' }>

export interface CellTextsOptions {
  /** A cell as the server has confirmed it. */
  readonly confirmed: (cellId: string) => Cell | undefined
  /** A cell as the page shows it, which the server may not have yet. */
  readonly shown: (cellId: string) => Cell | undefined
  /** Whether a cell is about to be made. */
  readonly isComing: (cellId: string) => boolean
  /** Gives the number that the operation has. */
  readonly send: (operation: ChangeSource) => number
  /** The number of the oldest operation that is not known to be on disk. */
  readonly oldestPending: () => number | undefined
}

const TYPING_PAUSE_MS = 60

/** The texts that are being written in this page, and what of them is under way to the server. */
export class CellTexts {
  readonly #options: CellTextsOptions
  readonly #texts = new Map<string, CellText>()
  readonly #listeners = new Map<string, TextListener>()
  readonly #typing = new Map<string, ReturnType<typeof setTimeout>>()
  /** The cell and its confirmed text before each change-source that is not known to be on disk. */
  readonly #sent = new Map<number, { readonly cellId: string; readonly before: string }>()

  constructor(options: CellTextsOptions) {
    this.#options = options
  }

  /** Cells of whose text the server has not confirmed all. */
  get unsettled(): readonly string[] {
    return [...this.#texts].filter(([, text]) => !text.isSettled).map(([cellId]) => cellId)
  }

  isSettled(cellId: string): boolean {
    return this.#texts.get(cellId)?.isSettled !== false
  }

  /** The text of a cell as the reader sees it, with what is not confirmed yet. */
  sourceOf(cellId: string): string {
    return this.#texts.get(cellId)?.shown ?? this.#options.shown(cellId)?.source ?? ''
  }

  /** An editor shows this cell from now on, until the function given back is called. */
  attach(cellId: string, listener: TextListener): () => void {
    this.#listeners.set(cellId, listener)
    return () => {
      if (this.#listeners.get(cellId) === listener) this.#listeners.delete(cellId)
    }
  }

  /** The reader typed in an editor. */
  edit(cellId: string, change: SourceChange): void {
    const text = this.#textOf(cellId)
    if (text === undefined) return
    text.edit(change)
    if (this.#typing.has(cellId)) return
    this.#typing.set(
      cellId,
      setTimeout(() => this.send(cellId), TYPING_PAUSE_MS),
    )
  }

  /** Sends what was typed in a cell, if nothing of it is on its way. */
  send(cellId: string): void {
    clearTimeout(this.#typing.get(cellId))
    this.#typing.delete(cellId)
    const text = this.#texts.get(cellId)
    // A new cell may still wait to be made: its text follows when the server has it.
    if (this.#options.confirmed(cellId) === undefined) return
    const change = text?.take() ?? null
    if (text === undefined || change === null) return
    const number = this.#options.send({ type: 'change-source', cellId, ...change })
    this.#sent.set(number, { cellId, before: text.confirmed })
    const oldest = this.#options.oldestPending() ?? number
    for (const known of this.#sent.keys()) if (known < oldest) this.#sent.delete(known)
  }

  sendAll(): void {
    for (const cellId of this.#texts.keys()) this.send(cellId)
  }

  /** The server has told everything anew; `unapplied` is what it has not taken in. */
  onSnapshot(unapplied: readonly PendingOperation[]): void {
    for (const [cellId, text] of this.#texts) {
      const lost = unapplied.filter(
        ({ operation }) => operation.type === 'change-source' && operation.cellId === cellId,
      )
      const [first] = lost
      const base = first && this.#sent.get(first.number)?.before
      if (lost.length === 0) text.onApplied()
      else if (lost.length === 1 && text.isOnItsWay) text.onLost()
      else if (base !== undefined) text.onForgotten(base)
      const cell = this.#options.confirmed(cellId)
      if (cell !== undefined) this.#replace(cell, text)
      else if (!this.#options.isComing(cellId)) this.#texts.delete(cellId)
    }
    this.#sent.clear()
  }

  /** The server has applied a change of a text. */
  onApplied({ cellId, changes }: ChangeSource, isOwn: boolean): void {
    const text = this.#texts.get(cellId)
    const cell = this.#options.confirmed(cellId)
    if (text === undefined || cell === undefined) return
    if (isOwn) text.onApplied()
    else this.#tell(cellId, text.onRemote(changes))
    // Both sides follow one rule, so they are equal; if they ever are not, the server is right.
    this.#replace(cell, text)
    if (isOwn) this.send(cellId)
  }

  /** Cells may have been replaced, or be gone. */
  onCells(): void {
    for (const [cellId, text] of this.#texts) {
      const cell = this.#options.confirmed(cellId)
      if (cell !== undefined) {
        if (cell.version !== text.version) this.#replace(cell, text)
        if (!this.#typing.has(cellId)) this.send(cellId)
      } else if (!this.#options.isComing(cellId)) {
        this.#texts.delete(cellId)
      }
    }
  }

  /** The server refuses an operation; true when it was a text, which is sent once more. */
  onRefused(number: number): boolean {
    const cellId = this.#sent.get(number)?.cellId
    this.#sent.delete(number)
    const text = cellId === undefined ? undefined : this.#texts.get(cellId)
    if (cellId === undefined || text?.isOnItsWay !== true) return false
    const { isGivenUp, apply } = text.onRefused()
    this.#tell(cellId, apply)
    if (!isGivenUp) this.send(cellId)
    return !isGivenUp
  }

  close(): void {
    for (const timer of this.#typing.values()) clearTimeout(timer)
  }

  #textOf(cellId: string): CellText | undefined {
    const known = this.#texts.get(cellId)
    if (known !== undefined) return known
    const cell = this.#options.confirmed(cellId) ?? this.#options.shown(cellId)
    if (cell === undefined) return undefined
    const text = new CellText(cell.source, cell.version)
    this.#texts.set(cellId, text)
    return text
  }

  #replace(cell: Cell, text: CellText): void {
    this.#tell(cell.id, text.onReplaced(cell.source, cell.version))
  }

  #tell(cellId: string, change: SourceChange | null): void {
    if (change !== null) this.#listeners.get(cellId)?.(change)
  }
}
