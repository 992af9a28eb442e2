import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import { blobOf } from './blob.ts'
import { readDocker, startDocker } from './docker-command.ts'
import { assembleImage, CONFIG_TYPE, type Image } from './image.ts'
import type { Layer } from './layer.ts'
import { LayerStore } from './layer-store.ts'

export interface LoadDockerImageOptions {
  /** The image's name in its repository: `convert-api`. */
  readonly name: string
  /** Where layers are kept, so that each is compressed once: `node_modules/.cache/spcs`. */
  readonly cacheDirectory: string
  /** Told how many bytes the engine has given so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Takes an image out of a Docker engine, as an OCI image that can be pushed. The engine keeps layers uncompressed; here
 * each is compressed once, so that what was pushed before is not pushed again.
 *
 * @param reference Tag or id, as Docker knows it.
 * @throws {DockerFailure} when the engine has no such image.
 */
export async function loadDockerImage(
  reference: string,
  { name, cacheDirectory, onProgress, signal }: LoadDockerImageOptions,
): Promise<Image> {
  const layers = new LayerStore(cacheDirectory)
  const id = await readDocker(['image', 'inspect', '--format', '{{.Id}}', reference], signal)
  const known = await layers.maybeText(id)
  const kept = known === undefined ? undefined : await maybeImage(name, known, layers)
  if (kept !== undefined) return kept
  const config = await readArchive(id, layers, { onProgress, signal })
  await layers.keepText(id, config)
  const image = await maybeImage(name, config, layers)
  if (image !== undefined) return image
  throw new Error(`docker save gives not all layers of "${reference}"`)
}

/** The parts of a config that matter here: https://github.com/opencontainers/image-spec/blob/main/config.md */
interface Config {
  readonly os: string
  readonly architecture: string
  readonly config?: { readonly Labels?: Readonly<Record<string, string>> | null }
  readonly rootfs: { readonly diff_ids: readonly string[] }
}

/** The image of a config, as far as its layers are all here. */
async function maybeImage(
  name: string,
  text: string,
  store: LayerStore,
): Promise<Image | undefined> {
  const { os, architecture, config, rootfs } = JSON.parse(text) as Config
  const found = await Promise.all(rootfs.diff_ids.map((diffId) => store.maybeLayer(diffId)))
  const layers = found.filter((layer): layer is Layer => layer !== undefined)
  if (layers.length < found.length) return undefined
  return assembleImage({
    name,
    platform: `${os}/${architecture}`,
    labels: config?.Labels ?? {},
    config: blobOf(CONFIG_TYPE, Buffer.from(text)),
    layers,
    hasNode: true,
  })
}

/** Reads what `docker save` writes: layers go into the store, the config is given back. */
async function readArchive(
  id: string,
  layers: LayerStore,
  { onProgress, signal }: Pick<LoadDockerImageOptions, 'onProgress' | 'signal'>,
): Promise<string> {
  const { stdout, ended } = startDocker(['save', id], { signal })
  const entries = extract()
  let received = 0
  const feeding = pipeline(
    stdout,
    async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        received += chunk.length
        onProgress?.(received)
        yield chunk
      }
    },
    entries,
  )
  // Whatever goes wrong there ends the loop below with that very error.
  Promise.all([feeding, ended]).catch((error: unknown) => entries.destroy(error as Error))
  const texts = new Map<string, string>()
  for await (const entry of entries) {
    const { name, type } = entry.header
    const isKnown = (await layers.maybeLayer(`sha256:${name.split('/').at(-1)}`)) !== undefined
    if (type === 'file' && !isKnown) await readEntry(name, entry as unknown as Readable)
    entry.resume()
  }
  await Promise.all([feeding, ended])

  async function readEntry(name: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const { head, whole } = await peek(content)
    const isCompressed = head[0] === 0x1f && head[1] === 0x8b
    if (isCompressed || isArchive(head)) return layers.keep(whole, isCompressed)
    const chunks: Uint8Array[] = []
    for await (const chunk of whole) chunks.push(chunk)
    texts.set(name, Buffer.concat(chunks).toString())
  }

  const [{ Config: place }] = JSON.parse(texts.get('manifest.json') ?? '[{}]') as [
    { readonly Config: string },
  ]
  const config = texts.get(place)
  if (config !== undefined) return config
  throw new Error('docker save gives no config')
}

/** An archive begins with a header that has a word in its middle, or has no files at all. */
function isArchive(head: Uint8Array): boolean {
  return head[0] === 0 || Buffer.from(head.subarray(257, 262)).toString() === 'ustar'
}

/** The first bytes of something, and all of it. */
async function peek(
  content: AsyncIterable<Uint8Array>,
): Promise<{ head: Buffer; whole: AsyncIterable<Uint8Array> }> {
  const chunks = content[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  while (head.length < TAR_HEADER) {
    const next = await chunks.next()
    if (next.done === true) break
    head = Buffer.concat([head, next.value])
  }
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield head
    yield* { [Symbol.asyncIterator]: () => chunks }
  }
  return { head, whole: whole() }
}

const TAR_HEADER = 512
