import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { expect, test } from 'vitest'
import type { ImageRepository } from '../../catalog/objects.ts'
import { temporaryDirectory, TEST_TIME } from '../../testing/test-account.ts'
import { DirectoryImageStore } from '../directory-image-store.ts'
import { readImageManifest } from '../images/image-manifest.ts'
import { pushImage } from '../testing/push-image.ts'
import { imageArchive } from './image-archive.ts'

const REPOSITORY: ImageRepository = {
  kind: 'IMAGE REPOSITORY',
  database: 'DB',
  schema: 'PUBLIC',
  name: 'IMAGE_REPO',
  createdOn: TEST_TIME,
  owner: 'SYSADMIN',
  comment: '',
  encryption: 'SNOWFLAKE_SSE',
}

test('imageArchive() holds an image without the layers that are left out', async () => {
  const store = new DirectoryImageStore(temporaryDirectory())
  const digest = await pushImage(store, REPOSITORY, {
    name: 'tested',
    tag: '1',
    layers: [{ base: 'the base' }, { 'app/main.js': 'the app' }],
    config: { Cmd: ['node'] },
  })
  const manifest = await readImageManifest(store, digest)
  const config = await buffer(store.readBlob(manifest.config.digest))
  const given = { manifest, config, reference: 'spcs-local:1' }
  const list = { Config: 'config.json', RepoTags: ['spcs-local:1'] }
  const layers = ['layer-0.tar', 'layer-1.tar']

  const whole = await unpacked(imageArchive(store, { ...given, layersLeftOut: 0 }))
  expect([...whole.keys()]).toEqual(['config.json', 'manifest.json', ...layers])
  expect(whole.get('config.json')).toEqual(config)
  expect(JSON.parse(String(whole.get('manifest.json')))).toEqual([{ ...list, Layers: layers }])
  expect(gunzipSync(whole.get('layer-0.tar') ?? '').toString()).toContain('the base')

  const part = await unpacked(imageArchive(store, { ...given, layersLeftOut: 1 }))
  expect([...part.keys()]).toEqual(['config.json', 'manifest.json', 'layer-1.tar'])
  expect(JSON.parse(String(part.get('manifest.json')))).toEqual([{ ...list, Layers: layers }])
})

async function unpacked(archive: NodeJS.ReadableStream): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const tar = extract()
  archive.pipe(tar)
  for await (const entry of tar) files.set(entry.header.name, await buffer(entry))
  return files
}
