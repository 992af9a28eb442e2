import { link, lstat, mkdir, open, readdir, realpath, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Header } from 'tar-stream'

/** Marks a file of a lower layer as removed: `.wh.name`. */
const WHITEOUT = '.wh.'
/** Marks everything of the lower layers in this folder as removed. */
const OPAQUE_WHITEOUT = '.wh..wh..opq'

/**
 * Puts the files of a layer into a folder, over those of the layers below. Layers come from clients, so nothing is
 * written outside the folder: not by `..`, not through a link. A link with an absolute target means the image's own
 * root, and is written as a relative one.
 *
 * @param tar The layer, uncompressed.
 * @throws {Error} for an entry or a link that leaves the folder.
 * @see https://github.com/opencontainers/image-spec/blob/main/layer.md
 */
export async function unpackLayer(tar: Readable, folder: string): Promise<void> {
  const root = await realpath(folder)
  const entries = extract()
  const written = new Set<string>()
  const parents: Parents = new Map()
  const feeding = pipeline(tar, entries)
  // Whatever goes wrong there ends the loop below with that very error.
  feeding.catch(() => {})
  for await (const entry of entries) {
    // An entry is a stream of bytes, which its types do not say.
    const content = entry as unknown as AsyncIterable<Uint8Array>
    await unpackEntry(entry.header, content, root, written, parents)
    entry.resume()
  }
  await feeding
}

/**
 * Folders that are known to be there, and where they really are. Most entries stand beside the one before them; whatever
 * may take a folder away or put a link in its place makes it all be looked at again.
 */
type Parents = Map<string, string>

async function unpackEntry(
  header: Header,
  content: AsyncIterable<Uint8Array>,
  root: string,
  written: Set<string>,
  parents: Parents,
): Promise<void> {
  const place = inside(root, resolve(root, `./${header.name}`), header.name)
  if (place === root) return
  const name = basename(place)
  const parent = await realParent(root, place, header.name, parents)
  const path = join(parent, name)
  if (name === OPAQUE_WHITEOUT) {
    parents.clear()
    return removeLower(parent, written)
  }
  if (name.startsWith(WHITEOUT)) {
    parents.clear()
    return rm(join(parent, name.slice(WHITEOUT.length)), { recursive: true, force: true })
  }
  written.add(path)
  switch (header.type) {
    case 'directory':
      if (!(await isDirectory(path))) {
        parents.clear()
        await rm(path, { force: true })
        await mkdir(path)
      }
      return
    case 'symlink':
      parents.clear()
      await rm(path, { recursive: true, force: true })
      return symlink(linkTarget(root, parent, header), path)
    case 'link': {
      const target = inside(root, resolve(root, `./${header.linkname}`), header.name)
      const folder = await realParent(root, target, header.name, parents)
      const source = join(folder, basename(target))
      if (source === path) return
      parents.clear()
      await rm(path, { recursive: true, force: true })
      return link(source, path)
    }
    case 'file':
    case 'contiguous-file':
      if (await isThere(path)) {
        parents.clear()
        await rm(path, { recursive: true })
      }
      return writeContent(path, header.mode, content)
    case 'block-device':
    case 'character-device':
    case 'fifo':
      return // they are for an engine, not for a process
  }
}

async function writeContent(
  path: string,
  mode: number | undefined,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  // Set-user-id and the like would mean this machine's users.
  const file = await open(path, 'wx', (mode ?? 0o644) & 0o777)
  try {
    // Each goes on where the one before it has ended.
    for await (const chunk of content) await file.writeFile(chunk)
  } finally {
    await file.close()
  }
}

/** The folder an entry goes into, made if need be, with every link on the way followed. */
async function realParent(
  root: string,
  place: string,
  name: string,
  parents: Parents,
): Promise<string> {
  const parent = dirname(place)
  const known = parents.get(parent)
  if (known !== undefined) return known
  // Made step by step: a link on the way must be followed and checked before anything is made behind it.
  let real = root
  for (const part of relative(root, parent).split(sep).filter(Boolean)) {
    const next = join(real, part)
    await mkdir(next).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    real = inside(root, await realpath(next), name)
  }
  parents.set(parent, real)
  return real
}

function linkTarget(root: string, parent: string, header: Header): string {
  const target = header.linkname
  const absolute = target.startsWith('/') ? join(root, target) : resolve(parent, target)
  inside(root, absolute, header.name)
  return target.startsWith('/') ? relative(parent, absolute) || '.' : target
}

/** Removes what lower layers put into a folder, and keeps what this one did. */
async function removeLower(folder: string, written: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const isKept = [...written].some((one) => one === path || one.startsWith(path + sep))
    if (!isKept) await rm(path, { recursive: true, force: true })
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch {
    return false
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory()
  } catch {
    return false // nothing is there yet
  }
}

function inside(root: string, path: string, name: string): string {
  if (path === root || path.startsWith(root + sep)) return path
  throw new Error(`Cannot unpack "${name}": it leaves the image's file system`)
}
