import type { KernelStatus, SessionContext } from '../kernel/kernel.ts'
import type { Cell, CellKind, JsonObject, Notebook, Output } from './notebook.ts'

/** Everything about one open notebook that its clients see. Plain JSON. */
export interface NotebookState {
  /** Grows by one with every operation that was applied. */
  readonly sequence: number
  readonly path: string // from the notebooks' folder, with /
  readonly notebook: Notebook
  readonly kernel: {
    readonly status: KernelStatus | 'none'
    readonly reason?: string | undefined
    /** The sequence at which it began to start: what ran before ran in another kernel. */
    readonly since?: number | undefined
  }
  readonly context: SessionContext | null
  /** With caller's rights: the user whose kernel it is; only that user may run. */
  readonly kernelOwner: string | null
  readonly clients: readonly Presence[]
  readonly saved: SavedState
  readonly inputs: readonly InputRequest[]
  /** Executions that have not ended, in order; the kernel has the first one, the others wait here. */
  readonly queue: readonly string[]
  /** The last deleted cells, for restore-cell; what one of them still prints goes on into it. */
  readonly deleted: readonly Cell[]
}

export interface Presence {
  readonly clientId: string
  readonly user: string
  readonly cellId: string | null
  readonly selection: { readonly anchor: number; readonly head: number } | null
}

export interface SavedState {
  /** When the file on the volume was last written and read back; null before the first time. */
  readonly at: string | null
  /** Sequence that the file holds. */
  readonly sequence: number
  readonly status: 'saved' | 'dirty' | 'saving' | 'failed'
  /** Why it failed; when it did not, why what comes before the next save is not safe. */
  readonly problem: string | null
}

export interface InputRequest {
  readonly inputId: string
  readonly cellId: string
  readonly prompt: string
  readonly isPassword: boolean
}

/** The run of one cell, named by the server. */
export interface Execution {
  readonly cellId: string
  readonly executionId: string
}

/** A cell that is put in as it was elsewhere: pasted. */
export interface NewCell {
  readonly cellId: string // made by the client
  readonly kind: CellKind
  readonly source: string
  readonly metadata: JsonObject
  readonly attachments?: JsonObject | undefined
  /** Of a cell in a language that does not run here. */
  readonly language?: string | undefined
  /** Of an SQL cell: the line `%%sql …` that its file has before the source. */
  readonly magic?: string | undefined
  /** Without trust, whatever they were where they come from. */
  readonly outputs: readonly Output[]
}

/** A change that a client may ask for. */
export type ClientOperation =
  | {
      readonly type: 'insert-cell'
      readonly index: number
      readonly cellId: string // made by the client
      readonly kind: CellKind
      readonly source: string
    }
  | { readonly type: 'insert-cells'; readonly index: number; readonly cells: readonly NewCell[] }
  | { readonly type: 'delete-cell'; readonly cellId: string }
  /** Undo of delete-cell: brings the cell back as it was, outputs and all. */
  | { readonly type: 'restore-cell'; readonly cellId: string; readonly index: number }
  /** In the order they stand in; `index` is the place of the first one once they are taken out. */
  | { readonly type: 'move-cells'; readonly cellIds: readonly string[]; readonly index: number }
  | { readonly type: 'set-cell-kind'; readonly cellId: string; readonly kind: CellKind }
  /** `changes`: ChangeSet.toJSON() of @codemirror/state, made against `version` of the cell. */
  | {
      readonly type: 'change-source'
      readonly cellId: string
      readonly version: number
      readonly changes: unknown
    }
  | { readonly type: 'set-cell-metadata'; readonly cellId: string; readonly metadata: JsonObject }
  /** nbformat's attachments, all of the cell's. */
  | { readonly type: 'set-attachments'; readonly cellId: string; readonly attachments: JsonObject }
  | { readonly type: 'clear-outputs'; readonly cellIds: readonly string[] }
  /** `executions` and `by` are filled in by the server; so is `at` below, an ISO 8601 time. */
  | {
      readonly type: 'run-cells'
      readonly cellIds: readonly string[]
      readonly executions?: readonly Execution[] | undefined
      readonly by?: string | undefined
    }
  | { readonly type: 'interrupt' }
  | { readonly type: 'restart'; readonly at?: string | undefined }
  | { readonly type: 'shut-down'; readonly at?: string | undefined }
  | { readonly type: 'kill'; readonly at?: string | undefined }
  | { readonly type: 'answer-input'; readonly inputId: string; readonly text: string }
  | {
      readonly type: 'use'
      readonly role?: string | undefined
      readonly warehouse?: string | undefined
      readonly database?: string | undefined
      readonly schema?: string | undefined
    }
  | { readonly type: 'save' }

/** A change that only the server makes: what the kernel, the file and the sockets tell. */
export type ServerOperation =
  | {
      readonly type: 'execution-started'
      readonly executionId: string
      readonly at: string
      readonly count: number
    }
  | {
      readonly type: 'stream-appended'
      readonly executionId: string
      readonly name: 'stdout' | 'stderr'
      readonly text: string
      /** Characters printed after `text` that go to the whole output only. */
      readonly omitted?: number | undefined
    }
  | {
      readonly type: 'output-added'
      readonly executionId: string
      readonly output: Output
    }
  | {
      readonly type: 'display-updated'
      readonly displayId: string
      readonly data: JsonObject
      readonly metadata: JsonObject
    }
  | { readonly type: 'outputs-cleared'; readonly executionId: string; readonly wait: boolean }
  | {
      readonly type: 'execution-finished'
      readonly executionId: string
      readonly how: 'ok' | 'error' | 'interrupted' | 'abandoned' | 'lost'
      readonly durationMs: number
    }
  /** What ran, told with its end. */
  | {
      readonly type: 'cell-analysed'
      readonly cellId: string
      /** What ran, where the cell's text is another by now. */
      readonly source?: string | undefined
      readonly declares: readonly string[]
      readonly uses: readonly string[]
    }
  | {
      readonly type: 'kernel-status'
      readonly status: KernelStatus | 'none'
      readonly reason?: string | undefined
      readonly owner?: string | null | undefined
      /** When, ISO 8601: with 'ended' and 'none' what runs is lost at this time. */
      readonly at?: string | undefined
    }
  | { readonly type: 'context-changed'; readonly context: SessionContext | null }
  | { readonly type: 'input-requested'; readonly request: InputRequest }
  | { readonly type: 'client-joined'; readonly presence: Presence }
  | { readonly type: 'presence'; readonly presence: Presence }
  | { readonly type: 'client-left'; readonly clientId: string }
  | { readonly type: 'saved'; readonly saved: SavedState }
  /** Someone else wrote the file: cells as they are after the three-way merge. */
  | {
      readonly type: 'merged'
      readonly cells: readonly Cell[]
      readonly metadata: JsonObject
      readonly conflicts: readonly string[] // ids of cells that both sides changed; both texts are kept
    }
  | { readonly type: 'renamed'; readonly path: string }

export type Operation = ClientOperation | ServerOperation

/** What the server has to do because of an operation; a client ignores them. */
export type Action =
  | { readonly type: 'evaluate'; readonly executionId: string; readonly cellId: string }
  | { readonly type: 'interrupt-kernel'; readonly executionId: string | null }
  | { readonly type: 'restart-kernel' }
  | { readonly type: 'shut-down-kernel' }
  | { readonly type: 'kill-kernel' }
  | { readonly type: 'answer-kernel'; readonly inputId: string; readonly text: string }
  | { readonly type: 'use-context'; readonly context: JsonObject }
  | { readonly type: 'save-file' }
