import type { RegistryPlace } from './registry-answer.ts'

/** A base image by its name: where it is, and which one of those under this path. */
export interface BaseReference extends RegistryPlace {
  /** A tag or a digest. */
  readonly reference: string
  /** The whole name, as annotations have it: `docker.io/library/node:24-bookworm-slim`. */
  readonly name: string
}

/**
 * Reads a base image's name as Docker does: `node:24-bookworm-slim` is Docker Hub's, `ghcr.io/owner/image@sha256:…`
 * names its registry, and `/db/schema/repository/image:tag` is in the account's own.
 *
 * @param ownHost Of the account's registry.
 */
export function parseBaseReference(text: string, ownHost: string): BaseReference {
  const [beforeDigest = '', digest] = text.split('@')
  const [, untagged = '', tag = 'latest'] = /^(.*?)(?::([\w.-]+))?$/s.exec(beforeDigest) ?? []
  const [first = '', ...rest] = untagged.split('/')
  const isOwn = untagged.startsWith('/')
  // A first part is a host when it could be no user's name.
  const hasHost = isOwn || (rest.length > 0 && (/[.:]/.test(first) || first === 'localhost'))
  const named = isOwn ? ownHost : hasHost ? first : DOCKER_HUB
  const isHub = HUB_HOSTS.has(named)
  const given = hasHost ? rest.join('/') : untagged
  const path = isHub && !given.includes('/') ? `library/${given}` : given
  const suffix = digest === undefined ? `:${tag}` : `@${digest}`
  return {
    host: isHub ? HUB_REGISTRY : named,
    path,
    reference: digest ?? tag,
    name: `${isHub ? DOCKER_HUB : named}/${path}${suffix}`,
  }
}

const DOCKER_HUB = 'docker.io'
const HUB_HOSTS = new Set([DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io'])
/** Where Docker Hub's images are. */
export const HUB_REGISTRY = 'registry-1.docker.io'
