import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { ImageRepository } from '../../catalog/objects.ts'
import type { ImageStore } from '../image-store.ts'
import { digestOf } from '../images/blob-store.ts'
import type { ImageConfig } from '../process/image-files.ts'

export interface TestImage {
  readonly name: string
  readonly tag: string
  /** Path → text, one layer for each record. */
  readonly layers: readonly Readonly<Record<string, string>>[]
  readonly config: ImageConfig
  /** Default: linux/amd64. */
  readonly platform?: { readonly os: string; readonly architecture: string }
  /** As builders of Dockerfiles write it. */
  readonly history?: readonly object[]
  readonly annotations?: Readonly<Record<string, string>>
}

/** Puts an image made by hand into a repository; returns its digest. */
export async function pushImage(
  store: ImageStore,
  repository: ImageRepository,
  image: TestImage,
): Promise<string> {
  const push = async (mediaType: string, content: Buffer) => {
    const digest = digestOf(content)
    const id = store.startUpload()
    await store.appendUpload(id, Readable.from([content]))
    await store.finishUpload(repository, id, digest)
    return { mediaType, digest, size: content.length }
  }
  const platform = image.platform ?? { os: 'linux', architecture: 'amd64' }
  const layers = []
  for (const files of image.layers) {
    const layer = gzipSync(await tarOf(files))
    layers.push(await push('application/vnd.oci.image.layer.v1.tar+gzip', layer))
  }
  const config = await push(
    'application/vnd.oci.image.config.v1+json',
    Buffer.from(JSON.stringify({ ...platform, config: image.config, history: image.history })),
  )
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const { annotations } = image
  const manifest = { schemaVersion: 2, mediaType, config, layers, annotations }
  const content = Buffer.from(JSON.stringify(manifest))
  return store.putManifest(repository, image.name, image.tag, { mediaType, content })
}

async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack()
  for (const [name, text] of Object.entries(files)) tar.entry({ name, mtime: new Date(0) }, text)
  tar.finalize()
  return buffer(Readable.from(tar))
}
