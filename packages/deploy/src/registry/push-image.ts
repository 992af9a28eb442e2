import type { RegistryCredentials } from '@spcs/sql'
import type { Blob } from '../image/blob.ts'
import type { Image } from '../image/image.ts'
import { checkImage, type ImageTarget } from './check-image.ts'
import { RegistryClient, type TransferListener } from './registry-client.ts'
import { retry } from './retry.ts'

/** How far a push is. */
export interface PushProgress {
  readonly sentBytes: number
  /** What this push has to send; what the registry has already is not in it. */
  readonly totalBytes: number
  /** What came from the registry of the base, to be sent. */
  readonly fetchedBytes: number
}

export interface PushImageOptions extends Pick<ImageTarget, 'isLocal' | 'instanceFamily'> {
  /** `repository_url` of SHOW IMAGE REPOSITORIES: `127.0.0.1:8084/db/public/image_repo`. */
  readonly repositoryUrl: string
  readonly credentials: RegistryCredentials
  /** A further tag, which moves to this image: `dev`. */
  readonly tag?: string | undefined
  readonly onProgress?: ((progress: PushProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Where an image is after its push. */
export interface PushedImage {
  readonly digest: string
  /** For `image:` in a specification, pinned: `/db/public/image_repo/convert-api:sha-0123456789ab`. */
  readonly reference: string
  readonly sentBytes: number
}

/** So many blobs are on their way at a time. */
const AT_A_TIME = 3

/**
 * Pushes an image under its immutable tag, and under a movable one where one is given. Nothing that the registry
 * has is sent again, and a connection that is cut is tried again.
 *
 * @throws {DeployError} `IMAGE_HAS_NO_BASE`, `IMAGE_STAND_IN`, `IMAGE_ARCHITECTURE_WRONG` or a REGISTRY_ code.
 */
export async function pushImage(image: Image, options: PushImageOptions): Promise<PushedImage> {
  const { credentials, tag, onProgress, signal, isLocal } = options
  const { host } = credentials
  checkImage(image, { ...options, host })
  const reference = imageReference(image, options.repositoryUrl)
  const [path = ''] = reference.slice(1).split(':')
  await using client = new RegistryClient({ host, path, credentials, signal, plainHttp: isLocal })

  const missing = await missingBlobs(client, image)
  const totalBytes = missing.reduce((sum, { size }) => sum + size, 0)
  const [sent, fetched] = [new ByteCount(), new ByteCount()]
  const tell = (): void =>
    onProgress?.({ sentBytes: sent.sum, totalBytes, fetchedBytes: fetched.sum })
  tell()
  await eachOf(missing, (blob) =>
    sendBlob(client, blob, signal, {
      onSent: (bytes) => {
        sent.set(blob, bytes)
        tell()
      },
      onFetched: (bytes) => {
        fetched.set(blob, bytes)
        tell()
      },
    }),
  )
  const tags = tag === undefined ? [image.tag] : [image.tag, tag]
  for (const name of tags) {
    if ((await client.manifestDigest(name)) === image.digest) continue
    await retry(() => client.putManifest(image.manifest, name), signal)
  }
  return { digest: image.digest, reference, sentBytes: sent.sum }
}

/** For `image:` in a specification, whether it was pushed already or not: `/db/public/image_repo/convert-api:sha-…`. */
export function imageReference({ name, tag }: Image, repositoryUrl: string): string {
  const repository = repositoryUrl.replace(/^https?:\/\//, '').replace(/^[^/]*\//, '')
  return `/${repository}/${name}:${tag}`
}

/** How much of each blob has come through. */
class ByteCount {
  readonly #bytes = new Map<string, number>()

  get sum(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0)
  }

  set({ digest }: Blob, bytes: number): void {
    this.#bytes.set(digest, bytes)
  }
}

async function missingBlobs(client: RegistryClient, image: Image): Promise<Blob[]> {
  const blobs = new Map([...image.layers, image.config].map((blob) => [blob.digest, blob]))
  const missing = new Set<Blob>()
  await eachOf([...blobs.values()], async (blob) => {
    if (!(await client.hasBlob(blob.digest))) missing.add(blob)
  })
  return [...blobs.values()].filter((blob) => missing.has(blob))
}

async function sendBlob(
  client: RegistryClient,
  blob: Blob,
  signal: AbortSignal | undefined,
  listener: TransferListener,
): Promise<void> {
  await retry(async (failures) => {
    // Perhaps the answer alone was lost.
    if (failures > 0 && (await client.hasBlob(blob.digest))) return listener.onSent(blob.size)
    await client.putBlob(blob, listener)
  }, signal)
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const workers = Array.from({ length: AT_A_TIME }, async () => {
    for (const item of queue) await work(item)
  })
  await Promise.all(workers)
}
