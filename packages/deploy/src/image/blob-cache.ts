import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { digestOf } from './blob.ts'

/** Blobs in a folder of this machine, each under its digest; whatever is not used for two weeks goes. */
export class BlobCache {
  readonly #folder: string

  /** @param directory The cache's own: `node_modules/.cache/spcs`. */
  constructor(directory: string) {
    this.#folder = join(directory, 'blobs')
  }

  async has(digest: string, size: number): Promise<boolean> {
    try {
      const path = this.#path(digest)
      if ((await stat(path)).size !== size) return false
      await utimes(path, new Date(), new Date())
      return true
    } catch {
      return false // it was not kept yet
    }
  }

  /** The bytes of a small blob, if they are here as its digest says. */
  async maybeRead(digest: string): Promise<Buffer | undefined> {
    try {
      const bytes = await readFile(this.#path(digest))
      return digestOf(bytes) === digest && (await this.has(digest, bytes.length))
        ? bytes
        : undefined
    } catch {
      return undefined // it was not kept yet
    }
  }

  open(digest: string): Readable {
    return createReadStream(this.#path(digest), { highWaterMark: 256 * 1024 })
  }

  /**
   * Keeps bytes under their digest, and only if they have it.
   *
   * @returns What digest the bytes have.
   */
  async keep(
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    digest?: string,
  ): Promise<KeptBlob> {
    await mkdir(this.#folder, { recursive: true })
    await this.#removeUnused()
    const partial = join(this.#folder, `partial-${randomUUID()}`)
    const hash = createHash('sha256')
    let size = 0
    const measured = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of content) {
        hash.update(chunk)
        size += chunk.length
        yield chunk
      }
    }
    try {
      // Opened first: a stream that is cut off before it has opened its file makes it after all, behind our back.
      const file = await open(partial, 'w')
      await pipeline(measured, file.createWriteStream())
      const actual = `sha256:${hash.digest('hex')}`
      if (digest === undefined || digest === actual) await rename(partial, this.#path(actual))
      return { digest: actual, size }
    } finally {
      await rm(partial, { force: true })
    }
  }

  async #removeUnused(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name)
      const found = await stat(path).catch(() => undefined) // another build may have removed it
      if (found !== undefined && Date.now() - found.mtimeMs > UNUSED_MS)
        await rm(path, { force: true })
    }
  }

  /** Digests come from registries: none may lead out of the folder. */
  #path(digest: string): string {
    if (!DIGEST.test(digest)) throw new Error(`"${digest.slice(0, 100)}" is no sha256 digest`)
    return join(this.#folder, digest.replace(':', '-'))
  }
}

const DIGEST = /^sha256:[0-9a-f]{64}$/

/** What was kept. */
export interface KeptBlob {
  readonly digest: string
  readonly size: number
}

const UNUSED_MS = 14 * 24 * 60 * 60_000
