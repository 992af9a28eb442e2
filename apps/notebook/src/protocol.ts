import type { KernelUsage } from './kernel/kernel.ts'
import type { Diagnostic } from './language/language.ts'
import type { ClientOperation, NotebookState, Operation, Presence } from './notebook/operations.ts'

/**
 * The socket between a page and the server, JSON text frames, one socket for each open notebook:
 * `GET /api/notebook-socket?path=folder/name.ipynb`.
 *
 * The server owns the notebook. A page holds a copy: it gets a snapshot, then every applied operation with its
 * sequence number, and applies the same pure `applyOperation`. After a cut it says what it has and gets the rest.
 *
 *   page   → hello      { epoch, sequence } of its copy, or none; its clientId, kept over reconnects
 *   server → snapshot   the whole state, when it has no copy, another epoch, or is too far behind
 *   server → operations what came after `sequence`, in order and each once; goes on for ever
 *   page   → operation  numbered from 1 by the page for each clientId; sent again after a cut until acknowledged
 *   server → acknowledged  all operations of this client up to `number` were applied (or refused) and are on disk
 *   server → refused    an operation that was not applied, and why
 *   either → ping/pong  every 25 s: ingress cuts a connection that is silent for 90 s
 */
export type PageMessage =
  | {
      readonly type: 'hello'
      readonly protocol: 1
      readonly clientId: string
      readonly epoch: string | null
      readonly sequence: number
    }
  | { readonly type: 'operation'; readonly number: number; readonly operation: ClientOperation }
  | {
      readonly type: 'presence'
      readonly cellId: Presence['cellId']
      readonly selection: Presence['selection']
    }
  | { readonly type: 'request'; readonly requestId: number; readonly request: PageRequest }
  /** Operations up to this sequence were taken in: the server sends no more than a window beyond it. */
  | { readonly type: 'received'; readonly sequence: number }
  | { readonly type: 'ping' }

/** A question that changes nothing. */
export type PageRequest =
  | {
      readonly type: 'complete'
      readonly cellId: string
      readonly source: string
      readonly offset: number
    }
  | { readonly type: 'variables' }
  /** A look inside a variable: KernelProperty[] of what stands at `path` below it, at most 200 from `offset` on. */
  | {
      readonly type: 'inspect-variable'
      readonly name: string
      readonly path: readonly string[]
      readonly offset: number
    }
  /** Databases, schemas, tables and columns for completion, of the current database and of those named: Catalogue. */
  | { readonly type: 'catalogue'; readonly databases: readonly string[] }
  /** What TypeScript's language server knows: Hover | null, Signature | null, Definition[], CellEdit[], see language.ts. */
  | {
      readonly type: 'hover' | 'signature' | 'definition'
      readonly cellId: string
      readonly source: string
      readonly offset: number
    }
  | {
      readonly type: 'rename'
      readonly cellId: string
      readonly source: string
      readonly offset: number
      readonly newName: string
    }

export type ServerMessage =
  | {
      readonly type: 'snapshot'
      readonly epoch: string // changes when the server opens the notebook anew
      readonly state: NotebookState
      readonly you: { readonly clientId: string; readonly user: string; readonly canRun: boolean }
      /** The last operation number of this client that the server has applied. */
      readonly number: number
    }
  /** Answers hello when the page's copy is good: operations follow. */
  | { readonly type: 'resumed'; readonly epoch: string; readonly number: number }
  | {
      readonly type: 'operations'
      /** Sequence number of the first one. */
      readonly first: number
      readonly operations: readonly AppliedOperation[]
    }
  | { readonly type: 'acknowledged'; readonly number: number }
  | {
      readonly type: 'refused'
      readonly number: number
      readonly code: string
      readonly message: string
      readonly hint?: string | undefined
    }
  | { readonly type: 'answer'; readonly requestId: number; readonly answer: unknown }
  | {
      readonly type: 'failed'
      readonly requestId: number
      readonly code: string
      readonly message: string
    }
  /** What the language server finds wrong in a cell, as its source was at `version`; not numbered, the last one holds. */
  | {
      readonly type: 'diagnostics'
      readonly cellId: string
      readonly version: number
      readonly diagnostics: readonly Diagnostic[]
    }
  /** Once a second while a kernel runs; not numbered. */
  | { readonly type: 'usage'; readonly usage: KernelUsage }
  | { readonly type: 'pong' }
  /** Last message before the server closes the socket for good: deleted file, protocol error, no rights. */
  | { readonly type: 'closed'; readonly code: string; readonly message: string }

/** An operation as it was applied: text changes are rebased, executions have ids. */
export interface AppliedOperation {
  readonly operation: Operation
  /** Who asked, so that a page knows its own. */
  readonly clientId: string | null
  readonly number: number | null
}

/**
 * Terminals: `GET /api/terminal-socket?notebook=PATH` is the REPL of the notebook's kernel,
 * `?shell=ID` a shell. Binary frames are the terminal's bytes in both directions; JSON text frames are these.
 */
export type TerminalPageMessage =
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  /** Bytes that xterm.js has taken in since the last of these: the server pauses the PTY at 1 MB unacknowledged. */
  | { readonly type: 'received'; readonly bytes: number }
  | { readonly type: 'ping' }

export type TerminalServerMessage =
  /** Before the first bytes: the screen as it is comes as a binary frame right after. */
  | { readonly type: 'attached'; readonly columns: number; readonly rows: number }
  | { readonly type: 'ended'; readonly reason: string }
  | { readonly type: 'pong' }

/** REST, JSON unless said otherwise. Every changing call needs the header `x-spcs-notebook: 1`. */
export interface Me {
  readonly user: string
  readonly mode: 'ingress' | 'token'
  readonly shells: boolean
  readonly account: string | null
  readonly version: string
}

/** GET /api/files?path=folder → FileEntry[] */
export interface FileEntry {
  readonly name: string
  readonly path: string
  readonly kind: 'notebook' | 'file' | 'folder'
  readonly size: number
  readonly modifiedAt: string
  /** An open notebook with a kernel. */
  readonly running: boolean
}

// GET    /api/files/content?path=…          the file's bytes, always as attachment, application/octet-stream
// PUT    /api/files/content?path=…          raw body; 409 FILE_EXISTS unless &overwrite=true
// DELETE /api/files?path=…                  a file or an empty folder
// POST   /api/files/rename   { from, to }   keeps an open notebook open
// POST   /api/files/folder   { path }
// POST   /api/notebooks      { path, sample?: boolean }   a new notebook
// GET    /api/notebooks/output?path=…&cell=…              the whole printed text of a cell, octet-stream
// GET    /api/results/rows, /statistics, /chart, /export  rows of a result and questions about them: results/result.ts
// GET    /api/me → Me        GET /health → { status: 'ok' }, the only route without the gate
// POST   /api/shells → { id }   GET /api/shells → { id }[]   DELETE /api/shells?id=…
// GET    /output-frame       the page that shows untrusted output, with a Content-Security-Policy of its own: sandbox
// Errors: { error, code, hint? } with 4xx or 5xx.
