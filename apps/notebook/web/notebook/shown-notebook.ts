import type { KernelUsage } from '../../src/kernel/kernel.ts'
import type { Diagnostic } from '../../src/language/language.ts'
import type { NotebookState } from '../../src/notebook/operations.ts'
import type { ConnectionStatus } from '../connection/notebook-socket.ts'

/** What the page shows of one open notebook. */
export interface NotebookView {
  /** The server's state with this page's own changes of structure that are still under way. */
  readonly state: NotebookState | null
  readonly connection: ConnectionStatus
  /** Why the server closed the notebook for good. */
  readonly closed: { readonly code: string; readonly message: string } | null
  readonly user: string
  readonly canRun: boolean
  readonly selectedId: string | null
  /** Where a selection of several cells began. */
  readonly anchorId: string | null
  readonly mode: 'command' | 'edit'
  /** The last thing that went wrong, until it is put away. */
  readonly notice: string | null
  /** By cell, as the language server last saw its text. */
  readonly diagnostics: ReadonlyMap<string, CellDiagnostics>
  /** What the kernel's process takes; null when none runs. */
  readonly usage: KernelUsage | null
  readonly dialog: 'help' | 'palette' | null
  readonly isSearching: boolean
  readonly isOutlineShown: boolean
  /** All cells are in the page, for the printer. */
  readonly isPrinted: boolean
}

export interface CellDiagnostics {
  readonly version: number
  readonly diagnostics: readonly Diagnostic[]
}

/** Before the server has told anything. */
export const NOTHING_SHOWN: NotebookView = {
  state: null,
  connection: 'connecting',
  closed: null,
  user: '',
  canRun: false,
  selectedId: null,
  anchorId: null,
  mode: 'command',
  notice: null,
  diagnostics: new Map(),
  usage: null,
  dialog: null,
  isSearching: false,
  isOutlineShown: false,
  isPrinted: false,
}
