import { buffer } from 'node:stream/consumers'
import type { ImageStore } from '../image-store.ts'
import { BASE_DIGEST, type ImageManifest, parseManifest } from './manifest.ts'

/** What nodes of a compute pool run. */
export type Architecture = 'amd64' | 'arm64'

/** What an image is made for, as its configuration says. */
export interface ImagePlatform {
  readonly os: string
  readonly architecture: string
  /** An app by itself: no base image below it, and nothing that a builder of Dockerfiles writes down. */
  readonly isAppAlone: boolean
}

/** The platform of an image; of an index, that of its image for nodes of this architecture, or else of any. */
export async function readImagePlatform(
  store: Pick<ImageStore, 'readManifest' | 'readBlob'>,
  digest: string,
  wanted: Architecture,
): Promise<ImagePlatform> {
  const manifest = parseManifest(await store.readManifest(digest))
  if (manifest.kind === 'image') return platformOf(store, manifest)
  const chosen =
    manifest.manifests.find(
      ({ platform }) => platform?.os === 'linux' && platform.architecture === wanted,
    ) ?? manifest.manifests.find(({ platform }) => platform?.os !== 'unknown') // attestations are
  if (chosen === undefined) return { os: '', architecture: '', isAppAlone: false }
  return readImagePlatform(store, chosen.digest, wanted)
}

/**
 * Why nodes of this architecture cannot run the image; undefined when they can.
 *
 * DIFFERS: an app that was made an image without a base runs on the machine that it was made for, whatever that is.
 */
export function whyNotFor(
  wanted: Architecture,
  { os, architecture, isAppAlone }: ImagePlatform,
  machine: string = machinePlatform(),
): string | undefined {
  if (os === 'linux' && architecture === wanted) return undefined
  if (isAppAlone && `${os}/${architecture}` === machine) return undefined
  // Seen for amd64 alone; for arm64 it is assumed to be the same.
  return `SPCS only supports image for ${wanted} architecture. Please rebuild your image with '--platform linux/${wanted}' option`
}

async function platformOf(
  store: Pick<ImageStore, 'readBlob'>,
  { config, annotations }: ImageManifest,
): Promise<ImagePlatform> {
  const text = (await buffer(store.readBlob(config.digest))).toString('utf8')
  const { os = '', architecture = '', history } = parseConfig(text)
  const isAppAlone = annotations[BASE_DIGEST] === undefined && history === undefined
  return { os, architecture, isAppAlone }
}

/** Whatever was pushed as a configuration; what is none says nothing of a platform. */
function parseConfig(text: string): { os?: string; architecture?: string; history?: unknown } {
  try {
    return Object(JSON.parse(text)) as object
  } catch {
    return {}
  }
}

/** This machine in the words of images. */
function machinePlatform(): string {
  return `${process.platform}/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`
}
