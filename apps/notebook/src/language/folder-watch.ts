import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FILE_CHANGE, type FileChange } from './cell-files.ts'
import type { LanguageCell } from './language.ts'

/** A look at the folder is good for so long. */
const LOOK_MS = 1_000

const ENDINGS = ['', '.ts', '.tsx', '.js', '.json', '/index.ts']

/**
 * Sees changes of the files in the notebook's folder that cells import. It looks at them when it is asked: volumes tell
 * nobody what changes on them.
 */
export class FolderWatch {
  readonly #directory: string
  /** By path; null where there was no file. */
  readonly #seen = new Map<string, number | null>()
  readonly #imports = new WeakMap<LanguageCell, readonly string[]>()
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(directory: string) {
    this.#directory = directory
  }

  /** What has changed since the last look; a look that was just now is good enough. */
  async changes(cells: readonly LanguageCell[]): Promise<readonly FileChange[]> {
    const isFresh = performance.now() - this.#lookedAt < LOOK_MS
    if (!isFresh) this.#lookedAt = performance.now()
    const paths = new Set(cells.flatMap((cell) => this.#imported(cell)))
    const due = [...paths].filter((path) => !isFresh || !this.#seen.has(path))
    const changes = await Promise.all(due.map((path) => this.#look(path)))
    return changes.filter((change) => change !== undefined)
  }

  lookNow(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY
  }

  /** Where the files may be that a cell imports; a cell that stays the same is read once. */
  #imported(cell: LanguageCell): readonly string[] {
    const known = this.#imports.get(cell)
    if (known !== undefined) return known
    const paths: string[] = []
    for (const [, specifier = ''] of cell.source.matchAll(/["'](\.{1,2}\/[^"'\n]+)["']/g)) {
      const path = resolve(this.#directory, specifier)
      paths.push(...ENDINGS.map((ending) => path + ending))
      if (path.endsWith('.js')) paths.push(path.replace(/\.js$/, '.ts'))
    }
    this.#imports.set(cell, paths)
    return paths
  }

  async #look(path: string): Promise<FileChange | undefined> {
    const found = await stat(path).catch(() => null)
    const modifiedMs = found?.isFile() === true ? found.mtimeMs : null
    const before = this.#seen.get(path)
    this.#seen.set(path, modifiedMs)
    if (before === undefined || before === modifiedMs) return undefined
    const uri = pathToFileURL(path).href
    if (modifiedMs === null) return { uri, type: FILE_CHANGE.deleted }
    return { uri, type: before === null ? FILE_CHANGE.created : FILE_CHANGE.changed }
  }
}
