import type { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { EmulatorError } from '../../errors.ts'
import type { ImageStore } from '../image-store.ts'
import { readImageManifest } from '../images/image-manifest.ts'
import { BASE_DIGEST } from '../images/manifest.ts'
import type { ImageConfig } from '../process/image-files.ts'
import { ContainerStartError } from '../runner.ts'
import { type Engine, isGone } from './engine.ts'
import { imageArchive } from './image-archive.ts'

/** An image that the engine has. */
export interface LoadedImage {
  /** Its name in the engine: `spcs-local:<digest>`. */
  readonly reference: string
  readonly config: ImageConfig
  /** False for an image of the application's files alone, which needs a system below it. */
  readonly hasBase: boolean
}

/** What the engine says of an image. */
interface EngineImage {
  readonly RootFS: { readonly Layers?: readonly string[] | null }
}

/** Under this name the engine keeps images of local accounts, with the digest as their tag. */
export const ENGINE_REPOSITORY = 'spcs-local'
/** So many of the engine's images are asked which layers they have. */
const MOST_ASKED = 100

/**
 * The account's images in the engine. Each is loaded once, and the engine keeps it for the next account; a layer that
 * the engine has from another image is not sent again.
 */
export class EngineImages {
  readonly #engine: Engine
  readonly #store: ImageStore
  readonly #loading = new Map<string, Promise<LoadedImage>>()

  constructor(engine: Engine, store: ImageStore) {
    this.#engine = engine
    this.#store = store
  }

  /** @throws {ContainerStartError} for an image that is gone or broken. */
  loaded(digest: string): Promise<LoadedImage> {
    const started = this.#loading.get(digest) ?? this.#load(digest)
    this.#loading.set(digest, started)
    // Nothing is remembered beyond the load: somebody may remove the image from the engine meanwhile.
    const forget = (): void => void this.#loading.delete(digest)
    started.then(forget, forget)
    return started
  }

  async #load(digest: string): Promise<LoadedImage> {
    try {
      const manifest = await readImageManifest(this.#store, digest)
      const content = await buffer(this.#store.readBlob(manifest.config.digest))
      const { config, rootfs, history } = JSON.parse(content.toString('utf8')) as {
        config?: ImageConfig
        history?: unknown
        rootfs?: { diff_ids?: readonly string[] }
      }
      const layers = rootfs?.diff_ids ?? []
      const reference = `${ENGINE_REPOSITORY}:${digest.replace('sha256:', '')}`
      const has = await this.#maybeImage(reference)
      // A name can be given to any image, so the layers have to be the very ones.
      if (has === undefined || !isSame(has, layers)) {
        const send = (layersLeftOut: number): Promise<void> =>
          loadArchive(
            this.#engine,
            imageArchive(this.#store, { manifest, config: content, reference, layersLeftOut }),
          )
        await this.#sendWithout(await this.#knownLayers(layers), send)
      }
      // Docker writes a history; our own builds write which base they have.
      const hasBase = history !== undefined || BASE_DIGEST in manifest.annotations
      return { reference, config: config ?? {}, hasBase }
    } catch (cause) {
      if (cause instanceof EmulatorError) throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new ContainerStartError('image', `Cannot load image ${digest}: ${why}`, cause)
    }
  }

  /** The engine may have lost a layer since it was asked, and then needs all of them. */
  async #sendWithout(known: number, send: (leftOut: number) => Promise<void>): Promise<void> {
    try {
      await send(known)
    } catch (error) {
      if (known === 0 || error instanceof EmulatorError) throw error
      await send(0)
    }
  }

  /** How many of the lowest layers the engine has: it finds a layer by those below it. */
  async #knownLayers(layers: readonly string[]): Promise<number> {
    // An engine with the image store of containerd finds nothing by its layers.
    const { DriverStatus } = await this.#engine.json<{ DriverStatus?: unknown }>('GET', '/info')
    if (JSON.stringify(DriverStatus ?? '').includes('containerd.snapshotter')) return 0
    const all = await this.#engine.json<readonly { Id: string }[]>('GET', '/images/json')
    const images = await Promise.all(all.slice(0, MOST_ASKED).map(({ Id }) => this.#maybeImage(Id)))
    return Math.max(0, ...images.map((image) => sharedLayers(image?.RootFS.Layers ?? [], layers)))
  }

  async #maybeImage(reference: string): Promise<EngineImage | undefined> {
    try {
      return await this.#engine.json<EngineImage>('GET', `/images/${reference}/json`)
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }
}

/** Gives an archive to the engine, which answers 200 also where it cannot take it. */
export async function loadArchive(engine: Engine, archive: Readable): Promise<void> {
  const answer = await text(
    await engine.stream('POST', '/images/load', { query: { quiet: true }, body: archive }),
  )
  for (const line of answer.split('\n').filter((one) => one.trim() !== '')) {
    const { error } = JSON.parse(line) as { error?: string }
    if (error !== undefined) throw new Error(error)
  }
}

function isSame({ RootFS }: EngineImage, layers: readonly string[]): boolean {
  const has = RootFS.Layers ?? []
  return has.length === layers.length && sharedLayers(has, layers) === layers.length
}

function sharedLayers(left: readonly string[], right: readonly string[]): number {
  const different = right.findIndex((layer, index) => layer !== left[index])
  return different === -1 ? right.length : different
}
