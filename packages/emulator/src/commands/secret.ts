import { printName } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import { dropGrantsOn, isVisible, requirePrivilege, type Securable } from '../access-control.ts'
import type { Secret } from '../catalog/objects.ts'
import { resolveName, resolveNewName } from '../catalog/resolve-name.ts'
import { alreadyExists, doesNotExist } from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import {
  type Cell,
  STATEMENT_TYPE,
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
} from '../statement-result.ts'
import type { Command } from './command.ts'
import {
  created,
  createMode,
  dropped,
  executed,
  existedAlready,
  wasDroppedAlready,
} from './replies.ts'
import { changedContent, newContent, readSecretProperties } from './secret-properties.ts'
import { applyShowOptions, isInScope, readShow } from './show-filter.ts'

export const secretCommands: readonly Command[] = [
  { syntax: 'CREATE [OR REPLACE] SECRET [IF NOT EXISTS]', run: createSecret },
  { syntax: 'ALTER SECRET [IF EXISTS]', run: alterSecret },
  { syntax: 'DROP SECRET [IF EXISTS]', run: dropSecret },
  { syntax: 'SHOW SECRETS', run: showSecrets },
  { syntax: 'DESCRIBE|DESC SECRET', run: describeSecret },
]

function createSecret(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { account, session } = context
  const { catalog } = account
  const parts = reader.name('the name of a secret')
  const properties = readSecretProperties(reader)
  const content = newContent(properties, reader)
  reader.end()
  const { key, name, database, schema } = resolveNewName(parts, session, catalog)
  const schemaKey = printName([database, schema])
  const { owner } = catalog.schemas.get(schemaKey)
  requirePrivilege(context, 'CREATE SECRET', { on: 'SCHEMA', key: schemaKey, owner })
  const existing = catalog.secrets.maybe(key)
  const onExisting = createMode(given)
  if (existing !== undefined && onExisting === 'keep') return existedAlready(name)
  if (existing !== undefined && onExisting === 'fail') throw alreadyExists(name)
  if (existing !== undefined) removeSecret(existing, context)
  catalog.secrets.put({
    kind: 'SECRET',
    database,
    schema,
    name,
    createdOn: account.now().toISOString(),
    owner: session.role,
    comment: properties.COMMENT ?? '',
    content,
  })
  return created('Secret', name)
}

function alterSecret(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { secrets } = context.account.catalog
  const { key } = resolveName(reader.name('the name of a secret'), context.session)
  const secret = maybeVisible(key, context)
  if (secret === undefined && !given.has('IF EXISTS')) throw doesNotExist('Secret', key)
  const changes = reader.maybeWords('UNSET') ? readUnset(reader) : readSet(reader, secret)
  reader.end()
  if (secret === undefined) return executed()
  requirePrivilege(context, 'OWNERSHIP', securableSecret(secret))
  secrets.change(key, changes)
  return executed()
}

function readSet(reader: TokenReader, secret: Secret | undefined): Partial<Secret> {
  reader.words('SET')
  const properties = readSecretProperties(reader)
  const { TYPE: type, COMMENT: comment } = properties
  if (type !== undefined || Object.keys(properties).length === 0) {
    throw reader.unexpected('a property that can be changed')
  }
  return {
    ...(secret !== undefined && { content: changedContent(secret.content, properties) }),
    ...(comment !== undefined && { comment }),
  }
}

function readUnset(reader: TokenReader): Partial<Secret> {
  reader.words('COMMENT')
  return { comment: '' }
}

function dropSecret(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { key, name } = resolveName(reader.name('the name of a secret'), context.session)
  reader.end()
  const secret = maybeVisible(key, context)
  if (secret === undefined) {
    if (given.has('IF EXISTS')) return wasDroppedAlready(name)
    throw doesNotExist('Secret', key)
  }
  removeSecret(secret, context)
  return dropped(name)
}

function removeSecret(secret: Secret, context: StatementContext): void {
  const securable = securableSecret(secret)
  requirePrivilege(context, 'OWNERSHIP', securable)
  dropGrantsOn(context.account.catalog, 'SECRET', securable.key)
  context.account.catalog.secrets.remove(securable.key)
}

const COLUMNS = [
  timestampColumn('created_on'),
  textColumn('name'),
  textColumn('schema_name'),
  textColumn('database_name'),
  textColumn('owner'),
  textColumn('comment'),
  textColumn('secret_type'),
]

/** https://docs.snowflake.com/en/sql-reference/sql/show-secrets */
function showSecrets(reader: TokenReader, context: StatementContext): StatementResult {
  const { scope, options } = readShow(reader, context)
  const visible = context.account.catalog.secrets
    .list()
    .filter((secret) => isInScope(secret, scope) && isVisible(context, securableSecret(secret)))
  return tableResult(
    [...COLUMNS, textColumn('oauth_scopes'), textColumn('owner_role_type')],
    applyShowOptions(visible, options, ({ name }) => name).map((secret) => [
      ...shownCells(secret),
      shownScopes(secret),
      'ROLE',
    ]),
  )
}

/** https://docs.snowflake.com/en/sql-reference/sql/desc-secret */
function describeSecret(reader: TokenReader, context: StatementContext): StatementResult {
  const { key } = resolveName(reader.name('the name of a secret'), context.session)
  reader.end()
  const secret = maybeVisible(key, context)
  if (secret === undefined) throw doesNotExist('Secret', key)
  const { content } = secret
  const oauth = content.type === 'OAUTH2' ? content : undefined
  return tableResult(
    [
      ...COLUMNS,
      textColumn('username'),
      textColumn('oauth_access_token_expiry_time'),
      textColumn('oauth_refresh_token_expiry_time'),
      textColumn('oauth_scopes'),
      textColumn('integration_name'),
    ],
    [
      [
        ...shownCells(secret),
        content.type === 'PASSWORD' ? content.username : null,
        null,
        oauth?.refreshTokenExpiryTime ?? null,
        shownScopes(secret),
        oauth?.integration ?? null,
      ],
    ],
    STATEMENT_TYPE.describe,
  )
}

function shownCells(secret: Secret): Cell[] {
  const { createdOn, name, database, schema, owner, comment, content } = secret
  return [createdOn, name, schema, database, owner, comment === '' ? null : comment, content.type]
}

function shownScopes({ content }: Secret): string | null {
  if (content.type !== 'OAUTH2' || content.scopes.length === 0) return null
  return `[${content.scopes.join(', ')}]`
}

/** The secret if the role may know of it. */
function maybeVisible(key: string, context: StatementContext): Secret | undefined {
  const secret = context.account.catalog.secrets.maybe(key)
  return secret !== undefined && isVisible(context, securableSecret(secret)) ? secret : undefined
}

/** A secret as privileges are given on it. */
export function securableSecret({ database, schema, name, owner }: Secret): Securable {
  return { on: 'SECRET', key: printName([database, schema, name]), owner }
}
