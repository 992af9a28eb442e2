import { createHash, type Hash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { RegistryError } from './registry-error.ts'

/** Part of a blob, both ends included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

interface Upload {
  readonly path: string
  readonly hash: Hash
  size: number
  isBusy: boolean
}

const DIGEST = /^sha256:[0-9a-f]{64}$/

/** Bytes on disk, named by their digest, so that a blob that several images share is kept once. */
export class BlobStore {
  readonly #blobs: string
  readonly #uploadsPath: string
  readonly #uploads = new Map<string, Upload>()

  constructor(root: string) {
    this.#blobs = join(root, 'blobs', 'sha256')
    this.#uploadsPath = join(root, 'uploads')
    // An upload's digest so far lives in memory, so one that an earlier run left cannot go on.
    rmSync(this.#uploadsPath, { recursive: true, force: true })
    mkdirSync(this.#uploadsPath, { recursive: true })
    mkdirSync(this.#blobs, { recursive: true })
  }

  /** Bytes in a blob; undefined when it is not here. */
  async maybeSize(digest: string): Promise<number | undefined> {
    try {
      return (await stat(this.#path(digest))).size
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** @throws {Error} in the stream, when the blob is not here. */
  read(digest: string, range?: ByteRange): Readable {
    return createReadStream(this.#path(digest), range)
  }

  /** Keeps bytes that are in memory; returns their digest. */
  async put(content: Uint8Array): Promise<string> {
    const digest = digestOf(content)
    const path = join(this.#uploadsPath, randomUUID())
    await writeFile(path, content)
    await rename(path, this.#path(digest))
    return digest
  }

  /** Opens an upload; returns its id. */
  startUpload(): string {
    const id = randomUUID()
    this.#uploads.set(id, {
      path: join(this.#uploadsPath, id),
      hash: createHash('sha256'),
      size: 0,
      isBusy: false,
    })
    return id
  }

  /** Bytes that an upload has. */
  uploadSize(id: string): number {
    return this.#upload(id).size
  }

  /** Writes the next bytes; one that fails half-way ends the upload. */
  async append(id: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const upload = this.#upload(id)
    if (upload.isBusy) {
      throw new RegistryError('BLOB_UPLOAD_INVALID', 'another request writes to this upload')
    }
    upload.isBusy = true
    try {
      await pipeline(content, measured(upload), createWriteStream(upload.path, { flags: 'a' }))
    } catch (error) {
      await this.cancelUpload(id)
      throw error
    }
    upload.isBusy = false
  }

  /**
   * Ends an upload and keeps its bytes under their digest.
   *
   * @throws {RegistryError} `DIGEST_INVALID` when the bytes have another; nothing is kept then.
   */
  async finishUpload(id: string, digest: string): Promise<void> {
    const upload = this.#upload(id)
    this.#uploads.delete(id)
    const actual = `sha256:${upload.hash.digest('hex')}`
    if (actual !== digest) {
      await rm(upload.path, { force: true })
      throw new RegistryError(
        'DIGEST_INVALID',
        `the content has the digest ${actual}, not ${digest}`,
      )
    }
    if (upload.size === 0) await writeFile(upload.path, '')
    await rename(upload.path, this.#path(digest))
  }

  async cancelUpload(id: string): Promise<void> {
    const upload = this.#upload(id)
    this.#uploads.delete(id)
    await rm(upload.path, { force: true })
  }

  /** Removes every blob that is not in use. */
  async keepOnly(inUse: ReadonlySet<string>): Promise<void> {
    for (const hex of await readdir(this.#blobs)) {
      if (!inUse.has(`sha256:${hex}`)) await rm(join(this.#blobs, hex), { force: true })
    }
  }

  #upload(id: string): Upload {
    const upload = this.#uploads.get(id)
    if (upload === undefined) throw new RegistryError('BLOB_UPLOAD_UNKNOWN', 'no such upload')
    return upload
  }

  #path(digest: string): string {
    return join(this.#blobs, checkDigest(digest).slice('sha256:'.length))
  }
}

/** The digest of bytes in memory. */
export function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

/** True for `sha256:` and 64 hex digits, the only form that this registry has. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text)
}

/** @throws {RegistryError} `DIGEST_INVALID` when the text is no digest. */
export function checkDigest(text: string): string {
  if (isDigest(text)) return text
  throw new RegistryError('DIGEST_INVALID', `"${text.slice(0, 100)}" is no sha256 digest`)
}

function measured(upload: Upload) {
  return async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      upload.hash.update(chunk)
      upload.size += chunk.length
      yield chunk
    }
  }
}
