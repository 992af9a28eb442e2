import { printIdentifier, printName } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import { isVisible, requirePrivilege, type Securable } from '../access-control.ts'
import type { Schema } from '../catalog/objects.ts'
import { resolveName } from '../catalog/resolve-name.ts'
import {
  alreadyExists,
  cannotPerform,
  doesNotExist,
  insufficientPrivileges,
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
import { readComment } from './database.ts'
import { createEngineSchema, dropSchemas } from './drop-schema.ts'
import { listRelations } from './relations.ts'
import {
  created,
  createMode,
  dropped,
  executed,
  existedAlready,
  wasDroppedAlready,
} from './replies.ts'
import { applyShowOptions, readShowOptions } from './show-filter.ts'

export const schemaCommands: readonly Command[] = [
  { syntax: 'CREATE [OR REPLACE] [TRANSIENT] SCHEMA [IF NOT EXISTS]', run: createSchema },
  { syntax: 'ALTER SCHEMA [IF EXISTS]', run: alterSchema },
  { syntax: 'DROP SCHEMA [IF EXISTS]', run: dropSchema },
  { syntax: 'SHOW [TERSE] SCHEMAS [HISTORY]', run: showSchemas },
  { syntax: 'DESCRIBE|DESC SCHEMA', run: describeSchema },
]

async function createSchema(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  const place = readPlace(reader, context)
  if (reader.maybeWords('CLONE')) throw unsupported('CREATE SCHEMA … CLONE')
  // DIFFERS: managed access and retention times are read and have no effect.
  reader.maybeWords('WITH', 'MANAGED', 'ACCESS')
  const { COMMENT: comment = '' } = reader.properties({
    DATA_RETENTION_TIME_IN_DAYS: () => reader.integer(),
    MAX_DATA_EXTENSION_TIME_IN_DAYS: () => reader.integer(),
    COMMENT: () => reader.string('a comment'),
  })
  reader.end()
  const { account, session } = context
  const { catalog } = account
  const database = catalog.databases.get(printIdentifier(place.database))
  requirePrivilege(context, 'CREATE SCHEMA', {
    on: 'DATABASE',
    key: printIdentifier(database.name),
    owner: database.owner,
  })
  const existing = catalog.schemas.maybe(place.key)
  const mode = createMode(given)
  if (existing !== undefined) {
    if (mode === 'keep') return existedAlready(place.schema)
    if (mode === 'fail') throw alreadyExists(place.key)
    await removeSchema(existing, context)
  }
  await createEngineSchema(place, context)
  catalog.schemas.put({
    kind: 'SCHEMA',
    database: place.database,
    name: place.schema,
    createdOn: account.now().toISOString(),
    owner: session.role,
    comment,
    transient: given.has('TRANSIENT'),
  })
  session.database = place.database
  session.schema = place.schema
  return created('Schema', place.schema)
}

function alterSchema(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { schemas } = context.account.catalog
  const { key } = readPlace(reader, context)
  const comment = readComment(reader, 'ALTER SCHEMA')
  const schema = schemas.maybe(key)
  if (schema === undefined) {
    if (given.has('IF EXISTS')) return executed()
    throw cannotPerform()
  }
  requirePrivilege(context, 'MODIFY', securableOf(schema))
  schemas.change(key, { comment })
  return executed()
}

async function dropSchema(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  const place = readPlace(reader, context)
  if (!reader.maybeWords('CASCADE')) reader.maybeWords('RESTRICT')
  reader.end()
  const schema = context.account.catalog.schemas.maybe(place.key)
  if (schema === undefined) {
    if (given.has('IF EXISTS')) return wasDroppedAlready(place.schema)
    throw doesNotExist('Schema', place.key)
  }
  await removeSchema(schema, context)
  return dropped(place.schema)
}

async function removeSchema(schema: Schema, context: StatementContext): Promise<void> {
  const { session } = context
  requirePrivilege(context, 'OWNERSHIP', securableOf(schema))
  if (schema.name === 'INFORMATION_SCHEMA') throw insufficientPrivileges('schema', schema.name)
  await dropSchemas([schema], context)
  if (session.database === schema.database && session.schema === schema.name) session.schema = null
}

const COLUMNS = [
  timestampColumn('created_on'),
  textColumn('name'),
  textColumn('is_default'),
  textColumn('is_current'),
  textColumn('database_name'),
  textColumn('owner'),
  textColumn('comment'),
  textColumn('options'),
  textColumn('retention_time'),
  textColumn('owner_role_type'),
]

const TERSE_COLUMNS = [
  timestampColumn('created_on'),
  textColumn('name'),
  textColumn('kind'),
  textColumn('database_name'),
  textColumn('schema_name'),
]

function showSchemas(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { session } = context
  const before = readShowOptions(reader)
  const database = readDatabaseScope(reader, context)
  const options = { ...before, ...readShowOptions(reader) }
  reader.end()
  const visible = context.account.catalog.schemas
    .list()
    .filter((schema) => database === null || schema.database === database)
    .filter((schema) => isVisible(context, securableOf(schema)) || isOpenToAll(schema))
  const schemas = applyShowOptions(visible, options, ({ name }) => name)
  if (given.has('TERSE')) {
    return tableResult(
      TERSE_COLUMNS,
      schemas.map((schema) => [schema.createdOn, schema.name, null, schema.database, null]),
    )
  }
  return tableResult(
    COLUMNS,
    schemas.map((schema) => [
      schema.createdOn,
      schema.name,
      'N',
      session.database === schema.database && session.schema === schema.name ? 'Y' : 'N',
      schema.database,
      schema.owner,
      schema.comment,
      schema.transient === true ? 'TRANSIENT' : '',
      '1',
      schema.owner === '' ? '' : 'ROLE',
    ]),
  )
}

/** `IN ACCOUNT`, `IN [DATABASE] d`; the current database without any. Null is the whole account. */
function readDatabaseScope(reader: TokenReader, context: StatementContext): string | null {
  const { session, account } = context
  if (!reader.maybeWords('IN')) return session.database
  if (reader.maybeWords('ACCOUNT')) return null
  reader.maybeWords('DATABASE')
  const isNamed = reader.peek() !== undefined && !reader.done
  const database = isNamed ? reader.identifier('a database name') : session.database
  if (
    database === null ||
    account.catalog.databases.maybe(printIdentifier(database)) === undefined
  ) {
    throw cannotPerform()
  }
  return database
}

async function describeSchema(
  reader: TokenReader,
  context: StatementContext,
): Promise<StatementResult> {
  const { database, schema, key } = readPlace(reader, context)
  reader.end()
  const found = context.account.catalog.schemas.maybe(key)
  if (found === undefined || !isVisible(context, securableOf(found))) throw cannotPerform()
  const relations = await listRelations(context, { kind: 'schema', database, schema })
  return tableResult(
    [timestampColumn('created_on'), textColumn('name'), textColumn('kind')],
    relations.map((relation) => [relation.createdOn, relation.name, relation.on]),
    STATEMENT_TYPE.describe,
  )
}

/** Reads `[database.]schema`. */
function readPlace(
  reader: TokenReader,
  { session }: StatementContext,
): { readonly database: string; readonly schema: string; readonly key: string } {
  const { database, schema } = resolveName([...reader.name('a schema name'), ''], session)
  return { database, schema, key: printName([database, schema]) }
}

function securableOf(schema: Schema): Securable {
  return { on: 'SCHEMA', key: printName([schema.database, schema.name]), owner: schema.owner }
}

function isOpenToAll(schema: Schema): boolean {
  return schema.name === 'INFORMATION_SCHEMA'
}
