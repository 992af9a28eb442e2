import type {
  Catalogue,
  CellLanguage,
  Completion,
  ExecutionRequest,
  KernelEvent,
  KernelProperty,
  KernelVariable,
  SessionContext,
} from './kernel.ts'

/*
 * Three parties speak. The server and the driver (a worker thread of the kernel's process) exchange JSON lines over a
 * unix socket; the driver and the main thread, which runs user code and nothing else, exchange messages and a ring:
 *
 *   server ── ToDriver ──► driver ── ToMain ──► main
 *   server ◄─ FromDriver ─ driver ◄─ ring ───── main     output, results, the end of an execution, in order
 *
 * All that main says goes through the ring, so that nothing overtakes anything, and so that the driver hears it while
 * main is busy. A full ring blocks main: that is the back-pressure.
 */

/** Server to driver, a JSON line each. */
export type ToDriver =
  | {
      readonly type: 'init'
      readonly directory: string
      readonly file: string
      readonly callerToken?: string | undefined
      readonly resultsDirectory?: string | undefined
      readonly history: readonly string[]
    }
  | { readonly type: 'execute'; readonly request: ExecutionRequest }
  | { readonly type: 'interrupt'; readonly executionId?: string | undefined }
  | { readonly type: 'answer-input'; readonly inputId: string; readonly text: string }
  | {
      readonly type: 'complete'
      readonly requestId: number
      readonly source: string
      readonly offset: number
      readonly language: CellLanguage
    }
  | { readonly type: 'variables'; readonly requestId: number }
  | {
      readonly type: 'inspect-variable'
      readonly requestId: number
      readonly name: string
      readonly path: readonly string[]
      readonly offset: number
    }
  | {
      readonly type: 'catalogue'
      readonly requestId: number
      readonly databases: readonly string[]
    }
  | { readonly type: 'use'; readonly requestId: number; readonly context: UseContext }
  | { readonly type: 'resized' }
  | { readonly type: 'output-held'; readonly held: boolean }

/** What `use()` may change. */
export interface UseContext {
  readonly role?: string | undefined
  readonly warehouse?: string | undefined
  readonly database?: string | undefined
  readonly schema?: string | undefined
}

/** Driver to server, a JSON line each. */
export type FromDriver =
  | { readonly type: 'ready' }
  | { readonly type: 'event'; readonly event: KernelEvent }
  | { readonly type: 'replied'; readonly requestId: number; readonly result: Reply }
  | { readonly type: 'refused'; readonly requestId: number; readonly error: ErrorText }
  | { readonly type: 'line-entered'; readonly line: string }

export type Reply =
  | Completion
  | readonly KernelVariable[]
  | readonly KernelProperty[]
  | Catalogue
  | SessionContext

/** A CodedError on its way through a socket. */
export interface ErrorText {
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
}

/** Driver to main. Executions have numbers here: they fit into shared memory. */
export type ToMain =
  | {
      readonly type: 'init'
      readonly directory: string
      readonly file: string
      readonly callerToken: string | undefined
      readonly resultsDirectory: string | undefined
    }
  | { readonly type: 'evaluate'; readonly execution: number; readonly code: string }
  | { readonly type: 'interrupt'; readonly execution: number }
  | {
      readonly type: 'abandon'
      readonly execution: number
      readonly status: 'interrupted' | 'abandoned'
    }
  | { readonly type: 'ping' }
  | { readonly type: 'answer-input'; readonly inputId: string; readonly text: string }
  | { readonly type: 'use'; readonly requestId: number; readonly context: UseContext }
  | { readonly type: 'catalogue'; readonly databases: readonly string[] }

/** Main to driver: JSON records of the ring, between the text of streams. */
export type FromMain =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly data: Readonly<Record<string, unknown>> }
  | {
      readonly type: 'display'
      readonly data: Readonly<Record<string, unknown>>
      readonly metadata: Readonly<Record<string, unknown>>
      readonly displayId: string | undefined
      readonly update: boolean
    }
  | { readonly type: 'cleared'; readonly wait: boolean }
  | {
      readonly type: 'input-requested'
      readonly inputId: string
      readonly prompt: string
      readonly isPassword: boolean
    }
  | { readonly type: 'thrown'; readonly error: ThrownError; readonly uncaught: boolean }
  | { readonly type: 'done'; readonly status: 'ok' | 'error' | 'interrupted' | 'abandoned' }
  | { readonly type: 'context-changed'; readonly context: SessionContext }
  | {
      readonly type: 'catalogue-read'
      /** Those that were asked for. */
      readonly databases: readonly string[]
      readonly catalogue: Catalogue
    }
  | { readonly type: 'replied'; readonly requestId: number; readonly result: Reply }
  | { readonly type: 'refused'; readonly requestId: number; readonly error: ErrorText }

/** What was thrown, as text; its stack still names generated lines. */
export interface ThrownError {
  readonly name: string
  readonly message: string
  readonly stack: string
  /** Where in the cell's own text, as a UTF-16 offset, where its stack cannot say it. */
  readonly offset?: number | undefined
  readonly hint?: string | undefined
  readonly cause?: ThrownError | undefined
}

/** Cells of the Int32Array that main and driver share. */
export const SHARED = {
  /** Not zero: whatever runs now is to stop. */
  interrupt: 0,
  /** Main counts up here whenever its event loop turns to a ping. */
  heartbeat: 1,
  /** Number of the running cell, 0 for none. */
  cell: 2,
  /** Number of what runs for the terminal, 0 for none. */
  repl: 3,
  /** Not zero: the driver has let go of main, which may exit. */
  detached: 4,
  /** Until when no hard interrupt is wanted, as main loads a module. */
  loadingUntil: 5,
} as const

/** Terminal executions have odd numbers, cells even ones. */
export function isTerminal(execution: number): boolean {
  return execution % 2 === 1
}
