import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/*
 * <state directory>/results/
 *   <id>/                 one folder for each notebook that ever had a kernel; its name says nothing and never changes
 *     notebook.json       { path }: whose it is; touched while the notebook is open
 *     <resultId>.rows     written by the kernel
 *
 * A kernel is told its folder once, so a notebook that is renamed keeps it.
 */

/** How long rows are kept that no cell shows any more: a page may look at them still. */
const GRACE_MS = 600_000
/** How long the results of a notebook are kept that nobody opens. */
const LEFTOVER_MS = 7 * 86_400_000
const OWNER_FILE = 'notebook.json'

export interface ResultFoldersOptions {
  readonly directory: string
  /** Bytes of all results together: the oldest go first. */
  readonly mostBytes: number
  readonly graceMs?: number | undefined
}

/** What an open notebook shows at the moment. */
export interface ShownResults {
  readonly path: string
  /** Ids in its cells' outputs, and in those of cells that can be restored. */
  readonly resultIds: ReadonlySet<string>
  /** When the running cell began, in ms since 1970: what it writes may be shown yet. */
  readonly runningSince: number | undefined
}

/** Where results are, on local disk. */
export function resultsDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'results')
}

/** True for what names a result: nothing that could lead out of a folder. */
export function isResultId(text: string): boolean {
  return /^[A-Za-z0-9-]{1,64}$/.test(text)
}

/** The folders of results, and what is deleted in them. Nothing outside of them ever is. */
export class ResultFolders {
  readonly #options: ResultFoldersOptions & { readonly graceMs: number }
  /** Folder ids by the notebook's path. */
  #ids: Promise<Map<string, string>> | undefined
  /** When a file was first seen that nothing shows. */
  readonly #unshownSince = new Map<string, number>()

  constructor(options: ResultFoldersOptions) {
    this.#options = { ...options, graceMs: options.graceMs ?? GRACE_MS }
  }

