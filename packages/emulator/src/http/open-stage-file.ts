import { constants } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'

const NO_SUCH_FILE: ReadonlySet<unknown> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ERR_INVALID_ARG_VALUE', // a NUL in the path
])

/** Opens a file under a stage's folder; undefined for what is not there, is no file, or leads elsewhere. */
export async function maybeOpenStageFile(
  directory: string,
  path: string,
): Promise<FileHandle | undefined> {
  try {
    const root = await realpath(directory)
    const target = resolve(root, path)
    const isInside = target.startsWith(`${root}${sep}`) && (await realpath(target)) === target
    return isInside ? await maybeFile(target) : undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && NO_SUCH_FILE.has(error.code)) return undefined
    throw error
  }
}

async function maybeFile(path: string): Promise<FileHandle | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  return undefined
}
