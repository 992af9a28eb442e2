import { type Blob, descriptorOf, jsonBlob } from './blob.ts'
import type { Layer } from './layer.ts'
import type { Platform } from './platform.ts'

/** An OCI image, ready to be pushed. */
export interface Image {
  readonly name: string
  readonly platform: Platform
  readonly manifest: Blob
  readonly config: Blob
  /** Bottom layer first; those of the base, if there is one, and then the app's. */
  readonly layers: readonly Blob[]
  /** The manifest's digest: it names the image and everything in it. */
  readonly digest: string
  /** A tag that only this image ever has: `sha-<12 hex digits of the digest>`. */
  readonly tag: string
  /** The image below the app's layer; without one, only the local account's process runner can run it. */
  readonly base: BaseImage | undefined
}

/** An image that lies below another: its parts as a registry gave them. */
export interface BaseImage {
  /** `node:24-bookworm-slim`. */
  readonly name: string
  /** The digest of its manifest. */
  readonly digest: string
  readonly layers: readonly Blob[]
  readonly diffIds: readonly string[]
  /** The base's environment as `NAME=value`. */
  readonly env: readonly string[]
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

const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json'
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'

/** Puts layers, with or without a base below them, together to an image. */
export function composeImage(options: ComposeImageOptions): Image {
  const { name, platform, base } = options
  const layers = [...(base?.layers ?? []), ...options.layers]
  const config = jsonBlob(CONFIG_TYPE, configOf(options))
  const manifest = jsonBlob(MANIFEST_TYPE, {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
    ...(base !== undefined && { annotations: baseAnnotations(base, options.layers.length) }),
  })
  const { digest } = manifest
  return { name, platform, manifest, config, layers, digest, tag: immutableTag(digest), base }
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
      Labels: sorted(settings.labels),
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
