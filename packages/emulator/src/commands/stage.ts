import { randomBytes } from 'node:crypto'
import { printName } from '@spcs/sql'
import type { Account, StatementContext } from '../account.ts'
import { dropGrantsOn, isVisible, requirePrivilege, type Securable } from '../access-control.ts'
import type { Stage } from '../catalog/objects.ts'
import { resolveName, resolveNewName } from '../catalog/resolve-name.ts'
import { alreadyExists, doesNotExist, invalidProperty, unsupported } from '../snowflake-error.ts'
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
  createMode,
  created,
  dropped,
  executed,
  existedAlready,
  wasDroppedAlready,
} from './replies.ts'
import { applyShowOptions, isInScope, readShow } from './show-filter.ts'

export const stageCommands: readonly Command[] = [
  { syntax: 'CREATE [OR REPLACE] [TEMPORARY|TEMP] STAGE [IF NOT EXISTS]', run: createStage },
  { syntax: 'ALTER STAGE [IF EXISTS]', run: alterStage },
  { syntax: 'DROP STAGE [IF EXISTS]', run: dropStage },
  { syntax: 'SHOW STAGES', run: showStages },
  { syntax: 'DESCRIBE|DESC STAGE', run: describeStage },
]

async function createStage(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  const { account, session } = context
  const { catalog } = account
  const place = resolveNewName(reader.name('a stage name'), session, catalog)
  const properties = readProperties(reader)
  reader.end()
  requireCreate(place, context)
  const existing = catalog.stages.maybe(place.key)
  const mode = createMode(given)
  if (existing !== undefined) {
    if (mode === 'keep') return existedAlready(place.name)
    if (mode === 'fail') throw alreadyExists(place.key)
    await removeStage(existing, context)
  }
  catalog.stages.put({
    kind: 'STAGE',
    id: randomBytes(8).toString('hex'),
    database: place.database,
    schema: place.schema,
    name: place.name,
    createdOn: account.now().toISOString(),
    owner: session.role,
    comment: properties.COMMENT ?? '',
    encryption: properties.ENCRYPTION ?? 'SNOWFLAKE_FULL',
    directoryEnabled: properties.DIRECTORY ?? false,
    // DIFFERS: a temporary stage hides none of the same name, and its name is taken for other sessions.
    sessionId: given.has('TEMPORARY') || given.has('TEMP') ? session.id : null,
  })
  return created('Stage area', place.name)
}

function requireCreate(
  { database, schema }: { readonly database: string; readonly schema: string },
  context: StatementContext,
): void {
  const key = printName([database, schema])
  const { owner } = context.account.catalog.schemas.get(key)
  requirePrivilege(context, 'CREATE STAGE', { on: 'SCHEMA', key, owner })
}

function alterStage(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { stages } = context.account.catalog
  const { key } = resolveName(reader.name('a stage name'), context.session)
  const stage = given.has('IF EXISTS') ? stages.maybe(key) : stages.get(key)
  if (reader.maybeWords('RENAME')) throw unsupported('ALTER STAGE … RENAME')
  // A directory table is read off the folder, so that it is always fresh.
  const isRefresh = reader.maybeWords('REFRESH')
  if (!isRefresh) reader.words('SET')
  const properties = isRefresh ? {} : readProperties(reader)
  reader.end()
  if (stage === undefined) return executed()
  requirePrivilege(context, 'OWNERSHIP', securableOf(stage))
  stages.change(key, {
    ...(properties.COMMENT !== undefined && { comment: properties.COMMENT }),
    ...(properties.DIRECTORY !== undefined && { directoryEnabled: properties.DIRECTORY }),
  })
  return executed()
}

async function dropStage(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  const { key, name } = resolveName(reader.name('a stage name'), context.session)
  reader.end()
  const stage = context.account.catalog.stages.maybe(key)
  if (stage === undefined) {
    if (given.has('IF EXISTS')) return wasDroppedAlready(name)
    throw doesNotExist('Stage', key)
  }
  await removeStage(stage, context)
  return dropped(name)
}

async function removeStage(stage: Stage, context: StatementContext): Promise<void> {
  const securable = securableOf(stage)
  requirePrivilege(context, 'OWNERSHIP', securable)
  await context.account.stages.drop(stage)
  dropGrantsOn(context.account.catalog, 'STAGE', securable.key)
  context.account.catalog.stages.remove(securable.key)
}

/** Drops the temporary stages of a session that ends. */
export async function dropTemporaryStages(sessionId: string, account: Account): Promise<void> {
  const { catalog, stages } = account
  for (const [key, stage] of catalog.stages.entries()) {
    if (stage.sessionId !== sessionId) continue
    await stages.drop(stage)
    dropGrantsOn(catalog, 'STAGE', key)
    catalog.stages.remove(key)
  }
  catalog.save()
}

