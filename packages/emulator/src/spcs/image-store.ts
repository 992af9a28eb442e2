import type { Readable } from 'node:stream'
import type { ImageRepository } from '../catalog/objects.ts'
import type { ByteRange } from './images/blob-store.ts'
import type { Manifest } from './images/manifest.ts'

/** An image as SHOW IMAGES lists it: one per digest. */
export interface StoredImage {
  readonly name: string
  readonly tags: readonly string[]
  readonly digest: string // sha256:…
  /** ISO 8601, UTC. */
  readonly createdOn: string
}

/** The account's image registry: manifests, tags and blobs, content-addressed on disk. */
export interface ImageStore {
  /** Images of a repository, by name. */
  list(repository: ImageRepository): Promise<StoredImage[]>
  /** The digest that a tag (or digest) names now; undefined when there is no such image. */
  maybeDigest(
    repository: ImageRepository,
    name: string,
    reference: string,
  ): Promise<string | undefined>
  /** Forgets a repository and everything in it. */
  drop(repository: ImageRepository): Promise<void>

  /** Tags of an image in order; undefined when there is no such image. */
  maybeTags(repository: ImageRepository, name: string): Promise<string[] | undefined>
  maybeManifest(
    repository: ImageRepository,
    name: string,
    reference: string,
  ): Promise<Manifest | undefined>
  /** A manifest of any repository by its digest: a service keeps the one that it was pinned to. */
  readManifest(digest: string): Promise<Buffer>
  /**
   * Keeps a manifest, and moves the tag to it when the reference is one; returns its digest.
   *
   * @throws {RegistryError} when it is none, or names what was not pushed, or has another digest.
   */
  putManifest(
    repository: ImageRepository,
    name: string,
    reference: string,
    manifest: Pick<Manifest, 'mediaType' | 'content'>,
  ): Promise<string>

  /** Bytes in a blob of the repository; undefined when it has no such blob. */
  maybeBlobSize(repository: ImageRepository, digest: string): Promise<number | undefined>
  /** A blob of any repository: ask `maybeBlobSize` first where a user asks. */
  readBlob(digest: string, range?: ByteRange): Readable
  /** Takes a blob over from another repository; false when that has none. */
  mountBlob(repository: ImageRepository, digest: string, from: ImageRepository): Promise<boolean>
  /** Opens an upload; returns its id. */
  startUpload(): string
  /** Bytes that an upload has. */
  uploadSize(id: string): number
  appendUpload(id: string, content: AsyncIterable<Uint8Array>): Promise<void>
  cancelUpload(id: string): Promise<void>
  /** @throws {RegistryError} `DIGEST_INVALID` when the bytes have another digest. */
  finishUpload(repository: ImageRepository, id: string, digest: string): Promise<void>
}
