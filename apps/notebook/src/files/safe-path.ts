import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { isInside } from '../config.ts'
import { ServerError } from '../errors.ts'

const LONGEST_PATH = 1024

/** A place inside the notebooks' folder, whether or not something is there. */
export interface SafePath {
  /** From the notebooks' folder, with /; one text for one file, whatever links lead to it. */
  readonly path: string
  /** Without symbolic links. */
  readonly absolute: string
}

/** The folder that is served, and folders that are not, wherever they are. */
export interface ServedFolder {
  readonly directory: string
  readonly forbidden: readonly string[]
}

/**
 * The real place of a path that a client names. `''` is the folder itself.
 *
 * @throws {ServerError} `PATH_REFUSED` for whatever would leave the folder or is hidden, `FILE_MISSING` when
 *   the folder it should be in does not exist.
 */
export async function safePath(folder: ServedFolder, path: string): Promise<SafePath> {
  if (!isPlainPath(path)) throw refused()
  const real = await realPath(join(folder.directory, path))
  const { directory, forbidden } = folder
  if (!isInside(real, directory)) throw refused()
  const inside = relative(directory, real).split(sep).join('/')
  // Once more for where links lead: not into a hidden folder either.
  if (!isPlainPath(inside)) throw refused()
  for (const place of forbidden) {
    if (isInside(real, await realPathOrItself(place))) throw refused()
  }
  return { path: inside, absolute: real }
}

/**
 * The place itself where the path may name a link: what is to be deleted is the link, not what it leads to.
 *
 * @throws {ServerError} as safePath() does.
 */
export async function ownPlace(folder: ServedFolder, path: string): Promise<SafePath> {
  if (path === '' || !isPlainPath(path)) throw refused()
  const name = path.slice(path.lastIndexOf('/') + 1)
  const parent = await safePath(folder, path.slice(0, Math.max(0, path.length - name.length - 1)))
  const absolute = join(parent.absolute, name)
  for (const place of folder.forbidden) {
    if (isInside(absolute, await realPathOrItself(place))) throw refused()
  }
  return { path: parent.path === '' ? name : `${parent.path}/${name}`, absolute }
}

/** True for names that no route hides. */
export function isVisible(name: string): boolean {
  return !name.startsWith('.')
}

/** Decides by the text alone; also by what careless code further on might make of it. */
function isPlainPath(path: string): boolean {
  if (path === '') return true
  if (path.length > LONGEST_PATH) return false
  return [path, path.normalize('NFKC'), decoded(path)].every((form) => {
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    if (/[\\\u0000-\u001f\u007f]/.test(form)) return false
    return form.split('/').every((segment) => segment !== '' && isVisible(segment))
  })
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path // a lone % is a character like any other
  }
}

/** The real path of what is there; for what is not, that of its folder and its name. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') throw missing()
    if (codeOf(error) !== 'ENOENT') throw refused()
  }
  // A link whose target does not exist: writing would follow it, to anywhere.
  if ((await maybeLstat(path))?.isSymbolicLink() === true) throw refused()
  try {
    return join(await realpath(dirname(path)), basename(path))
  } catch {
    throw missing()
  }
}

async function maybeLstat(path: string): Promise<Awaited<ReturnType<typeof lstat>> | undefined> {
  try {
    return await lstat(path)
  } catch {
    return undefined
  }
}

async function realPathOrItself(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    return path
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function refused(): ServerError {
  return new ServerError('PATH_REFUSED', 'Cannot use this path', {
    hint: "Name a file inside the notebooks' folder, with /, that is not hidden",
  })
}

function missing(): ServerError {
  return new ServerError('FILE_MISSING', 'Cannot find the folder of this path', {
    hint: 'Make the folder first',
  })
}