  /** The folder of a notebook's results, made if there is none. */
  async folder(path: string): Promise<string> {
    const ids = await this.#known()
    const id = ids.get(path) ?? randomUUID()
    ids.set(path, id)
    const folder = join(this.#options.directory, id)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await this.#writeOwner(id, path)
    return folder
  }

  /** Where the rows of a result are, if the notebook has any results at all. */
  async maybeFile(path: string, resultId: string): Promise<string | undefined> {
    const id = (await this.#known()).get(path)
    if (id === undefined || !isResultId(resultId)) return undefined
    return join(this.#options.directory, id, `${resultId}.rows`)
  }

  /** A notebook, or a folder with notebooks, has another name now. */
  async rename(from: string, to: string): Promise<void> {
    const ids = await this.#known()
    const moved = [...ids].filter(([path]) => path === from || path.startsWith(`${from}/`))
    for (const [path, id] of moved) {
      const renamed = to + path.slice(from.length)
      // What was there was deleted by somebody else: it is not this notebook's.
      await this.remove(renamed)
      ids.delete(path)
      ids.set(renamed, id)
      await this.#writeOwner(id, renamed)
    }
  }

  /** The notebook was deleted. */
  async remove(path: string): Promise<void> {
    const ids = await this.#known()
    const id = ids.get(path)
    if (id === undefined) return
    ids.delete(path)
    await this.#remove(id)
  }

  /** At the start: deletes the results of notebooks that nobody has opened for a week. */
  async removeLeftovers(now: number): Promise<void> {
    const ids = await this.#known()
    const paths = new Map([...ids].map(([path, id]) => [id, path]))
    for (const id of await names(this.#options.directory)) {
      const found = await maybeLstat(join(this.#options.directory, id, OWNER_FILE))
      const usedAt = paths.has(id) ? (found?.mtimeMs ?? 0) : 0
      if (now - usedAt < LEFTOVER_MS) continue
      ids.delete(paths.get(id) ?? '')
      await this.#remove(id)
    }
  }

  /** Deletes what open notebooks have shown and show no more, and the oldest results of all if there are too many. */
  async sweep(notebooks: readonly ShownResults[], now: number): Promise<void> {
    const ids = await this.#known()
    for (const shown of notebooks) {
      const id = ids.get(shown.path)
      if (id === undefined || !(await this.#isThere(id))) continue
      await this.#writeOwner(id, shown.path)
      await this.#sweepFolder(id, shown, now)
    }
    await this.#keepBelowMost()
  }

  async #sweepFolder(
    id: string,
    { resultIds, runningSince = Number.POSITIVE_INFINITY }: ShownResults,
    now: number,
  ): Promise<void> {
    for (const { file, resultId, modifiedAt } of await this.#files(id)) {
      if (resultIds.has(resultId) || modifiedAt >= runningSince) {
        this.#unshownSince.delete(file)
        continue
      }
      const since = this.#unshownSince.get(file) ?? now
      this.#unshownSince.set(file, since)
      if (now - since >= this.#options.graceMs) await this.#removeFile(file)
    }
  }

  async #keepBelowMost(): Promise<void> {
    const folders = await names(this.#options.directory)
    const files = (await Promise.all(folders.map((id) => this.#files(id)))).flat()
    files.sort((one, other) => other.modifiedAt - one.modifiedAt)
    let bytes = 0
    for (const { file, size } of files) {
      bytes += size
      if (bytes > this.#options.mostBytes) await this.#removeFile(file)
    }
  }

  /** Cells can write here: a link in the folder's place would lead to files that are not ours. */
  async #isThere(id: string): Promise<boolean> {
    const found = await maybeLstat(join(this.#options.directory, id))
    return found?.isDirectory() === true
  }

  async #files(id: string): Promise<
    readonly {
      readonly file: string
      readonly resultId: string
      readonly size: number
      readonly modifiedAt: number
    }[]
  > {
    if (!(await this.#isThere(id))) return []
    const folder = join(this.#options.directory, id)
    const results = (await names(folder)).filter((name) => !name.startsWith(OWNER_FILE))
    const found = await Promise.all(
      results.map(async (name) => {
        const file = join(folder, name)
        const { size = 0, mtimeMs = 0 } = (await maybeLstat(file)) ?? {}
        return { file, resultId: name.split('.')[0] ?? '', size, modifiedAt: mtimeMs }
      }),
    )
    return found
  }

  async #removeFile(file: string): Promise<void> {
    this.#unshownSince.delete(file)
    await rm(file, { recursive: true, force: true })
  }

  async #remove(id: string): Promise<void> {
    const folder = join(this.#options.directory, id)
    for (const file of this.#unshownSince.keys()) {
      if (file.startsWith(`${folder}/`)) this.#unshownSince.delete(file)
    }
    await rm(folder, { recursive: true, force: true })
  }

  /** In one step, so that a kill leaves the old name or the new one. */
  async #writeOwner(id: string, path: string): Promise<void> {
    const file = join(this.#options.directory, id, OWNER_FILE)
    const written = `${file}.${randomUUID()}`
    await writeFile(written, JSON.stringify({ path }), { mode: 0o600 })
    await rename(written, file)
  }

  #known(): Promise<Map<string, string>> {
    this.#ids ??= readOwners(this.#options.directory)
    return this.#ids
  }
}

async function readOwners(directory: string): Promise<Map<string, string>> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const ids = new Map<string, string>()
  for (const id of await names(directory)) {
    const path = await maybeOwner(join(directory, id))
    if (path !== undefined) ids.set(path, id)
  }
  return ids
}

async function maybeOwner(folder: string): Promise<string | undefined> {
  try {
    if (!(await lstat(folder)).isDirectory()) return undefined
    const owner: unknown = JSON.parse(await readFile(join(folder, OWNER_FILE), 'utf8'))
    const path = (owner as { readonly path?: unknown } | null)?.path
    return typeof path === 'string' ? path : undefined
  } catch {
    return undefined // not ours, or written by nobody who finished: a leftover
  }
}

async function names(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch(() => [])
}

async function maybeLstat(path: string): Promise<Stats | undefined> {
  return await lstat(path).catch(() => undefined)
}
