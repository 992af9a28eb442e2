import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cellModule, type Imports, printCellFile } from './cell-file.ts'
import { type CellShape, readShape } from './cell-shape.ts'
import type { LanguageCell } from './language.ts'
import { printSqlCell, sqlShape } from './sql-cell-file.ts'
import { Scope } from './scope.ts'

/** A cell and its file. */
export interface CellFile {
  readonly cell: LanguageCell
  readonly shape: CellShape
  readonly path: string
  readonly uri: string
  /** What the file holds. */
  readonly text: string
}

export interface FileChange {
  readonly uri: string
  readonly type: (typeof FILE_CHANGE)[keyof typeof FILE_CHANGE]
}

/** The protocol's numbers. */
export const FILE_CHANGE = { created: 1, changed: 2, deleted: 3 } as const

/** The cells of a notebook as files in a folder. What has not changed is not written again. */
export class CellFiles {
  readonly #folder: string
  #files: ReadonlyMap<string, CellFile> = new Map()
  #scope = new Scope([])
  #written: Promise<unknown> = Promise.resolve()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** In the notebook's order. */
  get all(): Iterable<CellFile> {
    return this.#files.values()
  }

  get(cellId: string): CellFile | undefined {
    return this.#files.get(cellId)
  }

  at(uri: string): CellFile | undefined {
    for (const file of this.#files.values()) if (file.uri === uri) return file
    return undefined
  }

  /** Whether another cell than this one declares a name. */
  isDeclaredElsewhere(name: string, cellId: string): boolean {
    for (const { cell, shape } of this.#files.values()) {
      if (cell.id !== cellId && shape.names.includes(name)) return true
    }
    return false
  }

  isDeclared(name: string): boolean {
    return this.#scope.has(name)
  }

  /** Ends when all changes so far are on the disk. */
  get written(): Promise<unknown> {
    return this.#written
  }

  /** The file's text if its cell had this source. */
  print({ cell, shape }: CellFile, source: string, imports: Imports): string {
    const { id } = cell
    if (cell.kind === 'sql') {
      const changed = { ...cell, source }
      return printSqlCell(changed, sqlShape(changed), this.#scope, imports)
    }
    return printCellFile(id, source, readShape(source, shape), this.#scope, imports)
  }

  /** Whether these are the cells that are known. */
  isSame(cells: readonly LanguageCell[]): boolean {
    const known = [...this.#files.values()]
    return (
      known.length === cells.length &&
      cells.every((cell, place) => {
        const other = known[place]?.cell
        return other !== undefined && other.id === cell.id && isSameCell(other, cell)
      })
    )
  }

  /** Takes in the cells as they are now, and gives what changes on the disk. */
  update(cells: readonly LanguageCell[]): readonly FileChange[] {
    const before = this.#files
    const shapes = cells.map((cell) => shapeOf(cell, before.get(cell.id)))
    this.#scope = new Scope(
      cells.map(({ id }, place) => ({ id, names: shapes[place]?.names ?? [] })),
    )
    const changes: FileChange[] = []
    const writes: Promise<void>[] = []
    const files = new Map<string, CellFile>()
    cells.forEach((cell, place) => {
      const shape = shapes[place]
      if (shape === undefined) return
      const file = this.#fileOf(cell, shape)
      files.set(cell.id, file)
      const old = before.get(cell.id)
      if (old?.path === file.path && old.text === file.text) return
      const type = old?.path === file.path ? FILE_CHANGE.changed : FILE_CHANGE.created
      changes.push({ uri: file.uri, type })
      writes.push(this.#written.then(() => writeFile(file.path, file.text)))
    })
    for (const [id, { path, uri }] of before) {
      if (files.get(id)?.path === path) continue
      changes.push({ uri, type: FILE_CHANGE.deleted })
      writes.push(this.#written.then(() => rm(path, { force: true })))
    }
    this.#files = files
    if (writes.length > 0) this.#written = Promise.all(writes)
    return changes
  }

  #fileOf(cell: LanguageCell, shape: CellShape): CellFile {
    const path = join(this.#folder, cellModule(cell.id) + shape.extension)
    const text =
      cell.kind === 'sql'
        ? printSqlCell(cell, shape, this.#scope, 'used')
        : printCellFile(cell.id, cell.source, shape, this.#scope, 'used')
    return { cell, shape, path, uri: pathToFileURL(path).href, text }
  }
}

function shapeOf(cell: LanguageCell, before: CellFile | undefined): CellShape {
  if (before !== undefined && isSameText(before.cell, cell)) return before.shape
  if (cell.kind === 'sql') return sqlShape(cell)
  return readShape(cell.source, before?.cell.kind === 'typescript' ? before.shape : undefined)
}

function isSameCell(one: LanguageCell, other: LanguageCell): boolean {
  return one.version === other.version && isSameText(one, other)
}

function isSameText(one: LanguageCell, other: LanguageCell): boolean {
  return (
    one.kind === other.kind &&
    one.source === other.source &&
    one.result?.variable === other.result?.variable &&
    one.result?.columns === other.result?.columns
  )
}
