import { lstat, mkdir, readdir, readlink, rm, rmdir, stat, symlink, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ServerError } from '../errors.ts'
import type { FileEntry } from '../protocol.ts'
import { isVisible, type SafePath, safePath, type ServedFolder } from './safe-path.ts'
import { copyFile } from './write-file.ts'

/** What is in a folder, folders first, each by name; nothing hidden, no link that leads out. */
export async function listFolder(
  folder: ServedFolder,
  path: string,
  running: ReadonlySet<string>,
): Promise<readonly FileEntry[]> {
  const { absolute, path: inside } = await safePath(folder, path)
  let names: string[]
  try {
    names = await readdir(absolute)
  } catch (error) {
    throw translate(error)
  }
  const entries = await Promise.all(
    names
      .filter(isVisible)
      .map((name) => maybeEntry(folder, inside === '' ? name : `${inside}/${name}`, name, running)),
  )
  return entries
    .filter((entry) => entry !== undefined)
    .toSorted(
      (a, b) =>
        Number(b.kind === 'folder') - Number(a.kind === 'folder') || a.name.localeCompare(b.name),
    )
}

async function maybeEntry(
  folder: ServedFolder,
  path: string,
  name: string,
  running: ReadonlySet<string>,
): Promise<FileEntry | undefined> {
  try {
    const found = await stat((await safePath(folder, path)).absolute)
    if (!found.isDirectory() && !found.isFile()) return undefined
    return {
      name,
      path,
      kind: found.isDirectory() ? 'folder' : isNotebookPath(path) ? 'notebook' : 'file',
      size: found.isDirectory() ? 0 : found.size,
      modifiedAt: found.mtime.toISOString(),
      running: running.has(path),
    }
  } catch {
    return undefined // gone meanwhile, or a link that leads out
  }
}

export function isNotebookPath(path: string): boolean {
  return path.endsWith('.ipynb')
}

/** @throws {ServerError} `FILE_EXISTS`. */
export async function makeFolder(folder: ServedFolder, path: string): Promise<SafePath> {
  const place = await safePath(folder, path)
  try {
    await mkdir(place.absolute)
  } catch (error) {
    throw translate(error)
  }
  return place
}

/** Deletes a file or an empty folder. Of a link, the link: give it what `ownPlace` gives. */
export async function deleteEntry(place: SafePath): Promise<void> {
  checkNotRoot(place)
  try {
    const found = await lstat(place.absolute)
    await (found.isDirectory() ? rmdir(place.absolute) : unlink(place.absolute))
  } catch (error) {
    throw translate(error)
  }
}

/**
 * Copies, then deletes: a stage volume cannot rename. What breaks off in between leaves two copies, never none.
 *
 * @throws {ServerError} `FILE_EXISTS`, `FILE_MISSING` or `PATH_REFUSED`.
 */
export async function moveEntry(from: SafePath, to: SafePath): Promise<void> {
  await copyEntry(from, to)
  await rm(from.absolute, { recursive: true, force: true })
}

async function copyEntry(from: SafePath, to: SafePath): Promise<void> {
  checkNotRoot(from)
  checkNotRoot(to)
  if (to.path === from.path || to.path.startsWith(`${from.path}/`)) {
    throw new ServerError('PATH_REFUSED', 'Cannot move a folder into itself', {
      hint: 'Choose another folder',
    })
  }
  try {
    const found = await stat(from.absolute)
    if (!found.isDirectory()) return void (await copyFile(from.absolute, to.absolute))
    await mkdir(to.absolute)
  } catch (error) {
    throw translate(error)
  }
  try {
    await copyInside(from.absolute, to.absolute)
  } catch (error) {
    await rm(to.absolute, { recursive: true, force: true })
    throw translate(error)
  }
}

/** One file after the other, each in one sequential write; links stay links. */
async function copyInside(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) {
      await mkdir(target)
      await copyInside(source, target)
    } else if (entry.isSymbolicLink()) {
      await symlink(await readlink(source), target)
    } else if (entry.isFile()) {
      await copyFile(source, target)
    }
  }
}

/** A name that is free in the folder: `Untitled.ipynb`, then `Untitled 2.ipynb` and so on. */
export async function freeName(
  folder: ServedFolder,
  parent: string,
  stem: string,
  extension: string,
): Promise<SafePath> {
  const { absolute, path } = await safePath(folder, parent)
  let taken: Set<string>
  try {
    taken = new Set(await readdir(absolute))
  } catch (error) {
    throw translate(error)
  }
  for (let number = 1; ; number++) {
    const name = `${stem}${number === 1 ? '' : ` ${number}`}${extension}`
    if (!taken.has(name)) {
      return { path: path === '' ? name : `${path}/${name}`, absolute: join(absolute, name) }
    }
  }
}

function checkNotRoot(place: SafePath): void {
  if (place.path !== '') return
  throw new ServerError('PATH_REFUSED', "Cannot change the notebooks' folder itself", {
    hint: 'Name something inside it',
  })
}

/** The file system's answers in our words; what is none of a client's making stays as it is. */
function translate(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
      return new ServerError('FILE_MISSING', 'Cannot find this file or folder', {
        cause: error,
        hint: 'List the folder again',
      })
    case 'ENOTDIR':
      return new ServerError('FILE_KIND_WRONG', 'Cannot list: this is no folder', {
        cause: error,
        hint: 'Name a folder',
      })
    case 'EEXIST':
      return new ServerError('FILE_EXISTS', 'Cannot write: something is there already', {
        cause: error,
        hint: 'Choose another name',
      })
    case 'ENOTEMPTY':
      return new ServerError('FOLDER_NOT_EMPTY', 'Cannot delete: the folder is not empty', {
        cause: error,
        hint: 'Delete what is in it first',
      })
    default:
      return error
  }
}
