import { DeployError } from '../errors.ts'
import { type Blob, type Descriptor, digestOf, type OnBytes, readBlob } from '../image/blob.ts'
import type { BlobCache } from '../image/blob-cache.ts'
import { LAYER_TYPE } from '../image/layer.ts'
import type { BaseReference } from './base-reference.ts'
import { RegistryClient } from './registry-client.ts'
import type { RegistryOptions } from './registry-connection.ts'
import { retry } from './retry.ts'

/** What a manifest names: https://github.com/opencontainers/image-spec/blob/main/manifest.md */
interface Manifest {
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

/** One manifest for each platform. */
interface Index {
  readonly manifests: readonly (Descriptor & {
    readonly platform?: { readonly os: string; readonly architecture: string }
  })[]
}

/** A base image where it lies, and what of it is kept here. */
export class BaseSource {
  readonly #base: BaseReference
  readonly #registry: RegistryOptions
  readonly #cache: BlobCache
  readonly #fetching = new Map<string, Promise<void>>()

  constructor(base: BaseReference, registry: RegistryOptions, cache: BlobCache) {
    this.#base = base
    this.#registry = registry
    this.#cache = cache
  }

  /** The manifest for a platform: the only one, or one of an index. */
  async imageManifest(platform: string): Promise<{ digest: string; manifest: Manifest }> {
    const first = await this.#readManifest(this.#base.reference)
    if (!('manifests' in first.manifest)) return { ...first, manifest: first.manifest }
    const platforms = first.manifest.manifests.map((one) => ({
      digest: one.digest,
      platform: `${one.platform?.os}/${one.platform?.architecture}`,
    }))
    const chosen = platforms.find((one) => one.platform === platform)
    if (chosen === undefined) {
      throw wrongPlatform(this.#base, platforms.map((one) => one.platform).join(', '))
    }
    const { digest, manifest } = await this.#readManifest(chosen.digest)
    if ('manifests' in manifest) throw this.#unavailable(new Error('an index names another index'))
    return { digest, manifest }
  }

  async readJson(descriptor: Descriptor): Promise<unknown> {
    return JSON.parse((await readBlob(this.blob(descriptor))).toString())
  }

  /** A blob that comes out of the cache, or from the registry into it. */
  blob({ mediaType, digest, size }: Descriptor): Blob {
    return {
      mediaType: mediaType === DOCKER_LAYER_TYPE ? LAYER_TYPE : mediaType,
      digest,
      size,
      origin: this.#base,
      open: async (onFetched) => {
        const fetching =
          this.#fetching.get(digest) ?? this.#fetch({ mediaType, digest, size }, onFetched)
        this.#fetching.set(digest, fetching)
        // A failure is not remembered, so that a later reader tries again.
        fetching.catch(() => this.#fetching.delete(digest))
        await fetching
        return this.#cache.open(digest)
      },
    }
  }

  async #readManifest(reference: string): Promise<{ digest: string; manifest: Manifest | Index }> {
    try {
      const bytes = await this.#manifestBytes(reference)
      const manifest = JSON.parse(Buffer.from(bytes).toString()) as Manifest | Index
      return { digest: digestOf(bytes), manifest }
    } catch (cause) {
      throw this.#unavailable(cause)
    }
  }

  /** What a tag means is asked each time, which public registries do not count as a pull; a manifest is fetched once. */
  async #manifestBytes(reference: string): Promise<Uint8Array> {
    const { signal } = this.#registry
    await using client = new RegistryClient(this.#registry)
    const isDigest = reference.startsWith('sha256:')
    const digest = isDigest
      ? reference
      : await retry(() => client.manifestDigest(reference), signal)
    const kept = digest === undefined ? undefined : await this.#cache.maybeRead(digest)
    if (kept !== undefined) return kept
    const { bytes } = await retry(() => client.readManifest(digest ?? reference), signal)
    const { digest: actual } = await this.#cache.keep([bytes], digest)
    if (digest !== undefined && actual !== digest) throw altered(digest, actual)
    return bytes
  }

  async #fetch(descriptor: Descriptor, onFetched: OnBytes | undefined): Promise<void> {
    const { digest, size } = descriptor
    if (await this.#cache.has(digest, size)) return
    try {
      await using client = new RegistryClient(this.#registry)
      const kept = await this.#cache.keep(
        this.#readPatiently(client, descriptor, onFetched),
        digest,
      )
      if (kept.digest !== digest) throw altered(digest, kept.digest)
    } catch (cause) {
      throw this.#unavailable(cause)
    }
  }

  /** All bytes of a blob; where a connection is cut, the next one goes on. */
  async *#readPatiently(
    client: RegistryClient,
    blob: Descriptor,
    onFetched: OnBytes | undefined,
  ): AsyncGenerator<Uint8Array> {
    let received = 0
    let chunks = client.readBlob(blob)
    const next = (): Promise<IteratorResult<Uint8Array>> =>
      retry((failures) => {
        if (failures > 0) chunks = client.readBlob(blob, received)
        return chunks.next()
      }, this.#registry.signal)
    for (let part = await next(); part.done !== true; part = await next()) {
      received += part.value.length
      onFetched?.(received)
      yield part.value
    }
  }

  #unavailable(cause: unknown): unknown {
    if (this.#registry.signal?.aborted === true) return cause
    const why = cause instanceof Error ? cause.message : String(cause)
    return new DeployError(
      'BASE_IMAGE_UNAVAILABLE',
      `Cannot pull base image "${this.#base.name}": ${why}`,
      {
        hint: 'Check name, network and `docker login`, or push the base to the account once and name it there: --base /db/schema/repository/node:24',
        cause,
      },
    )
  }
}

/** The error for a base that has not the platform which is needed. */
export function wrongPlatform({ name }: BaseReference, found: string): DeployError {
  return new DeployError(
    'IMAGE_ARCHITECTURE_WRONG',
    `Cannot build on base image "${name}": it is for ${found}`,
    { hint: 'Name a base image for the platform of the compute pool: node:24-bookworm-slim' },
  )
}

const DOCKER_LAYER_TYPE = 'application/vnd.docker.image.rootfs.diff.tar.gzip'

function altered(wanted: string, actual: string): Error {
  return new Error(`what arrives has digest ${actual}, not ${wanted}`)
}
