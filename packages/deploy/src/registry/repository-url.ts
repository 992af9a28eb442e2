import type { QueryRunner } from '@spcs/sql'
import { DeployError } from '../errors.ts'
import { showImageRepositoriesSql } from '../objects/image-repository.ts'
import { isRowOf, textOf } from '../objects/object-kind.ts'
import { printTypedName } from '../objects/property.ts'
import { rowsOrNone } from '../shown-rows.ts'

/**
 * Where images of a repository are pushed to: `host/db/schema/repository`.
 *
 * @throws {DeployError} `REPOSITORY_MISSING` when the role sees no such repository.
 */
export async function repositoryUrl(runner: QueryRunner, name: string): Promise<string> {
  const url = await maybeRepositoryUrl(runner, name)
  if (url !== undefined) return url
  throw new DeployError(
    'REPOSITORY_MISSING',
    `Cannot find image repository ${printTypedName(name)}: it does not exist or is not authorized`,
    { hint: 'Create it with `npx spcs setup`, or use the role that owns it' },
  )
}

/** The same; undefined when the role sees no such repository. */
export async function maybeRepositoryUrl(
  runner: QueryRunner,
  name: string,
): Promise<string | undefined> {
  const rows = await rowsOrNone(runner, showImageRepositoriesSql(name))
  const url = textOf(rows.find((row) => isRowOf(name, row))?.['repository_url'])
  return url === '' ? undefined : url
}
