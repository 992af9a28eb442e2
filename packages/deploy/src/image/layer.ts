import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { createGzip, gzip } from 'node:zlib'
import { pack } from 'tar-stream'
import { type Blob, blobOf, digestOf } from './blob.ts'

/** A file of a layer; its folders are made too. */
export interface LayerFile {
  /** Path in the image without a leading slash: `app/main.js`. */
  readonly path: string
  readonly content: Uint8Array | string
  readonly executable?: boolean | undefined
}

/** A layer: the gzipped archive, and the digest of the archive itself, which a config names. */
export interface Layer extends Blob {
  readonly diffId: string
}

export const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip'
const EPOCH = new Date(0)

/** A layer with these files, owned by root and readable by all; the same files give the same bytes. */
export async function packLayer(files: readonly LayerFile[]): Promise<Layer> {
  const archive = pack()
  for (const name of foldersOf(files)) {
    archive.entry({ name, type: 'directory', mode: 0o755, mtime: EPOCH, uid: 0, gid: 0 })
  }
  for (const { path, content, executable = false } of files.toSorted(byPath)) {
    const mode = executable ? 0o755 : 0o644
    archive.entry({ name: path, mode, mtime: EPOCH, uid: 0, gid: 0 }, Buffer.from(content))
  }
  archive.finalize()
  const tar = await buffer(archive)
  return { ...blobOf(LAYER_TYPE, await compress(tar)), diffId: digestOf(tar) }
}

async function compress(tar: Uint8Array): Promise<Uint8Array> {
  const bytes = await promisify(gzip)(tar, { level: tar.length < BIG ? 9 : MIDDLE_LEVEL })
  bytes[GZIP_SYSTEM] = UNKNOWN_SYSTEM
  return bytes
}

/** The same for archives that do not fit into memory. */
export async function* compressStream(tar: Readable): AsyncGenerator<Uint8Array> {
  const zipped = tar.pipe(createGzip({ level: MIDDLE_LEVEL }))
  tar.on('error', (error) => zipped.destroy(error))
  let isFirst = true
  for await (const chunk of zipped as AsyncIterable<Uint8Array>) {
    if (isFirst) chunk[GZIP_SYSTEM] = UNKNOWN_SYSTEM
    isFirst = false
    yield chunk
  }
}

// The best level takes ten times as long as a middle one, for a tenth of the size: too long from some size on.
const BIG = 4 << 20
const MIDDLE_LEVEL = 4

// zlib writes the operating system that it was built for, so macOS and Linux would differ: RFC 1952, 2.3.1
const GZIP_SYSTEM = 9
const UNKNOWN_SYSTEM = 255

/** Every folder above the files, outermost first. */
function foldersOf(files: readonly LayerFile[]): string[] {
  const folders = new Set<string>()
  for (const { path } of files) {
    const parts = path.split('/').slice(0, -1)
    for (const [index] of parts.entries()) folders.add(`${parts.slice(0, index + 1).join('/')}/`)
  }
  return [...folders].toSorted()
}

function byPath(a: LayerFile, b: LayerFile): number {
  return a.path < b.path ? -1 : Number(a.path > b.path)
}
