import type { ImageStore } from '../image-store.ts'
import { type Descriptor, type ImageManifest, parseManifest } from './manifest.ts'

/**
 * The manifest of one image. An index is one image for each platform: Snowflake's is taken, or else this machine's.
 *
 * @throws {Error} when the store has no such manifest, or the index no image that could run.
 */
export async function readImageManifest(
  store: Pick<ImageStore, 'readManifest'>,
  digest: string,
): Promise<ImageManifest> {
  const manifest = parseManifest(await store.readManifest(digest))
  if (manifest.kind === 'image') return manifest
  const ofArchitecture = (wanted: string): Descriptor | undefined =>
    manifest.manifests.find(
      ({ platform }) => platform?.os === 'linux' && platform.architecture === wanted,
    )
  const chosen = ofArchitecture('amd64') ?? ofArchitecture(process.arch)
  if (chosen === undefined) throw new Error('the index has no image for linux/amd64')
  return readImageManifest(store, chosen.digest)
}
