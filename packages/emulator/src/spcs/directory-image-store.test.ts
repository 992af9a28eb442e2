import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import type { ImageRepository } from '../catalog/objects.ts'
import { temporaryDirectory } from '../testing/test-account.ts'
import { DirectoryImageStore } from './directory-image-store.ts'
import { digestOf } from './images/blob-store.ts'

describe('DirectoryImageStore', () => {
  test('keeps a pushed image: digest by tag, tags, the bytes of manifest and blobs', async () => {
    const { store, push } = storeInDirectory()
    const pushed = await push(IMAGE_REPO, 'convert-api', 'dev', 'layer one')
    expect(await store.maybeDigest(IMAGE_REPO, 'convert-api', 'dev')).toBe(pushed.digest)
    expect(await store.maybeDigest(IMAGE_REPO, 'convert-api', pushed.digest)).toBe(pushed.digest)
    expect(await store.maybeDigest(IMAGE_REPO, 'convert-api', 'prod')).toBeUndefined()
    expect(await store.maybeDigest(IMAGE_REPO, 'notebook', 'dev')).toBeUndefined()
    expect(await store.maybeTags(IMAGE_REPO, 'convert-api')).toEqual(['dev'])
    const manifest = await store.maybeManifest(IMAGE_REPO, 'convert-api', 'dev')
    expect(manifest).toEqual({
      digest: pushed.digest,
      mediaType: MANIFEST_TYPE,
      content: pushed.content,
    })
    expect(await store.maybeBlobSize(IMAGE_REPO, pushed.layer)).toBe(9)
    expect(await text(store.readBlob(pushed.layer))).toBe('layer one')
    expect(await text(store.readBlob(pushed.layer, { start: 6, end: 8 }))).toBe('one')
  })

  test('lists an image once for each digest, and moves a tag to the newest', async () => {
    const { store, push } = storeInDirectory()
    const first = await push(IMAGE_REPO, 'convert-api', 'dev', 'one')
    await push(IMAGE_REPO, 'convert-api', 'v1', 'one')
    const second = await push(IMAGE_REPO, 'convert-api', 'dev', 'two')
    expect(await store.list(IMAGE_REPO)).toEqual([
      {
        name: 'convert-api',
        tags: ['v1'],
        digest: first.digest,
        createdOn: '2026-01-01T00:00:01.000Z',
      },
      {
        name: 'convert-api',
        tags: ['dev'],
        digest: second.digest,
        createdOn: '2026-01-01T00:00:03.000Z',
      },
    ])
  })

  test('lists an index and not the images that it is made of', async () => {
    const { store, push } = storeInDirectory()
    const { digest, content } = await push(IMAGE_REPO, 'multi', undefined, 'amd64')
    const index = Buffer.from(
      JSON.stringify({ manifests: [{ mediaType: MANIFEST_TYPE, digest, size: content.length }] }),
    )
    await store.putManifest(IMAGE_REPO, 'multi', 'dev', { mediaType: INDEX_TYPE, content: index })
    expect((await store.list(IMAGE_REPO)).map((image) => image.digest)).toEqual([digestOf(index)])
  })

  test('is the same after it was opened anew', async () => {
    const { directory, push } = storeInDirectory()
    const { digest } = await push(IMAGE_REPO, 'convert-api', 'dev', 'layer')
    const reopened = new DirectoryImageStore(directory)
    expect(await reopened.maybeDigest(IMAGE_REPO, 'convert-api', 'dev')).toBe(digest)
  })

  test('keeps nothing of an upload whose bytes have another digest', async () => {
    const { directory, store } = storeInDirectory()
    const id = store.startUpload()
    await store.appendUpload(id, Readable.from([Buffer.from('something')]))
    const other = digestOf(Buffer.from('something else'))
    await expect(store.finishUpload(IMAGE_REPO, id, other)).rejects.toMatchObject({
      code: 'DIGEST_INVALID',
    })
    expect(await store.maybeBlobSize(IMAGE_REPO, other)).toBeUndefined()
    expect(filesBelow(directory)).toEqual([])
  })

  test('ends an upload whose connection breaks', async () => {
    const { directory, store } = storeInDirectory()
    const id = store.startUpload()
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('half')
        await Promise.reject(new Error('connection reset'))
      })(),
    )
    await expect(store.appendUpload(id, broken)).rejects.toThrow('connection reset')
    expect(() => store.uploadSize(id)).toThrow('no such upload')
    expect(filesBelow(directory)).toEqual([])
  })

  test('refuses a manifest that names what was not pushed to that repository', async () => {
    const { store, push } = storeInDirectory()
    const { content, layer, config } = await push(IMAGE_REPO, 'convert-api', 'dev', 'layer')
    const manifest = { mediaType: MANIFEST_TYPE, content }
    await expect(store.putManifest(OTHER_REPO, 'x', 'dev', manifest)).rejects.toMatchObject({
      code: 'MANIFEST_BLOB_UNKNOWN',
    })
    expect(await store.maybeBlobSize(OTHER_REPO, layer)).toBeUndefined()
    expect(await store.mountBlob(OTHER_REPO, layer, IMAGE_REPO)).toBe(true)
    expect(await store.mountBlob(OTHER_REPO, config, IMAGE_REPO)).toBe(true)
    expect(await store.mountBlob(OTHER_REPO, digestOf(Buffer.from('?')), IMAGE_REPO)).toBe(false)
    expect(await store.putManifest(OTHER_REPO, 'x', 'dev', manifest)).toBe(digestOf(content))
  })

  test.each(['not json', '[]', '{}', '{"config": {}, "layers": []}', '{"manifests": [1]}'])(
    'refuses %s as a manifest',
    async (content) => {
      const { store } = storeInDirectory()
      const manifest = { mediaType: MANIFEST_TYPE, content: Buffer.from(content) }
      await expect(store.putManifest(IMAGE_REPO, 'x', 'dev', manifest)).rejects.toMatchObject({
        code: 'MANIFEST_INVALID',
      })
    },
  )

  test('forgets a dropped repository, and keeps what another one shares', async () => {
    const { directory, store, push } = storeInDirectory()
    const shared = await push(IMAGE_REPO, 'convert-api', 'dev', 'shared')
    await push(IMAGE_REPO, 'convert-api', 'dev', 'gone')
    await push(OTHER_REPO, 'convert-api', 'dev', 'shared')
    await store.drop(IMAGE_REPO)
    expect(await store.list(IMAGE_REPO)).toEqual([])
    expect(await store.maybeDigest(OTHER_REPO, 'convert-api', 'dev')).toBe(shared.digest)
    const kept = filesBelow(join(directory, 'blobs')).map((path) => readFileSync(path, 'utf8'))
    expect(kept.toSorted()).toEqual([CONFIG, 'shared', shared.content.toString()].toSorted())
  })

  test('finds no image by the name of a property that every object has', async () => {
    const { store, push } = storeInDirectory()
    await push(IMAGE_REPO, 'convert-api', 'dev', 'layer')
    expect(await store.maybeDigest(IMAGE_REPO, 'constructor', 'dev')).toBeUndefined()
    expect(await store.maybeDigest(IMAGE_REPO, 'convert-api', '__proto__')).toBeUndefined()
  })
})

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json'
const CONFIG = '{"architecture":"amd64","os":"linux"}'
const IMAGE_REPO = repository('IMAGE_REPO')
const OTHER_REPO = repository('OTHER_REPO')

