/** A notebook as it is worked on; what the file holds besides is kept beside it. */
export interface Notebook {
  readonly cells: readonly Cell[]
  /** nbformat's notebook metadata, unknown keys kept. */
  readonly metadata: JsonObject
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }
export type JsonObject = { readonly [key: string]: JsonValue }

export type CellKind = 'typescript' | 'sql' | 'markdown' | 'raw'

export interface Cell {
  /** nbformat 4.5: 1 to 64 of letters, digits, - and _; unique in its notebook. */
  readonly id: string
  readonly kind: CellKind
  readonly source: string
  /** Of a code cell in a language that does not run here, such as `python`: its kind is raw, and it goes back as it was. */
  readonly language?: string | undefined
  /** A line such as `%%sql -r orders`, which the file has before the source. */
  readonly magic?: string | undefined
  /** How many changes the source has had since the notebook was opened: what text changes are numbered by. */
  readonly version: number
  readonly metadata: JsonObject
  /** nbformat's attachments of a Markdown cell. */
  readonly attachments?: JsonObject | undefined
  readonly outputs: readonly Output[]
  /** Displays that came after MOST_OUTPUTS and were left out. */
  readonly omittedOutputs?: number | undefined
  readonly executionCount: number | null
  readonly run: CellRun
  /** What was run last here. Not kept in the file. */
  readonly ran?: CellRan | undefined
  /** Keys of the cell in its file that nbformat does not know. */
  readonly besides?: JsonObject | undefined
}

/** A cell's last run, and what it had to do with other cells. */
export interface CellRan {
  readonly source: string
  /** The state's sequence when it was run: a later run has a greater one. */
  readonly order: number
  readonly declares: readonly string[]
  readonly uses: readonly CellUse[]
}

export interface CellUse {
  readonly name: string
  /** The cell that had declared it last. */
  readonly from: string | null
}

/** Where a cell is on its way through the kernel. Not kept in the file. */
export type CellRun =
  | { readonly status: 'idle' }
  | { readonly status: 'queued'; readonly executionId: string; readonly by: string }
  | {
      readonly status: 'running'
      readonly executionId: string
      readonly by: string
      readonly startedAt: string // ISO 8601
      /** The kernel asked to clear with the next output: what is shown stays until then. */
      readonly clearsWithNext?: boolean | undefined
    }
  | {
      readonly status: 'ended'
      readonly executionId: string
      readonly how: 'ok' | 'error' | 'interrupted' | 'abandoned' | 'lost'
      readonly durationMs: number
    }

/** nbformat's outputs, text joined to one string. */
export type Output = (
  | StreamOutput
  | {
      readonly type: 'display'
      readonly data: JsonObject
      readonly metadata: JsonObject
      readonly displayId?: string | undefined
      /** False for what came with the file: shown without scripts until the cell is run here. */
      readonly trusted: boolean
    }
  | {
      readonly type: 'result'
      readonly data: JsonObject
      readonly metadata: JsonObject
      readonly count: number | null
      readonly trusted: boolean
    }
  | {
      readonly type: 'error'
      readonly name: string
      readonly message: string
      readonly traceback: readonly string[]
    }
) & {
  /** Keys of the output in its file that nbformat does not know. */
  readonly besides?: JsonObject | undefined
}

export interface StreamOutput {
  readonly type: 'stream'
  readonly name: 'stdout' | 'stderr'
  readonly text: string
  /** Characters that were printed beyond MOST_STREAM_CHARACTERS and are kept in the whole output only. */
  readonly omitted: number
}
