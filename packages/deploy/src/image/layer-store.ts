import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BlobCache, type KeptBlob } from './blob-cache.ts'
import { compressStream, type Layer, LAYER_TYPE } from './layer.ts'

/** Layers by the digest of their archive, each compressed once: the same archive is the same blob for ever. */
export class LayerStore {
  readonly #folder: string
  readonly #blobs: BlobCache

  /** @param directory The cache's own: `node_modules/.cache/spcs`. */
  constructor(directory: string) {
    this.#folder = join(directory, 'layers')
    this.#blobs = new BlobCache(directory)
  }

  /** @param diffId Digest of the archive, uncompressed. */
  async maybeLayer(diffId: string): Promise<Layer | undefined> {
    const text = await this.maybeText(diffId)
    if (text === undefined) return undefined
    const { digest, size } = JSON.parse(text) as KeptBlob
    if (!(await this.#blobs.has(digest, size))) return undefined
    const open = (): Promise<Readable> => Promise.resolve(this.#blobs.open(digest))
    return { mediaType: LAYER_TYPE, digest, size, diffId, open }
  }

  /** Keeps a layer, compressed or not. */
  async keep(content: AsyncIterable<Uint8Array>, isCompressed: boolean): Promise<void> {
    const hash = createHash('sha256')
    const source = Readable.from(content)
    const blob = isCompressed
      ? await this.#blobs.keep(hashedUncompressed(source, hash))
      : await this.#blobs.keep(compressStream(Readable.from(hashed(source, hash))))
    await this.keepText(`sha256:${hash.digest('hex')}`, JSON.stringify(blob))
  }

  /** Keeps a layer as it is. */
  async add(layer: Layer): Promise<void> {
    const { digest, size, diffId } = layer
    await this.#blobs.keep(await layer.open(), digest)
    await this.keepText(diffId, JSON.stringify({ digest, size }))
  }

  /** A small text that is kept beside the layers. */
  async maybeText(name: string): Promise<string | undefined> {
    try {
      return await readFile(this.#path(name), 'utf8')
    } catch {
      return undefined // it was not kept yet
    }
  }

  async keepText(name: string, text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const partial = `${this.#path(name)}.${process.pid}`
    await writeFile(partial, text)
    await rename(partial, this.#path(name))
  }

  #path(name: string): string {
    return join(this.#folder, `${name.replace(':', '-')}.json`)
  }
}

type Hash = ReturnType<typeof createHash>

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
}

/** Passes on what is compressed, and takes the digest of what it holds. */
async function* hashedUncompressed(source: Readable, hash: Hash): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  const copy = source.pipe(new PassThrough())
  source.pipe(gunzip)
  const hashing = (async () => {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) hash.update(chunk)
  })()
  // Whoever reads to the end hears of it.
  hashing.catch(() => {})
  yield* copy as AsyncIterable<Uint8Array>
  await hashing
}