function repository(name: string): ImageRepository {
  return {
    kind: 'IMAGE REPOSITORY',
    database: 'DB',
    schema: 'PUBLIC',
    name,
    createdOn: '2026-01-01T00:00:00.000Z',
    owner: 'SYSADMIN',
    comment: '',
    encryption: 'SNOWFLAKE_SSE',
  }
}

function storeInDirectory() {
  const directory = temporaryDirectory()
  let seconds = 0
  const store = new DirectoryImageStore(
    directory,
    () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)),
  )

  const pushBlob = async (to: ImageRepository, content: string): Promise<string> => {
    const id = store.startUpload()
    await store.appendUpload(id, Readable.from([Buffer.from(content)]))
    const digest = digestOf(Buffer.from(content))
    await store.finishUpload(to, id, digest)
    return digest
  }
  const push = async (
    to: ImageRepository,
    name: string,
    tag: string | undefined,
    layer: string,
  ) => {
    seconds += 1
    const descriptor = async (mediaType: string, content: string) => ({
      mediaType,
      digest: await pushBlob(to, content),
      size: content.length,
    })
    const config = await descriptor('application/vnd.oci.image.config.v1+json', CONFIG)
    const layers = [await descriptor('application/vnd.oci.image.layer.v1.tar', layer)]
    const content = Buffer.from(JSON.stringify({ config, layers }))
    const digest = await store.putManifest(to, name, tag ?? digestOf(content), {
      mediaType: MANIFEST_TYPE,
      content,
    })
    return { digest, content, layer: digestOf(Buffer.from(layer)), config: config.digest }
  }
  return { directory, store, push }
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
