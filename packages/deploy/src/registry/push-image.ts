import { DeployError } from '../errors.ts'
import type { Blob } from '../image/blob.ts'
import type { Image } from '../image/image.ts'
import { isLoopback } from '@spcs/sql'
import { RegistryClient } from './registry-client.ts'
import type { RegistryCredentials } from '@spcs/sql'

/** How far a push is. */
export interface PushProgress {
  readonly sentBytes: number
  /** What this push has to send; what the registry has already is not in it. */
  readonly totalBytes: number
}

export interface PushImageOptions {
  /** `repository_url` of SHOW IMAGE REPOSITORIES: `127.0.0.1:8084/db/public/image_repo`. */
  readonly repositoryUrl: string
  readonly credentials: RegistryCredentials
  /** A further tag, which moves to this image: `dev`. */
  readonly tag?: string | undefined
  /** Push an image without a base; default true for a registry on this machine alone. */
  readonly allowNoBase?: boolean | undefined
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

/**
 * Pushes an image under its immutable tag, and under a movable one where one is given. Nothing that the registry
 * has is sent again.
 *
 * @throws {DeployError} `IMAGE_HAS_NO_BASE`, or a REGISTRY_ code.
 */
export async function pushImage(image: Image, options: PushImageOptions): Promise<PushedImage> {
  const { credentials, tag, onProgress } = options
  const repository = options.repositoryUrl.replace(/^https?:\/\//, '').replace(/^[^/]*\//, '')
  refuseWithoutBase(image, options)
  const path = `${repository}/${image.name}`
  await using client = new RegistryClient(credentials, path, options.signal)

  const missing = await missingBlobs(client, image)
  const totalBytes = missing.reduce((sum, { size }) => sum + size, 0)
  let sentBytes = 0
  onProgress?.({ sentBytes, totalBytes })
  for (const blob of missing) {
    await client.putBlob(blob, (bytes) => {
      sentBytes += bytes
      onProgress?.({ sentBytes, totalBytes })
    })
  }
  const tags = tag === undefined ? [image.tag] : [image.tag, tag]
  for (const name of tags) {
    if ((await client.manifestDigest(name)) === image.digest) continue
    await client.putManifest(image.manifest, name)
  }
  return { digest: image.digest, reference: `/${path}:${image.tag}`, sentBytes }
}

function refuseWithoutBase(image: Image, { credentials, allowNoBase }: PushImageOptions): void {
  const { hostname } = new URL(`http://${credentials.host}`)
  if (image.base !== undefined || (allowNoBase ?? isLoopback(hostname))) return
  throw new DeployError(
    'IMAGE_HAS_NO_BASE',
    `Cannot push image "${image.name}" to "${credentials.host}": it has no Node in it`,
    { hint: 'Build it on a base image with Node, such as node:24-bookworm-slim' },
  )
}

async function missingBlobs(client: RegistryClient, image: Image): Promise<Blob[]> {
  const missing: Blob[] = []
  for (const blob of [...image.layers, image.config]) {
    const seen = missing.some(({ digest }) => digest === blob.digest)
    if (!seen && !(await client.hasBlob(blob.digest))) missing.push(blob)
  }
  return missing
}
