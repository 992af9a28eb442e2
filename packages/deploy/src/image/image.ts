import { type Blob, descriptorOf, jsonBlob } from './blob.ts'
import type { Layer } from './layer.ts'
import type { Platform } from './platform.ts'

/** An OCI image, ready to be pushed. */
export interface Image {
  readonly name: string
  /** `linux/amd64`: what its config says. */
  readonly platform: string
  readonly labels: Readonly<Record<string, string>>
  readonly manifest: Blob
  readonly config: Blob
  /** Bottom layer first; those of the base, if there is one, and then the app's. */
  readonly layers: readonly Blob[]
  /** The manifest's digest: it names the image and everything in it. */
  readonly digest: string
  /** A tag that only this image ever has: `sha-<12 hex digits of the digest>`. */
  readonly tag: string
  /** It has a system and Node below the app; one without them runs in the local account's process runner alone. */
  readonly hasNode: boolean
}

/** An image that lies below another: its parts as a registry gave them. */
export interface BaseImage {
  /** `docker.io/library/node:24-bookworm-slim`. */
  readonly name: string
  /** The digest of its manifest. */
  readonly digest: string
  readonly platform: Platform
  readonly layers: readonly Blob[]
  readonly diffIds: readonly string[]
  /** The base's environment as `NAME=value`. */
  readonly env: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** How a container of the image starts. */
export interface ImageSettings {
  readonly cmd: readonly string[]
  readonly workingDir: string
  readonly user: string
  readonly env: Readonly<Record<string, string>>
  /** TCP ports. */
  readonly exposedPorts: readonly number[]
  readonly labels: Readonly<Record<string, string>>
}

export interface ComposeImageOptions {
  readonly name: string
  readonly platform: Platform
  readonly layers: readonly Layer[]
  readonly settings: ImageSettings
  readonly base?: BaseImage | undefined
}

export const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json'
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'

/** Puts layers, with or without a base below them, together to an image. */
export function composeImage(options: ComposeImageOptions): Image {
  const { name, platform, base, settings } = options
  return assembleImage({
    name,
    platform,
    labels: sorted({ ...base?.labels, ...settings.labels }),
    config: jsonBlob(CONFIG_TYPE, configOf(options)),
    layers: [...(base?.layers ?? []), ...options.layers],
    hasNode: base !== undefined,
    annotations: base === undefined ? undefined : baseAnnotations(base, options.layers.length),
  })
}

/** All of an image but what its manifest gives. */
export interface AssembleImageOptions extends Omit<Image, 'manifest' | 'digest' | 'tag'> {
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

/** An image of these parts, with the manifest that names them. */
export function assembleImage({ annotations, ...parts }: AssembleImageOptions): Image {
  const manifest = jsonBlob(MANIFEST_TYPE, {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: descriptorOf(parts.config),
    layers: parts.layers.map(descriptorOf),
    ...(annotations !== undefined && { annotations }),
  })
  return { ...parts, manifest, digest: manifest.digest, tag: immutableTag(manifest.digest) }
}

/** `sha-<12 hex digits>` of a digest. */
export function immutableTag(digest: string): string {
  return `sha-${digest.replace(/^sha256:/, '').slice(0, 12)}`
}

/** https://github.com/opencontainers/image-spec/blob/main/config.md */
function configOf({ platform, layers, settings, base }: ComposeImageOptions): object {
  const [os, architecture] = platform.split('/')
  return {
    created: '1970-01-01T00:00:00Z',
    architecture,
    os,
    config: {
      User: settings.user,
      ExposedPorts: Object.fromEntries(settings.exposedPorts.map((port) => [`${port}/tcp`, {}])),
      Env: mergeEnv(base?.env ?? [], settings.env),
      Cmd: settings.cmd,
      WorkingDir: settings.workingDir,
      Labels: sorted({ ...base?.labels, ...settings.labels }),
    },
    rootfs: {
      type: 'layers',
      diff_ids: [...(base?.diffIds ?? []), ...layers.map(({ diffId }) => diffId)],
    },
  }
}

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
function baseAnnotations(base: BaseImage, ownLayers: number): Record<string, string> {
  return {
    'org.opencontainers.image.base.digest': base.digest,
    'org.opencontainers.image.base.name': base.name,
    // Ours, for the local account, which runs the layers above the base and may not have the base itself.
    'spcs.own-layers': String(ownLayers),
  }
}

function mergeEnv(base: readonly string[], own: Readonly<Record<string, string>>): string[] {
  const kept = base.filter((line) => !Object.hasOwn(own, line.slice(0, line.indexOf('='))))
  return [...kept, ...Object.entries(sorted(own)).map(([name, value]) => `${name}=${value}`)]
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
