import { realpath, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { sweepMemoryFolders } from '../language/memory-folder.ts'
import { emptyCell } from './apply-operation.ts'
import { journalFile } from './beginning.ts'
import { NotebookError } from './errors.ts'
import { MOUNTED_FILES, type VolumeFileSystem } from './file-system.ts'
import { printNotebook, TYPESCRIPT_METADATA } from './ipynb.ts'
import { readJournal } from './journal.ts'
import { writeNotebookFile } from './notebook-file.ts'
import type { Cell } from './notebook.ts'
import { OpenNotebook, type OpenNotebookOptions } from './open-notebook.ts'
import { recoverNotebook } from './recover-journal.ts'

export interface NotebooksOptions extends Omit<OpenNotebookOptions, 'path' | 'files'> {
  readonly files?: VolumeFileSystem | undefined
  /** A notebook without kernel and clients is closed after so much. Default: 10 minutes. */
  readonly idleMs?: number | undefined
}

/** What became of a notebook that a killed server left open. */
export interface Recovery {
  readonly path: string
  /** Why it is not on the volume yet; its journal is kept. */
  readonly problem: string | null
}

const IDLE_MS = 600_000

/** The notebooks that are open, one OpenNotebook for each file below a folder. */
export class Notebooks implements AsyncDisposable {
  readonly #options: NotebooksOptions & { readonly files: VolumeFileSystem }
  readonly #open = new Map<string, Promise<OpenNotebook>>()
  readonly #closing = new Map<string, Promise<void>>()
  readonly #culling: NodeJS.Timeout
  #isClosed = false

  constructor(options: NotebooksOptions) {
    this.#options = { ...options, files: options.files ?? MOUNTED_FILES }
    const idleMs = options.idleMs ?? IDLE_MS
    this.#culling = setInterval(() => void this.#closeIdle(idleMs), Math.min(idleMs, 60_000))
    this.#culling.unref()
  }

  /** Brings to the volume what a killed server had not saved. To be called once, before anything is opened. */
  async recover(): Promise<readonly Recovery[]> {
    const { stateDirectory } = this.#options
    for (const made of ['outputs', 'language']) {
      await rm(join(stateDirectory, made), { recursive: true, force: true })
    }
    await sweepMemoryFolders()
    const folder = join(stateDirectory, 'journals')
    const names = await readdir(folder).catch(() => [])
    const recoveries: Recovery[] = []
    for (const name of names.filter((each) => each.endsWith('.ndjson'))) {
      const recovery = await this.#recoverJournal(join(folder, name))
      if (recovery !== undefined) recoveries.push(recovery)
    }
    return recoveries
  }

  /**
   * The notebook of a path, opened if it is not.
   *
   * @throws {NotebookError} `PATH_INVALID`, `NOTEBOOK_NOT_FOUND`, `NOTEBOOK_INVALID`
   */
  async open(path: string): Promise<OpenNotebook> {
    await this.#checkPath(path)
    return await this.#openChecked(path)
  }

  /** The notebook of a path if it is open. */
  async maybeOpen(path: string): Promise<OpenNotebook | undefined> {
    return await this.#open.get(path)?.catch(() => undefined)
  }

  /** Paths of the notebooks that are open. */
  paths(): readonly string[] {
    return [...this.#open.keys()]
  }

  /**
   * Writes a new notebook.
   *
   * @throws {NotebookError} `PATH_INVALID`, `NOTEBOOK_EXISTS`, `SAVE_FAILED`
   */
  async create(path: string, cells: readonly Cell[] = FIRST_CELLS): Promise<void> {
    await this.#checkPath(path)
    const { files, root } = this.#options
    const file = join(root, path)
    if (await files.stat(file)) {
      throw new NotebookError('NOTEBOOK_EXISTS', `Cannot create "${path}": there is one`, {
        hint: 'Choose another name',
      })
    }
    const notebook = { cells, metadata: TYPESCRIPT_METADATA }
    await writeNotebookFile(files, file, printNotebook({ notebook, besides: {} }))
  }

  /**
   * Moves a notebook's file; one that is open stays open, with its kernel and its clients.
   *
   * @throws {NotebookError} `PATH_INVALID`, `NOTEBOOK_NOT_FOUND`, `NOTEBOOK_EXISTS`, `SAVE_FAILED`
   */
  async rename(from: string, to: string): Promise<void> {
    await this.#checkPath(to)
    if (this.#open.has(to)) {
      throw new NotebookError('NOTEBOOK_EXISTS', `Cannot rename to "${to}": there is one`)
    }
    const notebook = await this.open(from)
    await notebook.rename(to)
    const opened = this.#open.get(from)
    this.#open.delete(from)
    if (opened !== undefined) this.#open.set(to, opened)
  }

  /** Deletes a notebook's file; its kernel ends and its clients are told. */
  async remove(path: string): Promise<void> {
    await this.#checkPath(path)
    const notebook = await this.maybeOpen(path)
    if (notebook !== undefined) {
      await this.#close(path, () => notebook.discard())
    }
    await this.#options.files.remove(join(this.#options.root, path))
  }

  /** Saves and closes all: the end of the server. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#culling)
    await Promise.all(
      this.paths().map(async (path) => {
        const notebook = await this.maybeOpen(path)
        if (notebook !== undefined) await this.#close(path, () => notebook.close())
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #openChecked(path: string): Promise<OpenNotebook> {
    await this.#closing.get(path)
    const known = this.#open.get(path)
    if (known !== undefined) return await known
    if (this.#isClosed) {
      throw new NotebookError('NOTEBOOK_CLOSED', `Cannot open "${path}": the server ends`)
    }
    const opening = OpenNotebook.open({ ...this.#options, path })
    this.#open.set(path, opening)
    try {
      return await opening
    } catch (error) {
      this.#open.delete(path)
      throw error
    }
  }

  async #close(path: string, close: () => Promise<void>): Promise<void> {
    const closing = close().finally(() => {
      this.#open.delete(path)
      this.#closing.delete(path)
    })
    this.#closing.set(path, closing)
    await closing
  }

  async #closeIdle(idleMs: number): Promise<void> {
    for (const path of this.paths()) {
      const notebook = await this.maybeOpen(path)
      if (notebook === undefined || this.#closing.has(path)) continue
      const isInUse = notebook.hasClients || notebook.hasKernel
      const isSaved = notebook.state.saved.status === 'saved'
      if (isInUse || !isSaved || Date.now() - notebook.usedAt < idleMs) continue
      await this.#close(path, () => notebook.close())
    }
  }

  async #recoverJournal(file: string): Promise<Recovery | undefined> {
    let path = file
    try {
      const content = await readJournal(file)
      if (content === undefined) return undefined
      path = recoverNotebook(content).state.path
      const expected = journalFile(this.#options.stateDirectory, path)
      if (expected !== file) {
        // Killed within a rename: the journal under the new name, if there is one, has everything.
        if ((await readJournal(expected)) === undefined) await rename(file, expected)
        else {
          await rm(file)
          return undefined
        }
      }
      const notebook = await this.open(path)
      await notebook.save()
      const { status, problem } = notebook.state.saved
      return { path, problem: status === 'failed' ? problem : null }
    } catch (error) {
      return { path, problem: (error as Error).message }
    }
  }

  /** Refuses what is no notebook below the root, links that lead out of it among them. */
  async #checkPath(path: string): Promise<void> {
    const parts = path.split('/')
    const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..')
    if (!isPlain || /[\\\0]/.test(path) || !path.endsWith('.ipynb')) throw pathError(path)
    const root = await realpath(this.#options.root)
    for (let place = join(root, path); place !== root; place = dirname(place)) {
      const real = await maybeRealpath(place)
      if (real === undefined) continue
      if (real === root || real.startsWith(root + sep)) return
      throw pathError(path)
    }
  }
}

const FIRST_CELLS: readonly Cell[] = [emptyCell('first', 'typescript', '')]

async function maybeRealpath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

function pathError(path: string): NotebookError {
  return new NotebookError(
    'PATH_INVALID',
    `Cannot use "${path}": it is no notebook in this folder`,
    {
      hint: 'Give a path below the notebooks\' folder that ends with ".ipynb"',
    },
  )
}
