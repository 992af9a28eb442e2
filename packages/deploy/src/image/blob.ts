import { createHash } from 'node:crypto'

/** Something that a registry stores by its digest; `read` brings its bytes when they are needed. */
export interface Blob {
  readonly mediaType: string
  /** `sha256:<hex>` of the bytes. */
  readonly digest: string
  /** Bytes. */
  readonly size: number
  read(): Promise<Uint8Array>
}

/** An OCI descriptor: what a manifest says of a blob. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/** A blob of bytes in memory. */
export function blobOf(mediaType: string, bytes: Uint8Array): Blob {
  return {
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
    read: () => Promise.resolve(bytes),
  }
}

/** A blob of JSON without blanks. */
export function jsonBlob(mediaType: string, value: object): Blob {
  return blobOf(mediaType, Buffer.from(JSON.stringify(value)))
}

/** `sha256:<hex>` of some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** The descriptor of a blob. */
export function descriptorOf({ mediaType, digest, size }: Blob): Descriptor {
  return { mediaType, digest, size }
}
