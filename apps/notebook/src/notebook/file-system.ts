import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * What can be done with files on a stage volume: whole-file reads and writes.
 * Appending, writing in place, renaming and locking are not in here, for a volume refuses them.
 *
 * @see https://docs.snowflake.com/developer-guide/snowpark-container-services/snowflake-stage-volume
 */
export interface VolumeFileSystem {
  /** The whole file; undefined when there is none. */
  read(path: string): Promise<Buffer | undefined>
  /** Replaces the whole file by one sequential write; makes its folder where it is missing. */
  write(path: string, content: Buffer): Promise<void>
  /** Whether there is a file, and its size; undefined when there is none. */
  stat(path: string): Promise<{ readonly size: number } | undefined>
  remove(path: string): Promise<void>
  /** Names of the files in a folder; none when there is no such folder. */
  list(path: string): Promise<readonly string[]>
}

/** The files of this machine, a mounted volume among them. */
export const MOUNTED_FILES: VolumeFileSystem = {
  async read(path) {
    return await maybe(readFile(path))
  },
  async write(path, content) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  },
  async stat(path) {
    const found = await maybe(stat(path))
    return found?.isFile() === true ? { size: found.size } : undefined
  },
  async remove(path) {
    await rm(path, { force: true })
  },
  async list(path) {
    const entries = (await maybe(readdir(path, { withFileTypes: true }))) ?? []
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  },
}

/** What a call gives, or undefined when the file is not there. */
async function maybe<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
