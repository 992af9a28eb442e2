import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cell } from '../notebook/notebook.ts'
import { LanguageError } from './errors.ts'
import { languageCells } from './language-cells.ts'
import type { Diagnostic, LanguageServer } from './language.ts'
import type { TypeScriptServer, TypeScriptServerOptions } from './typescript-server.ts'

export type StartLanguage = (options: TypeScriptServerOptions) => Promise<TypeScriptServer>

export interface NotebookLanguageOptions {
  /** Undefined where notebooks do without. */
  readonly start: StartLanguage | undefined
  /** The notebook's folder; it changes when the notebook is moved. */
  readonly directory: () => string
  /** In memory or on local disk, for this notebook alone. */
  readonly folder: string
  readonly cells: () => readonly Cell[]
  readonly tell: (found: FoundDiagnostics) => void
  /** Default: 10 minutes. */
  readonly idleMs?: number | undefined
}

export interface FoundDiagnostics {
  readonly cellId: string
  readonly version: number
  readonly diagnostics: readonly Diagnostic[]
}

const IDLE_MS = 10 * 60_000
/** Changes are taken in together. */
const UPDATE_PAUSE_MS = 50
/** A server that ends twice within this time is not started again until it has passed. */
const RESTART_WINDOW_MS = 10 * 60_000

interface Running {
  readonly server: TypeScriptServer
  readonly directory: string
}

/**
 * The language server of one notebook: started when somebody goes into a cell to write, or asks, started once more when it ends by itself,
 * ended with the notebook or when nobody has needed it for a while.
 */
export class NotebookLanguage implements AsyncDisposable {
  readonly #options: NotebookLanguageOptions
  readonly #found = new Map<string, FoundDiagnostics>()
  #starting: Promise<Running> | undefined
  #updating: NodeJS.Timeout | undefined
  #idling: NodeJS.Timeout | undefined
  /** When it last ended by itself. */
  #endedAt: number | undefined
  /** Why there is none, and will be none. */
  #problem: LanguageError | undefined
  #starts = 0
  /** Questions that have no answer yet. */
  #asking = 0
  #isClosed = false

  constructor(options: NotebookLanguageOptions) {
    this.#options = options
  }

  /** What was found last in each cell that something is wrong in. */
  get found(): readonly FoundDiagnostics[] {
    const there = new Set(languageCells(this.#options.cells()).map(({ id }) => id))
    return [...this.#found.values()].filter(({ cellId }) => there.has(cellId))
  }

  /** Undefined when none runs. */
  async pid(): Promise<number | undefined> {
    return (await this.#starting?.catch(() => undefined))?.server.pid
  }

  /** The cells have changed; with `isEdit` somebody writes, and will want help. */
  onChange({ isEdit }: { readonly isEdit: boolean }): void {
    if (this.#updating !== undefined || this.#isClosed) return
    if (this.#options.start === undefined) return
    if (this.#starting === undefined && !isEdit) return
    this.#updating = setTimeout(() => {
      this.#updating = undefined
      // Whoever asks is told why it does not start.
      void this.#running().catch(() => undefined)
    }, UPDATE_PAUSE_MS)
    this.#updating.unref()
  }

  /**
   * Somebody has put the cursor into a cell: until they ask, the server has read the cells, as it is asked something
   * cheap in theirs. A text in Markdown needs none.
   */
  onCursor(cellId: string | null): void {
    if (this.#starting !== undefined || this.#options.start === undefined) return
    const cell = languageCells(this.#options.cells()).find(({ id }) => id === cellId)
    if (cell === undefined) return
    // Whoever asks is told why it does not start.
    void this.ask((server) => server.hover(cell.id, cell.source, 0)).catch(() => undefined)
  }

  /**
   * Asks a server that knows the cells as they are now.
   *
   * @throws {LanguageError} when there is none.
   */
  async ask<Answer>(question: (server: LanguageServer) => Promise<Answer>): Promise<Answer> {
    this.#asking += 1
    try {
      return await question(await this.#running())
    } finally {
      this.#asking -= 1
      this.#idleSoon()
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#updating)
    await this.#end()
    await rm(this.#options.folder, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #running(): Promise<TypeScriptServer> {
    const directory = this.#options.directory()
    const old = this.#starting
    const known = await old?.catch(() => undefined)
    const hasMoved = known !== undefined && known.directory !== directory
    if (hasMoved && this.#starting === old) await this.#end()
    if (this.#isClosed) {
      throw new LanguageError('LANGUAGE_SERVER_ENDED', 'Cannot help: the notebook was closed')
    }
    const { server } = await this.#started(directory)
    server.update(languageCells(this.#options.cells()))
    this.#idleSoon()
    return server
  }

  async #started(directory: string): Promise<Running> {
    this.#starting ??= this.#start(directory)
    const starting = this.#starting
    try {
      return await starting
    } catch (error) {
      if (this.#starting === starting) this.#starting = undefined
      throw error
    }
  }

  #idleSoon(): void {
    clearTimeout(this.#idling)
    if (this.#asking > 0 || this.#isClosed) return
    this.#idling = setTimeout(() => void this.#end(), this.#options.idleMs ?? IDLE_MS)
    this.#idling.unref()
  }

  async #start(directory: string): Promise<Running> {
    if (this.#problem !== undefined) throw this.#problem
    if (this.#options.start === undefined) {
      throw new LanguageError('LANGUAGE_SERVER_MISSING', 'Cannot help: this server does without')
    }
    this.#starts += 1
    // Another one may still be clearing up.
    const folder = join(this.#options.folder, String(this.#starts))
    try {
      const server = await this.#options.start({ directory, folder })
      const running = { server, directory }
      server.onDiagnostics((cellId, version, diagnostics) =>
        this.#onDiagnostics({ cellId, version, diagnostics }),
      )
      void server.ended.then(() => this.#onEnded(running))
      return running
    } catch (error) {
      if (error instanceof LanguageError && error.code === 'LANGUAGE_SERVER_MISSING') {
        this.#problem = error
      }
      throw error
    }
  }

  /** A server tells of every cell once; that nothing is wrong is news only where something was. */
  #onDiagnostics(found: FoundDiagnostics): void {
    const { cellId, diagnostics } = found
    const wasWrong = this.#found.delete(cellId)
    if (diagnostics.length > 0) this.#found.set(cellId, found)
    if (wasWrong || diagnostics.length > 0) this.#options.tell(found)
  }

  /** By itself, or by somebody's kill: it is started once more. */
  async #onEnded({ server }: Running): Promise<void> {
    const current = await this.#starting?.catch(() => undefined)
    if (current?.server !== server || this.#isClosed) return
    this.#starting = undefined
    clearTimeout(this.#idling)
    const now = performance.now()
    const isAgain = this.#endedAt !== undefined && now - this.#endedAt < RESTART_WINDOW_MS
    this.#endedAt = now
    if (isAgain) this.#rest()
    else this.onChange({ isEdit: true })
    await server.close()
  }

  #rest(): void {
    const problem = new LanguageError(
      'LANGUAGE_SERVER_ENDED',
      'Cannot help with TypeScript: its language server ended twice',
      { hint: 'Cells run without it; it is tried again in ten minutes' },
    )
    this.#problem = problem
    setTimeout(() => {
      if (this.#problem === problem) this.#problem = undefined
    }, RESTART_WINDOW_MS).unref()
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idling)
    const starting = this.#starting
    this.#starting = undefined
    const running = await starting?.catch(() => undefined)
    await running?.server.close()
  }
}
