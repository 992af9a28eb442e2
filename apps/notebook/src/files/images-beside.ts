import { readFile, stat } from 'node:fs/promises'
import { posix } from 'node:path'
import { safePath, type ServedFolder } from './safe-path.ts'

/** Of one image, and of all that one document takes in. */
const MOST_IMAGE_BYTES = 4 * 1024 * 1024
const MOST_BYTES = 32 * 1024 * 1024

/**
 * The images that a notebook names by their place in its folder, as addresses that hold them: of what is an image by its
 * content, is served, and is small enough.
 *
 * @param addresses As they stand in Markdown.
 */
export async function imagesBeside(
  folder: ServedFolder,
  notebookPath: string,
  addresses: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const images = new Map<string, string>()
  let left = MOST_BYTES
  for (const address of addresses) {
    const image = await maybeImageBeside(folder, notebookPath, address, left)
    if (image === undefined) continue
    images.set(address, `data:${image.type};base64,${image.bytes.toString('base64')}`)
    left -= image.bytes.length
  }
  return images
}

/** One such image; undefined when the address leads to none. */
export async function maybeImageBeside(
  folder: ServedFolder,
  notebookPath: string,
  address: string,
  mostBytes: number = MOST_IMAGE_BYTES,
): Promise<{ readonly type: string; readonly bytes: Buffer } | undefined> {
  const path = maybePath(notebookPath, address)
  if (path === undefined) return undefined
  const bytes = await maybeRead(folder, path, Math.min(mostBytes, MOST_IMAGE_BYTES))
  const type = bytes && imageType(bytes)
  return bytes === undefined || type === undefined ? undefined : { type, bytes }
}

/** Where an address leads from the notebook; undefined when it is one of another server, or none. */
function maybePath(notebookPath: string, address: string): string | undefined {
  if (address === '' || /^(?:[a-z][a-z\d+.-]*:|[/\\#?])/i.test(address)) return undefined
  try {
    const path = decodeURIComponent(address.replace(/[?#].*$/, ''))
    return posix.join(posix.dirname(notebookPath), path)
  } catch {
    return undefined // a lone % is in no address
  }
}

/** What is not there, not served or too large stays a name in the document. */
async function maybeRead(
  folder: ServedFolder,
  path: string,
  mostBytes: number,
): Promise<Buffer | undefined> {
  try {
    const { absolute } = await safePath(folder, path)
    const found = await stat(absolute)
    return found.isFile() && found.size <= mostBytes ? await readFile(absolute) : undefined
  } catch {
    return undefined
  }
}

/** By the first bytes: an ending says nothing about what a file holds. */
function imageType(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, 12)
  if (start.startsWith('\u0089PNG\r\n\u001a\n')) return 'image/png'
  if (start.startsWith('\u00ff\u00d8\u00ff')) return 'image/jpeg'
  if (/^GIF8[79]a/.test(start)) return 'image/gif'
  return /^RIFF[^]{4}WEBP/.test(start) ? 'image/webp' : undefined
}
