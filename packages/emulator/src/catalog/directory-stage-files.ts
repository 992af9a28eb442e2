import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, type Dirent, mkdirSync, type Stats } from 'node:fs'
import { lstat, mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SnowflakeError } from '../snowflake-error.ts'
import type { Stage } from './objects.ts'
import type { StageFile, StageFiles } from './stage-files.ts'
import { isSystemError } from './system-error.ts'

/** Where a file is written before it is renamed into its stage; no stage has an id like this. */
const INCOMING = '.incoming'

/** Stage files as files: `<root>/<stage id>/<path>`. Links inside a stage are neither followed nor listed. */
export class DirectoryStageFiles implements StageFiles {
  readonly #root: string
  /** MD5 by file, as long as size and time stay what they were. */
  readonly #digests = new Map<string, { readonly stamp: string; readonly md5: string }>()

  /** Folders that volumes are, as long as this account runs. */
  readonly #mounted = new Set<string>()

  constructor(root: string) {
    this.#root = root
  }

  directory(stage: Stage): string {
    const directory = join(this.#root, stage.id)
    mkdirSync(directory, { recursive: true })
    return directory
  }

  mount(stage: Stage, path: string): string {
    const directory = join(this.directory(stage), ...path.split('/').filter(Boolean))
    mkdirSync(directory, { recursive: true })
    this.#mounted.add(directory)
    return directory
  }

  async list(stage: Stage, prefix = ''): Promise<StageFile[]> {
    const root = this.directory(stage)
    const files: StageFile[] = []
    for await (const file of walk(root)) {
      const path = relative(root, file).split(sep).join('/')
      if (!path.startsWith(prefix)) continue
      const stats = await maybeStats(file)
      if (stats === undefined) continue // removed meanwhile
      files.push({
        path,
        size: stats.size,
        md5: await this.#md5(file, stats),
        lastModified: stats.mtime.toISOString(),
      })
    }
    return files.toSorted((left, right) => (left.path < right.path ? -1 : 1))
  }

  async read(stage: Stage, path: string): Promise<Buffer> {
    const file = await this.#locate(stage, path)
    const stats = await maybeStats(file)
    if (stats?.isFile() !== true) throw noSuchFile(path)
    return readFile(file)
  }

  async write(
    stage: Stage,
    path: string,
    content: AsyncIterable<Uint8Array> | Uint8Array,
  ): Promise<void> {
    const file = await this.#locate(stage, path)
    const incoming = join(this.#root, INCOMING, randomUUID())
    await mkdir(dirname(incoming), { recursive: true })
    try {
      const chunks = content instanceof Uint8Array ? [content] : content
      await pipeline(Readable.from(chunks, { objectMode: true }), createWriteStream(incoming))
      await mkdir(dirname(file), { recursive: true })
      await rename(incoming, file)
    } catch (error) {
      await rm(incoming, { force: true })
      if (!isSystemError(error, 'EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY')) throw error
      throw invalidPath(path, 'a file or folder is in its way', error)
    }
  }

  async remove(stage: Stage, path: string): Promise<void> {
    const root = this.directory(stage)
    const file = await this.#locate(stage, path)
    await rm(file, { force: true })
    this.#digests.delete(file)
    // A stage has files only: a folder that held nothing else goes along.
    for (let folder = dirname(file); folder !== root; folder = dirname(folder)) {
      if (this.#mounted.has(folder)) return
      const isGone = await rmdir(folder).then(
        () => true,
        () => false,
      )
      if (!isGone) return
    }
  }

  async drop(stage: Stage): Promise<void> {
    const root = join(this.#root, stage.id)
    await rm(root, { recursive: true, force: true })
    for (const folder of this.#mounted) {
      if (folder === root || folder.startsWith(`${root}${sep}`)) this.#mounted.delete(folder)
    }
    for (const file of this.#digests.keys()) {
      if (file.startsWith(`${root}${sep}`)) this.#digests.delete(file)
    }
  }

  /** The file for a path on the stage; no part of it may climb, be empty or be a link. */
  async #locate(stage: Stage, path: string): Promise<string> {
    const parts = path.split('/')
    const isClean = parts.every((part) => !['', '.', '..'].includes(part) && !/[\0\\]/.test(part))
    if (!isClean) throw invalidPath(path, 'it has an empty part, ".", ".." or a backslash')
    let file = this.directory(stage)
    for (const part of parts) {
      file = join(file, part)
      const stats = await maybeStats(file)
      if (stats?.isSymbolicLink() === true) throw invalidPath(path, 'a part of it is a link')
    }
    return file
  }

  async #md5(file: string, stats: Stats): Promise<string> {
    const stamp = `${stats.ino} ${stats.size} ${stats.mtimeMs}`
    const known = this.#digests.get(file)
    if (known?.stamp === stamp) return known.md5
    const hash = createHash('md5')
    await pipeline(createReadStream(file), hash)
    const md5 = hash.digest('hex')
    this.#digests.set(file, { stamp, md5 })
    return md5
  }
}

async function* walk(directory: string): AsyncGenerator<string> {
  const entries: Dirent[] = await readdir(directory, { withFileTypes: true })
  for (const entry of entries) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (entry.isFile()) yield path
  }
}

async function maybeStats(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}

function noSuchFile(path: string): SnowflakeError {
  return new SnowflakeError('253006', '22000', `File '${path}' does not exist on the stage.`)
}

function invalidPath(path: string, why: string, cause?: unknown): SnowflakeError {
  return new SnowflakeError('253006', '22000', `Cannot use stage path '${path}': ${why}.`, {
    cause,
  })
}