const COLUMNS = [
  timestampColumn('created_on'),
  textColumn('name'),
  textColumn('database_name'),
  textColumn('schema_name'),
  textColumn('url'),
  textColumn('has_credentials'),
  textColumn('has_encryption_key'),
  textColumn('owner'),
  textColumn('comment'),
  textColumn('region'),
  textColumn('type'),
  textColumn('cloud'),
  textColumn('notification_channel'),
  textColumn('storage_integration'),
  textColumn('endpoint'),
  textColumn('owner_role_type'),
  textColumn('directory_enabled'),
]

function showStages(reader: TokenReader, context: StatementContext): StatementResult {
  const { scope, options } = readShow(reader, context)
  const visible = context.account.catalog.stages
    .list()
    .filter((stage) => isInScope(stage, scope) && isVisibleStage(stage, context))
  return tableResult(
    COLUMNS,
    applyShowOptions(visible, options, ({ name }) => name).map((stage) => [
      stage.createdOn,
      stage.name,
      stage.database,
      stage.schema,
      '',
      'N',
      'N',
      stage.owner,
      stage.comment,
      null,
      typeOf(stage),
      null,
      null,
      null,
      null,
      'ROLE',
      stage.directoryEnabled ? 'Y' : 'N',
    ]),
  )
}

/** DIFFERS: only the properties that this account keeps; Snowflake lists every file format option too. */
function describeStage(reader: TokenReader, context: StatementContext): StatementResult {
  const { key } = resolveName(reader.name('a stage name'), context.session)
  reader.end()
  const stage = context.account.catalog.stages.get(key)
  if (!isVisibleStage(stage, context)) throw doesNotExist('Stage', key)
  return tableResult(
    ['parent_property', 'property', 'property_type', 'property_value', 'property_default'].map(
      textColumn,
    ),
    [
      ['STAGE_LOCATION', 'URL', 'String', '', ''],
      ['DIRECTORY', 'ENABLE', 'Boolean', String(stage.directoryEnabled), 'false'],
      ['DIRECTORY', 'AUTO_REFRESH', 'Boolean', 'false', 'false'],
      ['ENCRYPTION', 'TYPE', 'String', stage.encryption, 'SNOWFLAKE_FULL'],
    ],
    STATEMENT_TYPE.describe,
  )
}

function typeOf(stage: Stage): string {
  if (stage.sessionId !== null) return 'INTERNAL TEMPORARY'
  return stage.encryption === 'SNOWFLAKE_SSE' ? 'INTERNAL NO CSE' : 'INTERNAL'
}

function isVisibleStage(stage: Stage, context: StatementContext): boolean {
  const isOwnOrPermanent = (stage.sessionId ?? context.session.id) === context.session.id
  return isOwnOrPermanent && isVisible(context, securableOf(stage))
}

/** What a stage's privileges are given on. */
export function securableOf({ database, schema, name, owner }: Stage): Securable {
  return { on: 'STAGE', key: printName([database, schema, name]), owner }
}

function readProperties(reader: TokenReader) {
  const nested = () =>
    reader.list(() => reader.properties({ TYPE: () => reader.scalar('a type').toUpperCase() }))
  // DIFFERS: file formats and copy options are read and have no effect: there is no COPY.
  const ignored = (): void => skipParentheses(reader)
  return reader.properties({
    ENCRYPTION: () => encryption(nested()[0]?.TYPE ?? ''),
    DIRECTORY: () => readDirectory(reader),
    FILE_FORMAT: ignored,
    COPY_OPTIONS: ignored,
    COMMENT: () => reader.string('a comment'),
    URL: external('URL'),
    STORAGE_INTEGRATION: external('STORAGE_INTEGRATION'),
    CREDENTIALS: external('CREDENTIALS'),
  })
}

/** Refuses a property of external stages by its name. */
function external(property: string): () => never {
  return () => {
    throw unsupported(`external stage (${property})`)
  }
}

function encryption(type: string): Stage['encryption'] {
  if (type === 'SNOWFLAKE_FULL' || type === 'SNOWFLAKE_SSE') return type
  throw invalidProperty('ENCRYPTION', type)
}

function readDirectory(reader: TokenReader): boolean {
  reader.symbol('(')
  const { ENABLE: isEnabled = false } = reader.properties({
    ENABLE: () => reader.boolean(),
    AUTO_REFRESH: () => reader.boolean(),
    REFRESH_ON_CREATE: () => reader.boolean(),
  })
  reader.symbol(')')
  return isEnabled
}

function skipParentheses(reader: TokenReader): void {
  let depth = 0
  do {
    if (reader.maybeSymbol('(')) depth += 1
    else if (reader.maybeSymbol(')')) depth -= 1
    else if (reader.done || depth === 0) throw reader.unexpected("'('")
    else reader.moveTo(reader.position + 1)
  } while (depth > 0)
}
