import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack, type Pack } from 'tar-stream'
import type { ImageStore } from '../image-store.ts'
import type { ImageManifest } from '../images/manifest.ts'

export interface ArchivedImage {
  readonly manifest: Pick<ImageManifest, 'layers'>
  /** The image's config as it was pushed. */
  readonly config: Buffer
  /** The name that the image gets in the engine. */
  readonly reference: string
  /** Lowest layers that the engine has already: they are named, and their content is left out. */
  readonly layersLeftOut: number
}

/** An image of the store as `docker load` reads it. */
export function imageArchive(store: Pick<ImageStore, 'readBlob'>, image: ArchivedImage): Readable {
  const archive = pack()
  fill(archive, store, image).catch((error: Error) => archive.destroy(error))
  return Readable.from(archive)
}

async function fill(
  archive: Pack,
  store: Pick<ImageStore, 'readBlob'>,
  { manifest, config, reference, layersLeftOut }: ArchivedImage,
): Promise<void> {
  const layers = manifest.layers.map((layer, index) => ({ ...layer, name: `layer-${index}.tar` }))
  const list = [
    { Config: 'config.json', RepoTags: [reference], Layers: layers.map(({ name }) => name) },
  ]
  archive.entry({ name: 'config.json' }, config)
  archive.entry({ name: 'manifest.json' }, JSON.stringify(list))
  for (const { name, size, digest } of layers.slice(layersLeftOut)) {
    await pipeline(store.readBlob(digest), archive.entry({ name, size }))
  }
  archive.finalize()
}
