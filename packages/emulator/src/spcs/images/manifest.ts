import { RegistryError } from './registry-error.ts'

/** The annotation that names the image below the application's own layers. */
export const BASE_DIGEST = 'org.opencontainers.image.base.digest'

/** A manifest as it was pushed: its bytes are what the digest is of. */
export interface Manifest {
  readonly digest: string
  readonly mediaType: string
  readonly content: Buffer
}

/** What a manifest points at. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly platform?: { readonly os: string; readonly architecture: string }
}

/** The parts of one image: what to run, and the layers of its file system from the lowest up. */
export interface ImageManifest {
  readonly kind: 'image'
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations: Readonly<Record<string, string>>
}

/** Several images under one name, one for each platform. */
export interface ImageIndex {
  readonly kind: 'index'
  readonly manifests: readonly Descriptor[]
}

/**
 * Reads a manifest or index, of OCI or of Docker: they differ in media types alone.
 *
 * @throws {RegistryError} `MANIFEST_INVALID` for anything else.
 */
export function parseManifest(content: Uint8Array): ImageManifest | ImageIndex {
  const json = parseJson(content)
  const { config, layers, manifests, annotations } = json
  if (Array.isArray(manifests)) return { kind: 'index', manifests: manifests.map(readDescriptor) }
  if (config === undefined || !Array.isArray(layers)) {
    throw new RegistryError(
      'MANIFEST_INVALID',
      'the manifest has neither config and layers nor manifests',
    )
  }
  return {
    kind: 'image',
    config: readDescriptor(config),
    layers: layers.map(readDescriptor),
    annotations: isRecord(annotations) ? (annotations as Record<string, string>) : {},
  }
}

function parseJson(content: Uint8Array): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(Buffer.from(content).toString('utf8'))
    if (isRecord(json)) return json
  } catch (error) {
    throw new RegistryError('MANIFEST_INVALID', 'the manifest is not JSON', error)
  }
  throw new RegistryError('MANIFEST_INVALID', 'the manifest is not a JSON object')
}

function readDescriptor(value: unknown): Descriptor {
  const { mediaType, digest, size, platform } = isRecord(value) ? value : {}
  if (typeof mediaType !== 'string' || typeof digest !== 'string' || typeof size !== 'number') {
    throw new RegistryError('MANIFEST_INVALID', 'a descriptor lacks its mediaType, digest or size')
  }
  const { os, architecture } = isRecord(platform) ? platform : {}
  const known = typeof os === 'string' && typeof architecture === 'string'
  return { mediaType, digest, size, ...(known && { platform: { os, architecture } }) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
