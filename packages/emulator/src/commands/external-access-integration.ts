import { printIdentifier } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import {
  accountObject,
  dropGrantsOn,
  hasPrivilege,
  isVisible,
  requirePrivilege,
} from '../access-control.ts'
import type { ExternalAccessIntegration } from '../catalog/objects.ts'
import { resolveName } from '../catalog/resolve-name.ts'
import {
  alreadyExists,
  cannotPerform,
  doesNotExist,
  invalidProperty,
  unsupported,
} from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import {
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
import { securableSecret } from './secret.ts'
import { applyShowOptions, readShowOptions } from './show-filter.ts'

const NAME = '[EXTERNAL ACCESS] INTEGRATION'

export const externalAccessIntegrationCommands: readonly Command[] = [
  {
    syntax: 'CREATE [OR REPLACE] EXTERNAL ACCESS INTEGRATION [IF NOT EXISTS]',
    run: createIntegration,
  },
  { syntax: `ALTER ${NAME} [IF EXISTS]`, run: alterIntegration },
  { syntax: `DROP ${NAME} [IF EXISTS]`, run: dropIntegration },
  { syntax: 'SHOW [EXTERNAL ACCESS] INTEGRATIONS', run: showIntegrations },
  { syntax: `DESCRIBE|DESC ${NAME}`, run: describeIntegration },
]

function createIntegration(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { integrations } = context.account.catalog
  const name = reader.identifier('an integration name')
  const properties = readProperties(reader, context)
  reader.end()
  if (properties.ALLOWED_NETWORK_RULES === undefined)
    throw reader.unexpected('ALLOWED_NETWORK_RULES')
  if (properties.ENABLED === undefined) throw reader.unexpected('ENABLED')
  requirePrivilege(context, 'CREATE INTEGRATION', { on: 'ACCOUNT', key: '' })
  const existing = integrations.maybe(printIdentifier(name))
  const mode = createMode(given)
  if (existing !== undefined && mode === 'keep') return existedAlready(name)
  if (existing !== undefined && mode === 'fail') throw alreadyExists(name)
  if (existing !== undefined) removeIntegration(existing, context)
  integrations.put({
    kind: 'INTEGRATION',
    name,
    createdOn: context.account.now().toISOString(),
    owner: context.session.role,
    comment: '',
    enabled: properties.ENABLED,
    allowedNetworkRules: properties.ALLOWED_NETWORK_RULES,
    allowedAuthenticationSecrets: [],
    ...changesOf(properties),
  })
  return created('Integration', name)
}

function alterIntegration(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { integrations } = context.account.catalog
  const key = printIdentifier(reader.identifier('an integration name'))
  const changes = reader.maybeWords('UNSET') ? readUnset(reader) : readSet(reader, context)
  reader.end()
  const integration = integrations.maybe(key)
  if (integration === undefined) {
    if (given.has('IF EXISTS')) return executed()
    throw cannotPerform()
  }
  requirePrivilege(context, 'OWNERSHIP', accountObject('INTEGRATION', integration))
  integrations.change(key, changes)
  return executed()
}

function readSet(
  reader: TokenReader,
  context: StatementContext,
): Partial<ExternalAccessIntegration> {
  reader.words('SET')
  const changes = changesOf(readProperties(reader, context))
  if (Object.keys(changes).length === 0) throw reader.unexpected('a property')
  return changes
}

function readUnset(reader: TokenReader): Partial<ExternalAccessIntegration> {
  if (reader.maybeWords('ALLOWED_AUTHENTICATION_SECRETS')) {
    return { allowedAuthenticationSecrets: [] }
  }
  reader.words('COMMENT')
  return { comment: '' }
}

function dropIntegration(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const name = reader.identifier('an integration name')
  reader.end()
  const integration = context.account.catalog.integrations.maybe(printIdentifier(name))
  if (integration === undefined) {
    if (given.has('IF EXISTS')) return wasDroppedAlready(name)
    throw doesNotExist('Integration', name)
  }
  removeIntegration(integration, context)
  return dropped(name)
}

function removeIntegration(
  integration: ExternalAccessIntegration,
  context: StatementContext,
): void {
  const securable = accountObject('INTEGRATION', integration)
  requirePrivilege(context, 'OWNERSHIP', securable)
  dropGrantsOn(context.account.catalog, 'INTEGRATION', securable.key)
  context.account.catalog.integrations.remove(securable.key)
}

function showIntegrations(reader: TokenReader, context: StatementContext): StatementResult {
  const options = readShowOptions(reader)
  reader.end()
  const visible = context.account.catalog.integrations
    .list()
    .filter((integration) => isVisible(context, accountObject('INTEGRATION', integration)))
  return tableResult(
    [
      textColumn('name'),
      textColumn('type'),
      textColumn('category'),
      textColumn('enabled'),
      textColumn('comment'),
      timestampColumn('created_on'),
    ],
    applyShowOptions(visible, options, ({ name }) => name).map((integration) => [
      integration.name,
      'EXTERNAL_ACCESS',
      'SECURITY',
      String(integration.enabled),
      integration.comment,
      integration.createdOn,
    ]),
  )
}

function describeIntegration(reader: TokenReader, context: StatementContext): StatementResult {
  const name = reader.identifier('an integration name')
  reader.end()
  const integration = context.account.catalog.integrations.maybe(printIdentifier(name))
  if (integration === undefined || !isVisible(context, accountObject('INTEGRATION', integration))) {
    throw cannotPerform()
  }
  const secrets = integration.allowedAuthenticationSecrets
  return tableResult(
    ['property', 'property_type', 'property_value', 'property_default'].map(textColumn),
    [
      ['ENABLED', 'Boolean', String(integration.enabled), 'false'],
      ['ALLOWED_NETWORK_RULES', 'List', `[${integration.allowedNetworkRules.join(', ')}]`, '[]'],
      ['ALLOWED_API_AUTHENTICATION_INTEGRATIONS', 'List', '[]', '[]'],
      ['ALLOWED_AUTHENTICATION_SECRETS', 'List', `[${secrets.join(', ')}]`, '[]'],
      ['COMMENT', 'String', integration.comment, ''],
    ],
    STATEMENT_TYPE.describe,
  )
}

type Properties = ReturnType<typeof readProperties>

function readProperties(reader: TokenReader, context: StatementContext) {
  return reader.properties({
    ALLOWED_NETWORK_RULES: () => reader.list(() => readEgressRule(reader, context)),
    ALLOWED_API_AUTHENTICATION_INTEGRATIONS: () => readNone(reader),
    ALLOWED_AUTHENTICATION_SECRETS: () => readSecrets(reader, context),
    ENABLED: () => reader.boolean(),
    COMMENT: () => reader.string('a comment'),
  })
}

/** The key of a network rule; only egress rules may be allowed. */
function readEgressRule(reader: TokenReader, { account, session }: StatementContext): string {
  const { key } = resolveName(reader.name('a network rule'), session)
  const rule = account.catalog.networkRules.get(key)
  if (rule.mode !== 'EGRESS') throw invalidProperty('ALLOWED_NETWORK_RULES', key)
  return key
}

function readNone(reader: TokenReader): void {
  const names = reader.list(() => reader.name('none'))
  const isNone = names.every((name) => name.join('.') === 'NONE')
  if (!isNone) throw unsupported('ALLOWED_API_AUTHENTICATION_INTEGRATIONS')
}

/** Keys of secrets that are there and that the role may use, or `ALL` alone. */
function readSecrets(reader: TokenReader, context: StatementContext): string[] {
  const names = reader.list(() => reader.name('a secret'))
  const isKeyword = names.length === 1 && ['ALL', 'NONE'].includes(names[0]?.join('.') ?? '')
  if (isKeyword) return names[0]?.[0] === 'ALL' ? ['ALL'] : []
  return names.map((name) => {
    const { key } = resolveName(name, context.session)
    const secret = context.account.catalog.secrets.maybe(key)
    const mayUse = secret !== undefined && hasPrivilege(context, 'USAGE', securableSecret(secret))
    if (!mayUse) throw doesNotExist('Secret', key)
    return key
  })
}

function changesOf(properties: Properties): Partial<ExternalAccessIntegration> {
  const { ALLOWED_NETWORK_RULES: rules, ALLOWED_AUTHENTICATION_SECRETS: secrets } = properties
  return {
    ...(rules !== undefined && { allowedNetworkRules: rules }),
    ...(secrets !== undefined && { allowedAuthenticationSecrets: secrets }),
    ...(properties.ENABLED !== undefined && { enabled: properties.ENABLED }),
    ...(properties.COMMENT !== undefined && { comment: properties.COMMENT }),
  }
}
