import type { RegistryCredentials } from '@spcs/sql'
import { DeployError } from '../errors.ts'
import { BlobCache } from '../image/blob-cache.ts'
import type { BaseImage } from '../image/image.ts'
import type { Platform } from '../image/platform.ts'
import { parseBaseReference } from './base-reference.ts'
import { BaseSource, wrongPlatform } from './base-source.ts'

export interface PullBaseOptions {
  /** Of the account's registry, for a base that lies there: `/db/schema/repository/image:tag`. */
  readonly credentials?: RegistryCredentials | undefined
  /** The account is a local one; default for one on this machine alone. */
  readonly isLocal?: boolean | undefined
  /** `linux/amd64`, of an image for several platforms. */
  readonly platform: Platform
  /** Where layers are kept for the next time: `node_modules/.cache/spcs`. */
  readonly cacheDirectory: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks up a base image in its registry, over HTTP alone. Its layers are fetched when somebody reads them, each once: a
 * target that has them needs none.
 *
 * @param name As Docker has it: `node:24-bookworm-slim`, `ghcr.io/owner/image@sha256:…`; or, in the account's own
 * registry, `/db/schema/repository/image:tag`.
 * @throws {DeployError} `BASE_IMAGE_UNAVAILABLE`, also when what arrives is not what its digest says, or
 * `IMAGE_ARCHITECTURE_WRONG`.
 */
export async function pullBase(name: string, options: PullBaseOptions): Promise<BaseImage> {
  const { credentials, platform, cacheDirectory, signal } = options
  if (name.startsWith('/') && credentials === undefined) throw noRegistry(name)
  const base = parseBaseReference(name, credentials?.host ?? '')
  const own = base.host === credentials?.host ? { credentials, plainHttp: options.isLocal } : {}
  const registry = { ...base, ...own, signal }
  const source = new BaseSource(base, registry, new BlobCache(cacheDirectory))
  const { digest, manifest } = await source.imageManifest(platform)
  const { os, architecture, config, rootfs } = (await source.readJson(manifest.config)) as Config
  if (`${os}/${architecture}` !== platform) throw wrongPlatform(base, `${os}/${architecture}`)
  return {
    name: base.name,
    digest,
    platform,
    layers: manifest.layers.map((layer) => source.blob(layer)),
    diffIds: rootfs.diff_ids,
    env: config.Env ?? [],
    labels: config.Labels ?? {},
  }
}

function noRegistry(name: string): DeployError {
  return new DeployError(
    'BASE_IMAGE_UNAVAILABLE',
    `Cannot pull base image "${name}": the account has no image repository yet`,
    { hint: 'Run `npx spcs setup`, and push the base to the repository' },
  )
}

/** https://github.com/opencontainers/image-spec/blob/main/config.md */
interface Config {
  readonly os: string
  readonly architecture: string
  readonly config: {
    readonly Env?: readonly string[] | null
    readonly Labels?: Readonly<Record<string, string>> | null
  }
  readonly rootfs: { readonly diff_ids: readonly string[] }
}
