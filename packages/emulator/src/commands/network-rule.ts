import { printName } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import { dropGrantsOn, isVisible, requirePrivilege, type Securable } from '../access-control.ts'
import type { NetworkRule } from '../catalog/objects.ts'
import { resolveName, resolveNewName } from '../catalog/resolve-name.ts'
import { alreadyExists, doesNotExist, invalidProperty } from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import {
  numberColumn,
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
import { applyShowOptions, isInScope, readShow } from './show-filter.ts'

export const networkRuleCommands: readonly Command[] = [
  { syntax: 'CREATE [OR REPLACE] NETWORK RULE [IF NOT EXISTS]', run: createNetworkRule },
  { syntax: 'ALTER NETWORK RULE [IF EXISTS]', run: alterNetworkRule },
  { syntax: 'DROP NETWORK RULE [IF EXISTS]', run: dropNetworkRule },
  { syntax: 'SHOW NETWORK RULES', run: showNetworkRules },
  { syntax: 'DESCRIBE|DESC NETWORK RULE', run: describeNetworkRule },
]

/** Type of a rule → the modes that it can have, the first being its default. */
const MODES: Readonly<Record<string, readonly string[]>> = {
  AWSVPCEID: ['INGRESS', 'INTERNAL_STAGE'],
  AZURELINKID: ['INGRESS'],
  COMPUTE_POOL: ['INGRESS'],
  GCPPSCID: ['INGRESS'],
  HOST_PORT: ['EGRESS'],
  IPV4: ['INGRESS', 'INTERNAL_STAGE', 'EGRESS'],
  IPV6: ['INGRESS'],
  PRIVATE_HOST_PORT: ['EGRESS'],
}

/** A host name, perhaps with a wildcard in front, or an IPv4 address; then perhaps a port. */
const HOST_PORT = /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::(\d{1,5}))?$/i

function createNetworkRule(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { account, session } = context
  const { catalog } = account
  const { key, name, database, schema } = resolveNewName(
    reader.name('a network rule name'),
    session,
    catalog,
  )
  const properties = reader.properties({
    TYPE: () => ruleType(reader.scalar('a type')),
    MODE: () => reader.scalar('a mode').toUpperCase(),
    VALUE_LIST: () => reader.list(() => reader.string('a value')),
    COMMENT: () => reader.string('a comment'),
  })
  reader.end()
  const { TYPE: type, VALUE_LIST: values, COMMENT: comment = '' } = properties
  if (type === undefined) throw reader.unexpected('TYPE')
  if (values === undefined) throw reader.unexpected('VALUE_LIST')
  const mode = properties.MODE ?? MODES[type]?.[0] ?? ''
  if (MODES[type]?.includes(mode) !== true) throw invalidProperty('MODE', mode)
  requireValues(type, values)
  const schemaKey = printName([database, schema])
  const { owner } = catalog.schemas.get(schemaKey)
  requirePrivilege(context, 'CREATE NETWORK RULE', { on: 'SCHEMA', key: schemaKey, owner })
  const existing = catalog.networkRules.maybe(key)
  const onExisting = createMode(given)
  if (existing !== undefined && onExisting === 'keep') return existedAlready(name)
  if (existing !== undefined && onExisting === 'fail') throw alreadyExists(key)
  if (existing !== undefined) removeNetworkRule(existing, context)
  catalog.networkRules.put({
    kind: 'NETWORK RULE',
    database,
    schema,
    name,
    createdOn: account.now().toISOString(),
    owner: session.role,
    comment,
    type,
    mode,
    values,
  })
  return created('Network rule', name)
}

function alterNetworkRule(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { networkRules } = context.account.catalog
  const { key } = resolveName(reader.name('a network rule name'), context.session)
  const rule = given.has('IF EXISTS') ? networkRules.maybe(key) : networkRules.get(key)
  const isUnset = reader.maybeWords('UNSET')
  if (!isUnset) reader.words('SET')
  const changes = isUnset ? readUnset(reader) : readSet(reader)
  reader.end()
  if (rule === undefined) return executed()
  requirePrivilege(context, 'OWNERSHIP', securableOf(rule))
  if (changes.values !== undefined) requireValues(rule.type, changes.values)
  networkRules.change(key, changes)
  return executed()
}

