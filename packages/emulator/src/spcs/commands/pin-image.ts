import { type Container, parseImageReference } from '@spcs/spec'
import { requireNamespace } from '../../access-control.ts'
import type { Account } from '../../account.ts'
import type { ImageRepository } from '../../catalog/objects.ts'
import { SnowflakeError } from '../../snowflake-error.ts'
import { type Architecture, readImagePlatform, whyNotFor } from '../images/image-platform.ts'
import { requirePull } from './image-repository.ts'

/** Whose image it is to be, and where it is to run. */
export interface PinOptions {
  /** What the owner of the service may use. */
  readonly ownerRoles: readonly string[]
  readonly architecture: Architecture
  readonly account: Account
}

/**
 * The container with its image in path form and the digest that the image's tag names now.
 *
 * @throws {SnowflakeError} 397007 without such a repository, 397012 without such an image, 003001 when the owner may
 *   not pull it, 395018 for an image of another architecture.
 */
export async function pinImage(
  container: Container,
  { ownerRoles, architecture, account }: PinOptions,
): Promise<Container> {
  const reference = parseImageReference(container.image)
  const { registry, database, schema, repository: repositoryName, name } = reference
  const path = `/${database}/${schema}/${repositoryName}/${name}:${reference.tag ?? 'latest'}`
  const failed = (code: ImageErrorCode, why: string): SnowflakeError => {
    const message = `Failed to retrieve image ${path} from the image repository : ${why}`
    return new SnowflakeError(code, '22023', message)
  }
  if (registry !== undefined && !isOwnRegistry(registry, account.address)) {
    throw failed(
      '397007',
      `${registry} is not the registry of this account, which is ${account.address}`,
    )
  }
  const isNamed = (one: ImageRepository): boolean =>
    one.database.toLowerCase() === database &&
    one.schema.toLowerCase() === schema &&
    one.name.toLowerCase() === repositoryName
  const repository = account.catalog.imageRepositories.list().find(isNamed)
  if (repository === undefined) {
    throw failed('397007', 'the image repository does not exist or not authorized')
  }
  requireNamespace(account.catalog, ownerRoles, repository)
  requirePull(repository, ownerRoles, account)
  const wanted = reference.digest ?? reference.tag ?? 'latest'
  const digest = await account.images.maybeDigest(repository, name, wanted)
  if (digest === undefined) throw failed('397012', await whatIsThere(repository, name, account))
  const platform = await readImagePlatform(account.images, digest, architecture)
  const why = whyNotFor(architecture, platform)
  if (why !== undefined) throw failed('395018', why)
  return { ...container, image: path, sha256: `@${digest}` }
}

/** Codes of the registry, which the official command line knows; the last is ours, as no source gives one. */
type ImageErrorCode = '397007' | '397012' | '395018'

async function whatIsThere(
  repository: ImageRepository,
  name: string,
  { images }: Account,
): Promise<string> {
  const tags = await images.maybeTags(repository, name)
  if (tags !== undefined) return `the image does not exist. There are the tags ${tags.join(', ')}`
  const all = await images.list(repository)
  const names = [...new Set(all.map((image) => image.name))].join(', ')
  return `the image does not exist. There is ${names === '' ? 'no image' : names} in the repository`
}

/** The account is reached by several names, all at one port. */
function isOwnRegistry(registry: string, address: string): boolean {
  const port = address.slice(address.lastIndexOf(':'))
  return registry.endsWith(port) || registry.endsWith('.registry.snowflakecomputing.com')
}
