import { printName } from '@spcs/sql'
import {
  activeRoles,
  dropGrantsOn,
  isHeld,
  isVisible,
  requirePrivilege,
  type Securable,
} from '../../access-control.ts'
import type { Account, StatementContext } from '../../account.ts'
import type { ImageRepository } from '../../catalog/objects.ts'
import { resolveName, resolveNewName } from '../../catalog/resolve-name.ts'
import type { Command } from '../../commands/command.ts'
import {
  created,
  createMode,
  dropped,
  executed,
  existedAlready,
  wasDroppedAlready,
} from '../../commands/replies.ts'
import {
  applyShowOptions,
  isInScope,
  readShow,
  readShowOptions,
} from '../../commands/show-filter.ts'
import {
  alreadyExists,
  cannotPerform,
  doesNotExist,
  insufficientPrivileges,
  invalidProperty,
  unsupported,
} from '../../snowflake-error.ts'
import type { TokenReader } from '../../sql/token-reader.ts'
import {
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
} from '../../statement-result.ts'
import { refuse } from './refuse.ts'
import { readUnquotedName } from './unquoted-name.ts'

export const imageRepositoryCommands: readonly Command[] = [
  { syntax: 'CREATE [OR REPLACE] IMAGE REPOSITORY [IF NOT EXISTS]', run: createImageRepository },
  { syntax: 'ALTER IMAGE REPOSITORY [IF EXISTS]', run: alterImageRepository },
  { syntax: 'DROP IMAGE REPOSITORY [IF EXISTS]', run: dropImageRepository },
  { syntax: 'SHOW IMAGE REPOSITORIES', run: showImageRepositories },
  { syntax: 'SHOW IMAGES', run: showImages },
]

async function createImageRepository(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  const parts = readUnquotedName(reader, 'image repository')
  const properties = reader.properties({
    ENCRYPTION: () => readEncryption(reader),
    COMMENT: () => reader.string('a comment'),
    WITH: refuse('TAG'),
    TAG: refuse('TAG'),
  })
  reader.end()
  const { account, session } = context
  const { imageRepositories, schemas } = account.catalog
  const { key, database, schema, name } = resolveNewName(parts, session, account.catalog)
  const home = schemas.get(printName([database, schema]))
  requirePrivilege(context, 'CREATE IMAGE REPOSITORY', {
    on: 'SCHEMA',
    key: schemas.keyOf(home),
    owner: home.owner,
  })
  const existing = imageRepositories.maybe(key)
  const mode = createMode(given)
  if (existing !== undefined && mode === 'keep') return existedAlready(name)
  if (existing !== undefined && mode === 'fail') throw alreadyExists(name)
  if (existing !== undefined) await removeRepository(existing, context)
  imageRepositories.put({
    kind: 'IMAGE REPOSITORY',
    database,
    schema,
    name,
    createdOn: account.now().toISOString(),
    owner: session.role,
    comment: properties.COMMENT ?? '',
    encryption: properties.ENCRYPTION ?? 'SNOWFLAKE_FULL',
  })
  return created('Image Repository', name)
}

function alterImageRepository(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const repository = maybeRepository(reader.name(), context)
  if (repository === undefined) {
    if (given.has('IF EXISTS')) return executed()
    throw cannotPerform()
  }
  if (reader.maybeWords('UNSET')) throw unsupported('UNSET')
  reader.words('SET')
  const { COMMENT: comment } = reader.properties({ COMMENT: () => reader.string('a comment') })
  if (comment === undefined) throw reader.unexpected('COMMENT')
  reader.end()
  const securable = securableRepository(repository, context.account)
  requirePrivilege(context, 'OWNERSHIP', securable)
  context.account.catalog.imageRepositories.change(securable.key, { comment })
  return executed()
}

async function dropImageRepository(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  const parts = reader.name()
  reader.end()
  const repository = maybeRepository(parts, context)
  const { name, key } = resolveName(parts, context.session)
  if (repository === undefined) {
    if (given.has('IF EXISTS')) return wasDroppedAlready(name)
    throw doesNotExist('Image repository', key)
  }
  await removeRepository(repository, context)
  return dropped(name)
}

