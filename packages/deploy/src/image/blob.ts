import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'

/** An OCI descriptor: what a manifest says of a blob. */
export interface Descriptor {
  readonly mediaType: string
  /** `sha256:<hex>` of the bytes. */
  readonly digest: string
  /** Bytes. */
  readonly size: number
}

/** Something that a registry stores by its digest. */
export interface Blob extends Descriptor {
  /**
   * Its bytes from the first on.
   *
   * @param onFetched Told how many bytes have come, where they lie elsewhere and are fetched for this.
   */
  open(onFetched?: OnBytes): Promise<Readable>
  /** A place that has it already: a registry that knows both need not be sent it. */
  readonly origin?: BlobOrigin | undefined
}

/** Told how many bytes of a blob there are so far. */
export type OnBytes = (bytes: number) => void

/** A repository that holds a blob. */
export interface BlobOrigin {
  /** `host` or `host:port` of the registry. */
  readonly host: string
  /** `library/node`. */
  readonly path: string
}

/** A blob of bytes in memory. */
export function blobOf(mediaType: string, bytes: Uint8Array): Blob {
  return {
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
    open: () => Promise.resolve(Readable.from(slices(bytes))),
  }
}

/** A blob of JSON without blanks. */
export function jsonBlob(mediaType: string, value: object): Blob {
  return blobOf(mediaType, Buffer.from(JSON.stringify(value)))
}

/** All bytes of a blob; for those that are small. */
export async function readBlob(blob: Blob): Promise<Buffer> {
  return buffer(await blob.open())
}

/** `sha256:<hex>` of some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** The descriptor of a blob. */
export function descriptorOf({ mediaType, digest, size }: Blob): Descriptor {
  return { mediaType, digest, size }
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
    yield bytes.subarray(start, start + SLICE_BYTES)
  }
}

const SLICE_BYTES = 256 * 1024
