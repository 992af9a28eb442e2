/** What a cell is written in. Markdown never reaches a kernel. */
export type CellLanguage = 'typescript' | 'sql'

/** Data of one value by MIME type: text, or for JSON types whatever JSON holds. */
export type MimeBundle = Readonly<Record<string, unknown>>

/** Something that is to be run. */
export interface ExecutionRequest {
  /** Unique within the kernel's life; every event of the execution carries it. */
  readonly executionId: string
  /** Names the cell in stack frames: `cell:NAME:line:column`. */
  readonly cellId: string
  readonly language: CellLanguage
  readonly source: string
  /** What a SQL cell's last result is called, besides `_sql`. */
  readonly resultVariable?: string | undefined
}

export type ExecutionStatus =
  | 'ok'
  | 'error'
  | 'interrupted' // ended by interrupt(); its state is kept
  | 'abandoned' // interrupted while it awaited something that never comes: the kernel goes on without it
  | 'lost' // the kernel ended under it

/** What a kernel tells, in order. The last event of an execution is `execution-finished`. */
export type KernelEvent =
  | { readonly type: 'execution-started'; readonly executionId: string; readonly count: number }
  | {
      readonly type: 'stream'
      readonly executionId: string
      readonly name: 'stdout' | 'stderr'
      readonly text: string
    }
  | {
      readonly type: 'display'
      readonly executionId: string
      readonly data: MimeBundle
      readonly metadata: Readonly<Record<string, unknown>>
      /** With an id: a later `display` with `update: true` takes its place, wherever it stands. */
      readonly displayId: string | undefined
      readonly update: boolean
    }
  | { readonly type: 'cleared'; readonly executionId: string; readonly wait: boolean }
  | {
      readonly type: 'result'
      readonly executionId: string
      readonly count: number
      readonly data: MimeBundle
    }
  | {
      readonly type: 'error'
      readonly executionId: string
      readonly name: string
      readonly message: string
      /** Lines as a terminal shows them, frames mapped to the cell's own lines. */
      readonly traceback: readonly string[]
    }
  | {
      readonly type: 'input-requested'
      readonly executionId: string
      readonly inputId: string
      readonly prompt: string
      readonly isPassword: boolean
    }
  | {
      readonly type: 'execution-finished'
      readonly executionId: string
      readonly status: ExecutionStatus
      readonly durationMs: number
    }
  | { readonly type: 'status'; readonly status: KernelStatus; readonly reason?: string }
  | { readonly type: 'context-changed'; readonly context: SessionContext }
  /** At most once a second, when it has changed. */
  | { readonly type: 'usage'; readonly usage: KernelUsage }

export type KernelStatus =
  | 'starting'
  | 'idle'
  | 'busy'
  | 'unresponsive' // its event loop stands still and an interrupt could not end it: native code runs
  | 'ended' // by close(), by itself, by a kill; `reason` says which

export interface KernelMemory {
  readonly residentBytes: number
  readonly heapUsedBytes: number
  readonly heapLimitBytes: number
}

/** What a kernel's process takes. */
export interface KernelUsage extends KernelMemory {
  /** Of one core since the last of these: 1 is one core busy. */
  readonly cpu: number
}

/** Where the kernel's Snowflake session stands. */
export interface SessionContext {
  /** Not until the first statement: the session connects when it is needed. */
  readonly connected: boolean
  readonly account: string | null
  readonly user: string | null
  readonly role: string | null
  readonly warehouse: string | null
  readonly database: string | null
  readonly schema: string | null
}

export interface KernelVariable {
  readonly name: string
  /** `number`, `Array(3)`, `Map(2)`, `Function`, a class name. */
  readonly type: string
  /** One line of util.inspect, cut. */
  readonly preview: string
  /** Approximate size where it is cheap to know: elements, bytes or characters. */
  readonly size: number | null
}

/** One entry of a value that is looked into: a property, an element, an entry of a Map or a Set. */
export interface KernelProperty extends KernelVariable {
  /** What is added to the path to look inside; null where there is nothing inside. */
  readonly key: string | null
}

/** What SQL completion offers; names as they are stored, unquoted. */
export interface Catalogue {
  readonly database: string | null
  readonly schema: string | null
  /** All that the role may see; `tables` are those of the current one, and of others that were asked for. */
  readonly databases: readonly string[]
  readonly tables: readonly {
    readonly database: string
    readonly schema: string
    readonly name: string
    readonly kind: 'TABLE' | 'VIEW'
    readonly columns: readonly { readonly name: string; readonly type: string }[]
  }[]
}

export interface Completion {
  readonly from: number // UTF-16 offsets in the source
  readonly to: number
  readonly items: readonly { readonly label: string; readonly kind: string }[]
}

/** The kernel's own terminal: the PTY that it runs under, with its REPL. Bytes are UTF-8. */
export interface KernelTerminal {
  write(data: Buffer | string): void
  resize(columns: number, rows: number): void
  /** Gives a function that ends the subscription. */
  onData(listener: (data: Buffer) => void): () => void
  /** Flow control: a paused PTY blocks whoever writes to it. */
  pause(): void
  resume(): void
}

export interface KernelOptions {
  /** Modules are resolved from here, and it is the working directory: the notebook's folder. */
  readonly directory: string
  /** File name for import.meta and require: `/home/node/work/sample.ipynb`. */
  readonly file?: string | undefined
  /** The Node that runs the kernel. Default: the one that runs this. */
  readonly node?: string | undefined
  /** Variables of the kernel's process besides this one's. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Where results' rows are written, see results/result.ts: local disk. Without it results are shown as text. */
  readonly resultsDirectory?: string | undefined
  /** Texts that must never leave the kernel, such as tokens; they are replaced in all it prints. Asked at every use. */
  readonly secrets?: (() => readonly string[]) | undefined
  /** Caller's rights: the value of Sf-Context-Current-User-Token. Never in the environment or a command line. */
  readonly callerToken?: string | undefined
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

/** A place that runs code. It outlives sockets and browsers, and ends with `close()` or by itself. */
export interface Kernel extends AsyncDisposable {
  readonly pid: number
  readonly status: KernelStatus
  readonly terminal: KernelTerminal
  /** Queues an execution; those of one kernel run in order. What is typed in its terminal is not queued. */
  execute(request: ExecutionRequest): void
  /** Ends the running execution if it is this one, by the softest way that works, and drops every queued one. */
  interrupt(executionId?: string): void
  answerInput(inputId: string, text: string): void
  complete(source: string, offset: number, language: CellLanguage): Promise<Completion>
  variables(): Promise<readonly KernelVariable[]>
  inspectVariable(
    name: string,
    path: readonly string[],
    offset: number,
  ): Promise<readonly KernelProperty[]>
  /** Of the session's current database, and of others by their names; empty where nothing is connected yet. */
  catalogue(databases?: readonly string[]): Promise<Catalogue>
  /** Runs USE ROLE, WAREHOUSE, DATABASE, SCHEMA for what is given; rejects with a CodedError. */
  use(context: {
    readonly role?: string | undefined
    readonly warehouse?: string | undefined
    readonly database?: string | undefined
    readonly schema?: string | undefined
  }): Promise<SessionContext>
  onEvent(listener: (event: KernelEvent) => void): () => void
  /** Back-pressure: while held, at most a few MB of output wait here and the kernel's writers block. */
  pauseOutput(): void
  resumeOutput(): void
  /** SIGTERM, then SIGKILL to the whole process group. */
  close(): Promise<void>
  /** SIGKILL at once. */
  kill(): void
}