function showImageRepositories(reader: TokenReader, context: StatementContext): StatementResult {
  const { scope, options } = readShow(reader, context)
  const { account } = context
  const visible = account.catalog.imageRepositories
    .list()
    .filter((repository) => isInScope(repository, scope))
    .filter((repository) => isVisible(context, securableRepository(repository, account)))
  return tableResult(
    [
      timestampColumn('created_on'),
      textColumn('name'),
      textColumn('database_name'),
      textColumn('schema_name'),
      textColumn('repository_url'),
      textColumn('owner'),
      textColumn('owner_role_type'),
      textColumn('comment'),
      textColumn('encryption'),
    ],
    applyShowOptions(visible, options, ({ name }) => name).map((repository) => [
      repository.createdOn,
      repository.name,
      repository.database,
      repository.schema,
      `${account.address}/${repositoryPath(repository)}`,
      repository.owner,
      'ROLE',
      repository.comment,
      repository.encryption,
    ]),
  )
}

async function showImages(
  reader: TokenReader,
  context: StatementContext,
): Promise<StatementResult> {
  const options = readShowOptions(reader)
  reader.words('IN', 'IMAGE', 'REPOSITORY')
  const repository = maybeRepository(reader.name(), context)
  reader.end()
  if (repository === undefined) throw cannotPerform()
  requireRepositoryRead(repository, context)
  const images = await context.account.images.list(repository)
  const path = repositoryPath(repository)
  return tableResult(
    [
      timestampColumn('created_on'),
      textColumn('image_name'),
      textColumn('tags'),
      textColumn('digest'),
      textColumn('image_path'),
    ],
    applyShowOptions(images, options, ({ name }) => name).map((image) => {
      const [tag] = image.tags
      const reference = tag === undefined ? `@${image.digest}` : `:${tag}`
      return [
        image.createdOn,
        image.name,
        image.tags.join(', '),
        image.digest,
        `${path}/${image.name}${reference}`,
      ]
    }),
  )
}

/** `db/schema/repository`, in lower case as every image path is. */
export function repositoryPath({ database, schema, name }: ImageRepository): string {
  return [database, schema, name].join('/').toLowerCase()
}

/** @throws {SnowflakeError} 003001 when the session's role may not pull from the repository. */
export function requireRepositoryRead(
  repository: ImageRepository,
  context: StatementContext,
): void {
  requirePull(repository, activeRoles(context, 'READ'), context.account)
}

/**
 * @throws {SnowflakeError} 003001 when none of the roles may pull from the repository, as also those are told that may
 *   not know of it: no source gives Snowflake's text.
 */
export function requirePull(
  repository: ImageRepository,
  roles: readonly string[],
  account: Account,
): void {
  const securable = securableRepository(repository, account)
  const mayPull = ['READ', 'WRITE'].some((privilege) =>
    isHeld(account.catalog, roles, securable, privilege),
  )
  if (!mayPull) throw insufficientPrivileges(securable.on, securable.key)
}

function maybeRepository(
  parts: readonly string[],
  context: StatementContext,
): ImageRepository | undefined {
  const { key } = resolveName(parts, context.session)
  const repository = context.account.catalog.imageRepositories.maybe(key)
  const isKnown =
    repository !== undefined && isVisible(context, securableRepository(repository, context.account))
  return isKnown ? repository : undefined
}

function securableRepository(repository: ImageRepository, { catalog }: Account): Securable {
  const key = catalog.imageRepositories.keyOf(repository)
  return { on: 'IMAGE REPOSITORY', key, owner: repository.owner }
}

async function removeRepository(
  repository: ImageRepository,
  context: StatementContext,
): Promise<void> {
  const { account } = context
  const securable = securableRepository(repository, account)
  requirePrivilege(context, 'OWNERSHIP', securable)
  await account.images.drop(repository)
  account.catalog.imageRepositories.remove(securable.key)
  dropGrantsOn(account.catalog, securable.on, securable.key)
}

function readEncryption(reader: TokenReader): ImageRepository['encryption'] {
  reader.symbol('(')
  const { TYPE: type } = reader.properties({ TYPE: () => reader.scalar('an encryption') })
  reader.symbol(')')
  const encryption = type?.toUpperCase()
  if (encryption === 'SNOWFLAKE_FULL' || encryption === 'SNOWFLAKE_SSE') return encryption
  throw invalidProperty('TYPE', type ?? '')
}