function readSet(reader: TokenReader): Partial<NetworkRule> {
  const { VALUE_LIST: values, COMMENT: comment } = reader.properties({
    VALUE_LIST: () => reader.list(() => reader.string('a value')),
    COMMENT: () => reader.string('a comment'),
  })
  if (values === undefined && comment === undefined)
    throw reader.unexpected('VALUE_LIST or COMMENT')
  return { ...(values !== undefined && { values }), ...(comment !== undefined && { comment }) }
}

function readUnset(reader: TokenReader): Partial<NetworkRule> {
  if (reader.maybeWords('VALUE_LIST')) return { values: [] }
  reader.words('COMMENT')
  return { comment: '' }
}

function dropNetworkRule(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { key, name } = resolveName(reader.name('a network rule name'), context.session)
  reader.end()
  const rule = context.account.catalog.networkRules.maybe(key)
  if (rule === undefined) {
    if (given.has('IF EXISTS')) return wasDroppedAlready(name)
    throw doesNotExist('Network rule', key)
  }
  removeNetworkRule(rule, context)
  return dropped(name)
}

function removeNetworkRule(rule: NetworkRule, context: StatementContext): void {
  const securable = securableOf(rule)
  requirePrivilege(context, 'OWNERSHIP', securable)
  dropGrantsOn(context.account.catalog, 'NETWORK RULE', securable.key)
  context.account.catalog.networkRules.remove(securable.key)
}

const COLUMNS = [
  timestampColumn('created_on'),
  textColumn('name'),
  textColumn('database_name'),
  textColumn('schema_name'),
  textColumn('owner'),
  textColumn('comment'),
  textColumn('type'),
  textColumn('mode'),
]

function showNetworkRules(reader: TokenReader, context: StatementContext): StatementResult {
  const { scope, options } = readShow(reader, context)
  const visible = context.account.catalog.networkRules
    .list()
    .filter((rule) => isInScope(rule, scope) && isVisible(context, securableOf(rule)))
  return tableResult(
    [...COLUMNS, numberColumn('entries_in_valuelist'), textColumn('owner_role_type')],
    applyShowOptions(visible, options, ({ name }) => name).map((rule) => [
      ...shownCells(rule),
      rule.values.length,
      'ROLE',
    ]),
  )
}

function describeNetworkRule(reader: TokenReader, context: StatementContext): StatementResult {
  const { key } = resolveName(reader.name('a network rule name'), context.session)
  reader.end()
  const rule = context.account.catalog.networkRules.get(key)
  if (!isVisible(context, securableOf(rule))) throw doesNotExist('Network rule', key)
  return tableResult(
    [...COLUMNS, textColumn('value_list')],
    [[...shownCells(rule), rule.values.join(',')]],
    STATEMENT_TYPE.describe,
  )
}

function shownCells(rule: NetworkRule): string[] {
  const { createdOn, name, database, schema, owner, comment, type, mode } = rule
  return [createdOn, name, database, schema, owner, comment, type, mode]
}

function ruleType(text: string): string {
  const type = text.toUpperCase()
  if (MODES[type] === undefined) throw invalidProperty('TYPE', text)
  return type
}

function requireValues(type: string, values: readonly string[]): void {
  if (type !== 'HOST_PORT' && type !== 'PRIVATE_HOST_PORT') return
  for (const value of values) {
    const match = HOST_PORT.exec(value)
    const port = Number(match?.[1] ?? 443)
    if (match === null || port < 1 || port > 65_535) throw invalidProperty('VALUE_LIST', value)
  }
}

function securableOf({ database, schema, name, owner }: NetworkRule): Securable {
  return { on: 'NETWORK RULE', key: printName([database, schema, name]), owner }
}
