import { rm } from 'node:fs/promises'
import { cellDiagnostics, type FileDiagnostic } from './cell-diagnostics.ts'
import { CellLines, type Imports } from './cell-file.ts'
import { CellFiles, type FileChange } from './cell-files.ts'
import {
  asksForMember,
  type FileCompletion,
  readCompletion,
  readDetail,
  type ReadItem,
} from './completion.ts'
import { type FileLocation, readDefinitions } from './definition.ts'
import { LanguageError } from './errors.ts'
import { FolderWatch } from './folder-watch.ts'
import { type FileHover, readHover } from './hover.ts'
import { makeLanguageFolder } from './language-folder.ts'
import type {
  CellEdit,
  Definition,
  Diagnostic,
  Hover,
  LanguageCell,
  LanguageCompletion,
  LanguageServer,
  Signature,
} from './language.ts'
import { OpenFile } from './open-file.ts'
import { checkNewName, type FileEdits, readEdits, renameRefusal } from './rename.ts'
import type { RpcProcess } from './rpc-process.ts'
import { type FileSignatures, readSignature } from './signature.ts'
import { startTypeScript } from './typescript-process.ts'

export interface TypeScriptServerOptions {
  /** The notebook's folder. */
  readonly directory: string
  /** Where the cells' files go: local disk, made anew and removed at the end. */
  readonly folder: string
  /** How long the cells must rest before their diagnostics are told. Default: 400 ms. */
  readonly quietMs?: number | undefined
}

type DiagnosticsListener = Parameters<LanguageServer['onDiagnostics']>[0]

/**
 * One process of TypeScript's language server for one notebook.
 *
 * The cells' files are on the disk as the notebook has them. The one that somebody asks about is open besides, with the
 * text that they see; for diagnostics it goes back to the notebook's.
 */
