import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from './blob.ts'
import { BlobCache } from './blob-cache.ts'

const BYTES = Buffer.from('some bytes')
const DIGEST = digestOf(BYTES)

let folder: string
let cache: BlobCache

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blobs-'))
  cache = new BlobCache(folder)
})

afterEach(() => rm(folder, { recursive: true }))

describe('BlobCache', () => {
  test('gives back what it keeps', async () => {
    expect(await cache.has(DIGEST, BYTES.length)).toBe(false)
    expect(await cache.keep([BYTES], DIGEST)).toEqual({ digest: DIGEST, size: BYTES.length })
    expect(await cache.has(DIGEST, BYTES.length)).toBe(true)
    expect(await buffer(cache.open(DIGEST))).toEqual(BYTES)
    expect(await cache.maybeRead(DIGEST)).toEqual(BYTES)
  })

  test('keeps nothing that has another digest, and nothing half', async () => {
    const other = digestOf(Buffer.from('other'))
    expect((await cache.keep([BYTES], other)).digest).toBe(DIGEST)
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(BYTES)
      throw new Error('cut')
    }
    await expect(cache.keep(broken(), DIGEST)).rejects.toThrow('cut')
    expect(await readdir(join(folder, 'blobs'))).toEqual([])
  })

  test('never leaves its folder', async () => {
    await writeFile(join(folder, 'secret'), BYTES)
    expect(await cache.has('sha256:/../../secret', BYTES.length)).toBe(false)
    expect(() => cache.open('sha256:/../../secret')).toThrow('is no sha256 digest')
  })

  test('lets go what nobody has used for long', async () => {
    await cache.keep([BYTES])
    const path = join(folder, 'blobs', DIGEST.replace(':', '-'))
    const longAgo = new Date(Date.now() - 15 * 24 * 60 * 60_000)
    await utimes(path, longAgo, longAgo)
    await cache.has(DIGEST, BYTES.length)
    await cache.keep([Buffer.from('another')])
    expect(await cache.has(DIGEST, BYTES.length)).toBe(true)
    await utimes(path, longAgo, longAgo)
    await cache.keep([Buffer.from('a third')])
    expect(await cache.has(DIGEST, BYTES.length)).toBe(false)
  })
})
