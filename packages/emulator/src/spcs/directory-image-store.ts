import { mkdirSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { printName } from '@spcs/sql'
import type { ImageRepository } from '../catalog/objects.ts'
import { BlobStore, type ByteRange, checkDigest, digestOf, isDigest } from './images/blob-store.ts'
import {
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
  type Manifest,
  parseManifest,
} from './images/manifest.ts'
import { RegistryError } from './images/registry-error.ts'
import {
  digestsInUse,
  type IndexedImage,
  loadRepositoryIndex,
  type RepositoryIndex,
  saveRepositoryIndex,
} from './images/repository-index.ts'
import type { ImageStore, StoredImage } from './image-store.ts'

/** The image store in a directory: `blobs/` by digest, and one small file for each repository. */
export class DirectoryImageStore implements ImageStore {
  readonly #blobs: BlobStore
  readonly #repositories: string
  readonly #now: () => Date
  readonly #indexes = new Map<string, RepositoryIndex>()

  constructor(directory: string, now: () => Date = () => new Date()) {
    this.#blobs = new BlobStore(directory)
    this.#repositories = join(directory, 'repositories')
    this.#now = now
    mkdirSync(this.#repositories, { recursive: true })
  }

  async list(repository: ImageRepository): Promise<StoredImage[]> {
    const images: StoredImage[] = []
    for (const [name, { tags, manifests }] of this.#index(repository).images) {
      const parts = await this.#partsOfIndexes([...manifests.keys()])
      for (const [digest, { createdOn }] of manifests) {
        const own = [...tags.keys()].filter((tag) => tags.get(tag) === digest).toSorted()
        if (own.length > 0 || !parts.has(digest))
          images.push({ name, tags: own, digest, createdOn })
      }
    }
    return images.toSorted((left, right) => (imageOrder(left) < imageOrder(right) ? -1 : 1))
  }

  maybeDigest(
    repository: ImageRepository,
    name: string,
    reference: string,
  ): Promise<string | undefined> {
    return Promise.resolve(this.#maybeDigest(repository, name, reference))
  }

  async drop(repository: ImageRepository): Promise<void> {
    this.#indexes.delete(keyOf(repository))
    rmSync(this.#indexPath(repository), { force: true })
    const files = await readdir(this.#repositories)
    const indexes = files
      .filter((file) => file.endsWith('.json'))
      .map((file) => loadRepositoryIndex(join(this.#repositories, file)))
    await this.#blobs.keepOnly(new Set(indexes.flatMap(digestsInUse)))
  }

  maybeTags(repository: ImageRepository, name: string): Promise<string[] | undefined> {
    const image = this.#index(repository).images.get(name)
    return Promise.resolve(image === undefined ? undefined : [...image.tags.keys()].toSorted())
  }

  async maybeManifest(
    repository: ImageRepository,
    name: string,
    reference: string,
  ): Promise<Manifest | undefined> {
    const digest = this.#maybeDigest(repository, name, reference)
    if (digest === undefined) return undefined
    const mediaType =
      this.#index(repository).images.get(name)?.manifests.get(digest)?.mediaType ?? ''
    return { digest, mediaType, content: await this.readManifest(digest) }
  }

  readManifest(digest: string): Promise<Buffer> {
    return buffer(this.#blobs.read(digest))
  }

  async putManifest(
    repository: ImageRepository,
    name: string,
    reference: string,
    { mediaType, content }: Pick<Manifest, 'mediaType' | 'content'>,
  ): Promise<string> {
    const digest = digestOf(content)
    const isTag = !reference.includes(':')
    if (!isTag && checkDigest(reference) !== digest) {
      throw new RegistryError(
        'DIGEST_INVALID',
        `the manifest has the digest ${digest}, not ${reference}`,
      )
    }
    const index = this.#index(repository)
    const image = index.images.get(name) ?? { tags: new Map(), manifests: new Map() }
    const missing = missingPart(parseManifest(content), index, image)
    if (missing !== undefined) {
      throw new RegistryError('MANIFEST_BLOB_UNKNOWN', `"${missing.digest}" was not pushed before`)
    }
    await this.#blobs.put(content)
    if (!image.manifests.has(digest)) {
      image.manifests.set(digest, { mediaType, createdOn: this.#now().toISOString() })
    }
    if (isTag) image.tags.set(reference, digest)
    index.images.set(name, image)
    this.#save(repository)
    return digest
  }

  async maybeBlobSize(repository: ImageRepository, digest: string): Promise<number | undefined> {
    if (!this.#index(repository).blobs.has(checkDigest(digest))) return undefined
    return this.#blobs.maybeSize(digest)
  }

  readBlob(digest: string, range?: ByteRange): Readable {
    return this.#blobs.read(digest, range)
  }

  async mountBlob(
    repository: ImageRepository,
    digest: string,
    from: ImageRepository,
  ): Promise<boolean> {
    if ((await this.maybeBlobSize(from, digest)) === undefined) return false
    this.#addBlob(repository, digest)
    return true
  }

  startUpload(): string {
    return this.#blobs.startUpload()
  }
  uploadSize(id: string): number {
    return this.#blobs.uploadSize(id)
  }
  appendUpload(id: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#blobs.append(id, content)
  }
  cancelUpload(id: string): Promise<void> {
    return this.#blobs.cancelUpload(id)
  }

  async finishUpload(repository: ImageRepository, id: string, digest: string): Promise<void> {
    await this.#blobs.finishUpload(id, checkDigest(digest))
    this.#addBlob(repository, digest)
  }

  #addBlob(repository: ImageRepository, digest: string): void {
    const { blobs } = this.#index(repository)
    if (blobs.has(digest)) return
    blobs.add(digest)
    this.#save(repository)
  }

  #maybeDigest(repository: ImageRepository, name: string, reference: string): string | undefined {
    const image = this.#index(repository).images.get(name)
    if (!isDigest(reference)) return image?.tags.get(reference)
    return image?.manifests.has(reference) === true ? reference : undefined
  }

  #index(repository: ImageRepository): RepositoryIndex {
    const key = keyOf(repository)
    const index = this.#indexes.get(key) ?? loadRepositoryIndex(this.#indexPath(repository))
    this.#indexes.set(key, index)
    return index
  }

  #save(repository: ImageRepository): void {
    saveRepositoryIndex(this.#indexPath(repository), this.#index(repository))
  }

  #indexPath(repository: ImageRepository): string {
    return join(this.#repositories, `${encodeURIComponent(keyOf(repository))}.json`)
  }

  /** Digests of the images that indexes among these manifests are made of. */
  async #partsOfIndexes(digests: readonly string[]): Promise<Set<string>> {
    const parts = new Set<string>()
    for (const digest of digests) {
      const manifest = parseManifest(await this.readManifest(digest))
      if (manifest.kind === 'image') continue
      for (const part of manifest.manifests) parts.add(part.digest)
    }
    return parts
  }
}

/** What a manifest names and its repository lacks. */
function missingPart(
  manifest: ImageManifest | ImageIndex,
  index: RepositoryIndex,
  image: IndexedImage,
): Descriptor | undefined {
  if (manifest.kind === 'index') {
    return manifest.manifests.find((part) => !image.manifests.has(part.digest))
  }
  return [manifest.config, ...manifest.layers].find((part) => !index.blobs.has(part.digest))
}

function keyOf(repository: ImageRepository): string {
  return printName([repository.database, repository.schema, repository.name])
}

function imageOrder(image: StoredImage): string {
  return `${image.name} ${image.createdOn} ${image.digest}`
}