export class TypeScriptServer implements LanguageServer {
  readonly #rpc: RpcProcess
  readonly #root: string
  readonly #files: CellFiles
  readonly #open: OpenFile
  readonly #watch: FolderWatch
  readonly #quietMs: number
  readonly #listeners = new Set<DiagnosticsListener>()
  /** What was told last of each cell. */
  readonly #told = new Map<string, string>()
  #turn: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  private constructor(rpc: RpcProcess, options: TypeScriptServerOptions, cellsFolder: string) {
    this.#rpc = rpc
    this.#root = options.folder
    this.#files = new CellFiles(cellsFolder)
    this.#open = new OpenFile(rpc)
    this.#watch = new FolderWatch(options.directory)
    this.#quietMs = options.quietMs ?? 400
  }

  /** @throws {LanguageError} */
  static async start(options: TypeScriptServerOptions): Promise<TypeScriptServer> {
    const { folder, directory } = options
    try {
      const cellsFolder = await makeLanguageFolder(folder, directory)
      return new TypeScriptServer(await startTypeScript(cellsFolder), options, cellsFolder)
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error instanceof LanguageError ? error : writeFailure(error)
    }
  }

  get pid(): number | undefined {
    return this.#rpc.pid
  }

  /** Resolves when the process has ended, whoever ended it. */
  get ended(): Promise<void> {
    return this.#rpc.ended
  }

  update(cells: readonly LanguageCell[]): void {
    if (this.#files.isSame(cells)) return
    const changes = this.#files.update(cells)
    const ids = new Set(cells.map(({ id }) => id))
    for (const id of this.#told.keys()) if (!ids.has(id)) this.#told.delete(id)
    const { uri } = this.#open
    if (uri !== undefined && this.#files.at(uri) === undefined) this.#open.close()
    if (changes.length > 0) void this.#tellWritten(changes)
    this.#diagnoseSoon()
  }

  complete(cellId: string, source: string, offset: number): Promise<LanguageCompletion> {
    return this.#inTurn(async () => {
      const imports = asksForMember(source, offset) ? 'used' : 'all'
      const found = await this.#ask<FileCompletion>('completion', cellId, source, offset, imports)
      const completion = readCompletion(found, source, offset)
      const details = await this.#details(completion.items.slice(0, MOST_DETAILS))
      return {
        ...completion,
        items: completion.items.map(({ entry: _entry, ...item }, place) => ({
          ...item,
          detail: details[place],
        })),
      }
    })
  }

  async hover(cellId: string, source: string, offset: number): Promise<Hover | null> {
    const found = await this.#inTurn(() => this.#ask<FileHover>('hover', cellId, source, offset))
    return readHover(found, new CellLines(source), offset)
  }

  async signature(cellId: string, source: string, offset: number): Promise<Signature | null> {
    const found = await this.#inTurn(() =>
      this.#ask<FileSignatures>('signatureHelp', cellId, source, offset),
    )
    return readSignature(found)
  }

  async definition(cellId: string, source: string, offset: number): Promise<readonly Definition[]> {
    const found = await this.#inTurn(() =>
      this.#ask<readonly FileLocation[]>('definition', cellId, source, offset),
    )
    return await readDefinitions(found ?? [], (uri) => this.#cellAt(uri, cellId, source))
  }

  async rename(
    cellId: string,
    source: string,
    offset: number,
    newName: string,
  ): Promise<readonly CellEdit[]> {
    checkNewName(newName, this.#files.isDeclared(newName))
    const found = await this.#inTurn(() =>
      this.#ask<FileEdits>('rename', cellId, source, offset, 'used', { newName }),
    )
    const edits = readEdits(found, (uri) => this.#cellAt(uri, cellId, source))
    if (edits.length > 0) return edits
    const [definition] = await this.definition(cellId, source, offset)
    throw renameRefusal(definition?.kind === 'file' ? definition.path : undefined)
  }

  onDiagnostics(listener: DiagnosticsListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Has the next question look at the notebook's folder, whenever the last look was. */
  lookNow(): void {
    this.#watch.lookNow()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#rpc.close()
    await this.#files.written.catch(() => undefined)
    await rm(this.#root, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** One question at a time: the open file keeps its text until the answer is whole. */
  async #inTurn<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#turn.then(question)
    this.#turn = answer.catch(() => undefined)
    return await answer
  }

  /** The types of what stands at the top of a list. */
  async #details(items: readonly ReadItem[]): Promise<(string | undefined)[]> {
    return await Promise.all(
      items.map(async ({ entry, label }) => {
        const resolved = await this.#rpc.request('completionItem/resolve', entry).catch(() => null)
        return readDetail(resolved, label)
      }),
    )
  }

  /** Asks about a place in a cell whose text is `source`; null when there is no such cell, or nothing to say. */
  async #ask<Answer>(
    what: string,
    cellId: string,
    source: string,
    offset: number,
    imports: Imports = 'used',
    parameters: object = {},
  ): Promise<Answer | null> {
    await this.#look()
    const file = this.#files.get(cellId)
    if (file === undefined) return null
    // From here on without a pause: the text that is shown now is the one that is asked about.
    this.#open.show(file.uri, this.#files.print(file, source, imports))
    const position = new CellLines(source).position(offset)
    const answer = await this.#rpc.request(`textDocument/${what}`, {
      textDocument: { uri: file.uri },
      position,
      ...parameters,
    })
    return answer as Answer | null
  }

  /** Waits for what is being written, and tells the server what has changed in the notebook's folder. */
  async #look(): Promise<void> {
    const [changes] = await Promise.all([
      this.#watch.changes([...this.#files.all].map(({ cell }) => cell)),
      this.#files.written.catch((cause: unknown) => {
        throw writeFailure(cause)
      }),
    ])
    this.#tellChanges(changes)
  }

  async #tellWritten(changes: readonly FileChange[]): Promise<void> {
    try {
      await this.#files.written
      this.#tellChanges(changes)
    } catch {
      // Whoever asks is told why. Another process begins with another folder.
      await this.#rpc.close()
    }
  }

  #tellChanges(changes: readonly FileChange[]): void {
    if (changes.length > 0) this.#rpc.notify('workspace/didChangeWatchedFiles', { changes })
  }

  /** A cell and the text by which its positions are read. */
  #cellAt(
    uri: string,
    askedId: string,
    source: string,
  ): { id: string; source: string } | undefined {
    const cell = this.#files.at(uri)?.cell
    if (cell === undefined) return undefined
    return { id: cell.id, source: cell.id === askedId ? source : cell.source }
  }

  #diagnoseSoon(): void {
    clearTimeout(this.#timer)
    if (this.#isClosed) return
    this.#timer = setTimeout(() => void this.#diagnose(this.#timer), this.#quietMs)
    this.#timer.unref()
  }

  async #diagnose(timer: NodeJS.Timeout | undefined): Promise<void> {
    try {
      const asked = await this.#inTurn(() => this.#askDiagnostics())
      const reports = await Promise.allSettled(asked.map(({ report }) => report))
      // The cells have changed meanwhile: the next round tells.
      if (this.#isClosed || timer !== this.#timer) return
      asked.forEach(({ cell }, place) => this.#onReport(cell, reports[place]))
    } catch (error) {
      // Whoever asks is told.
      if (!(error instanceof LanguageError)) throw error
    }
  }

  /** Asks about all cells at once, as the notebook has them; does not wait for what comes of it. */
  async #askDiagnostics(): Promise<{ cell: LanguageCell; report: Promise<unknown> }[]> {
    await this.#look()
    const shown = this.#open.uri === undefined ? undefined : this.#files.at(this.#open.uri)
    if (shown !== undefined) this.#open.show(shown.uri, shown.text)
    return [...this.#files.all].map(({ cell, uri }) => ({
      cell,
      report: this.#rpc.request('textDocument/diagnostic', { textDocument: { uri } }),
    }))
  }

  #onReport(cell: LanguageCell, report: PromiseSettledResult<unknown> | undefined): void {
    if (report?.status !== 'fulfilled') return
    const { items = [] } = report.value as { items?: readonly FileDiagnostic[] }
    const isElsewhere = (name: string): boolean => this.#files.isDeclaredElsewhere(name, cell.id)
    this.#tell(cell, cellDiagnostics(cell.source, items, isElsewhere))
  }

  #tell({ id, version }: LanguageCell, diagnostics: readonly Diagnostic[]): void {
    const text = diagnostics.length === 0 ? '' : JSON.stringify([version, diagnostics])
    if (this.#told.get(id) === text) return
    this.#told.set(id, text)
    for (const listener of this.#listeners) listener(id, version, diagnostics)
  }
}

/** More than a list shows before somebody scrolls it. */
const MOST_DETAILS = 30

function writeFailure(cause: unknown): LanguageError {
  return new LanguageError(
    'LANGUAGE_SERVER_FAILED',
    `Cannot write the cells for the language server: ${(cause as Error).message}`,
    { hint: 'Make room in the folder for temporary files', cause },
  )
}
