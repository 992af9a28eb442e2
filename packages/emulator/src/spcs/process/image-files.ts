import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import type { ImageStore } from '../image-store.ts'
import { readImageManifest } from '../images/image-manifest.ts'
import { BASE_DIGEST, type Descriptor, type ImageManifest } from '../images/manifest.ts'
import { ContainerStartError } from '../runner.ts'
import { unpackLayer } from './unpack-layer.ts'

/** What an image says about how it is run; OCI's names. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[] | null
  readonly Cmd?: readonly string[] | null
  readonly Env?: readonly string[] | null
  readonly WorkingDir?: string
  /** `9090/tcp` and the like. */
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null
}

/** An image unpacked on this machine. */
export interface UnpackedImage {
  /** The folder that the image's `/` is. */
  readonly root: string
  readonly config: ImageConfig
}

/** Written by our own builds. */
const OWN_LAYERS = 'spcs.own-layers'

/**
 * The file systems of images, each unpacked once into `<directory>/<digest>/rootfs`.
 *
 * DIFFERS: all containers of an image share its files, so what one writes outside its volumes stays.
 */
export class ImageFiles {
  readonly #store: ImageStore
  readonly #directory: string
  readonly #unpacking = new Map<string, Promise<UnpackedImage>>()

  constructor(store: ImageStore, directory: string) {
    this.#store = store
    this.#directory = directory
  }

  /** @throws {ContainerStartError} for an image that is gone, broken or not for a machine like this. */
  unpacked(digest: string): Promise<UnpackedImage> {
    const started = this.#unpacking.get(digest) ?? this.#unpack(digest)
    this.#unpacking.set(digest, started)
    // A failure is not remembered, so that a later start tries again.
    started.catch(() => this.#unpacking.delete(digest))
    return started
  }

  async #unpack(digest: string): Promise<UnpackedImage> {
    const directory = join(this.#directory, digest.replace(':', '-'))
    try {
      if (!existsSync(directory)) await this.#unpackInto(directory, digest)
      const config = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')) as {
        config?: ImageConfig
      }
      return { root: join(directory, 'rootfs'), config: config.config ?? {} }
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new ContainerStartError('image', `Cannot unpack image ${digest}: ${why}`, cause)
    }
  }

  /** Into a folder beside it first, so that a half-unpacked image is never taken for a whole one. */
  async #unpackInto(directory: string, digest: string): Promise<void> {
    const manifest = await readImageManifest(this.#store, digest)
    const partial = `${directory}.partial`
    await rm(partial, { recursive: true, force: true })
    await mkdir(join(partial, 'rootfs'), { recursive: true })
    const config = await buffer(this.#store.readBlob(manifest.config.digest))
    await writeFile(join(partial, 'config.json'), config)
    for (const layer of await this.#applicationLayers(manifest)) {
      await unpackLayer(
        uncompressed(layer, this.#store.readBlob(layer.digest)),
        join(partial, 'rootfs'),
      )
    }
    await rename(partial, directory)
  }

  /** The layers above the base image: a process runs on this machine, so it needs no system below it. */
  async #applicationLayers({ annotations, layers }: ImageManifest): Promise<readonly Descriptor[]> {
    const base = annotations[BASE_DIGEST]
    if (base === undefined) return layers
    const own = annotations[OWN_LAYERS]
    if (own !== undefined) return layers.slice(-Number(own))
    try {
      return layers.slice((await readImageManifest(this.#store, base)).layers.length)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      // The base was not pushed, so how many layers it has is unknown; an application built on one adds one.
      return layers.slice(-1)
    }
  }
}

function uncompressed(layer: Descriptor, content: Readable): Readable {
  if (layer.mediaType.endsWith('.tar')) return content
  if (!layer.mediaType.endsWith('gzip')) {
    throw new Error(`a layer is compressed as "${layer.mediaType}", only gzip is supported`)
  }
  const gunzip = createGunzip()
  content.on('error', (error) => gunzip.destroy(error))
  return content.pipe(gunzip)
}
