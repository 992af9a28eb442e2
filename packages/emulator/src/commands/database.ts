import { printIdentifier } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import { accountObject, isVisible, requirePrivilege } from '../access-control.ts'
import type { Database, Schema } from '../catalog/objects.ts'
import { alreadyExists, cannotPerform, doesNotExist, unsupported } from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import {
  STATEMENT_TYPE,
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
} from '../statement-result.ts'
import type { Command } from './command.ts'
import { createEngineSchema, dropSchemas, removeDatabase } from './drop-schema.ts'
import {
  created,
  createMode,
  dropped,
  executed,
  existedAlready,
  wasDroppedAlready,
} from './replies.ts'
import { applyShowOptions, readShowOptions } from './show-filter.ts'

export const databaseCommands: readonly Command[] = [
  { syntax: 'CREATE [OR REPLACE] [TRANSIENT] DATABASE [IF NOT EXISTS]', run: createDatabase },
  { syntax: 'ALTER DATABASE [IF EXISTS]', run: alterDatabase },
  { syntax: 'DROP DATABASE [IF EXISTS]', run: dropDatabase },
  { syntax: 'SHOW [TERSE] DATABASES [HISTORY]', run: showDatabases },
  { syntax: 'DESCRIBE|DESC DATABASE', run: describeDatabase },
]

async function createDatabase(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  const name = reader.identifier('a database name')
  for (const clause of ['CLONE', 'FROM', 'AS REPLICA OF']) {
    if (reader.maybeWords(...clause.split(' '))) throw unsupported(`CREATE DATABASE … ${clause}`)
  }
  // DIFFERS: there is no Time Travel; retention times are read and have no effect.
  const { COMMENT: comment = '' } = reader.properties({
    DATA_RETENTION_TIME_IN_DAYS: () => reader.integer(),
    MAX_DATA_EXTENSION_TIME_IN_DAYS: () => reader.integer(),
    COMMENT: () => reader.string('a comment'),
  })
  reader.end()
  const { account, session } = context
  requirePrivilege(context, 'CREATE DATABASE', { on: 'ACCOUNT', key: '' })
  const existing = account.catalog.databases.maybe(printIdentifier(name))
  const mode = createMode(given)
  if (existing !== undefined) {
    if (mode === 'keep') return existedAlready(name)
    if (mode === 'fail') throw alreadyExists(name)
    await removeWhole(existing, context)
  }
  await createEngineSchema({ database: name, schema: 'PUBLIC' }, context)
  const made = { createdOn: account.now().toISOString(), owner: session.role }
  account.catalog.databases.put({
    ...made,
    kind: 'DATABASE',
    name,
    comment,
    transient: given.has('TRANSIENT'),
  })
  for (const schema of initialSchemas(name, made)) account.catalog.schemas.put(schema)
  session.database = name
  session.schema = 'PUBLIC'
  return created('Database', name)
}

function initialSchemas(
  database: string,
  made: { readonly createdOn: string; readonly owner: string },
): Schema[] {
  return [
    { ...made, kind: 'SCHEMA', database, name: 'PUBLIC', comment: '' },
    {
      ...made,
      kind: 'SCHEMA',
      database,
      name: 'INFORMATION_SCHEMA',
      owner: '',
      comment: 'Views describing the contents of schemas in this database',
    },
  ]
}

function alterDatabase(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { databases } = context.account.catalog
  const name = reader.identifier('a database name')
  const key = printIdentifier(name)
  const comment = readComment(reader, 'ALTER DATABASE')
  const database = databases.maybe(key)
  if (database === undefined) {
    if (given.has('IF EXISTS')) return executed()
    throw cannotPerform()
  }
  requirePrivilege(context, 'MODIFY', accountObject('DATABASE', database))
  databases.change(key, { comment })
  return executed()
}

/** Reads `SET COMMENT = '…'` or `UNSET COMMENT`, all that ALTER knows of databases and schemas. */
export function readComment(reader: TokenReader, statement: string): string {
  if (reader.maybeWords('UNSET', 'COMMENT')) {
    reader.end()
    return ''
  }
  if (!reader.maybeWords('SET', 'COMMENT')) {
    throw unsupported(`${statement} … ${reader.word('an action')}`)
  }
  reader.symbol('=')
  const comment = reader.string('a comment')
  reader.end()
  return comment
}

async function dropDatabase(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  const name = reader.identifier('a database name')
  if (!reader.maybeWords('CASCADE')) reader.maybeWords('RESTRICT')
  reader.end()
  const database = context.account.catalog.databases.maybe(printIdentifier(name))
  if (database === undefined) {
    if (given.has('IF EXISTS')) return wasDroppedAlready(name)
    throw doesNotExist('Database', name)
  }
  await removeWhole(database, context)
  return dropped(name)
}

async function removeWhole(database: Database, context: StatementContext): Promise<void> {
  const { account, session } = context
  requirePrivilege(context, 'OWNERSHIP', accountObject('DATABASE', database))
  const schemas = account.catalog.schemas
    .list()
    .filter((schema) => schema.database === database.name)
  await dropSchemas(schemas, context)
  removeDatabase(database.name, context)
  if (session.database !== database.name) return
  session.database = null
  session.schema = null
}

const COLUMNS = [
  timestampColumn('created_on'),
  textColumn('name'),
  textColumn('is_default'),
  textColumn('is_current'),
  textColumn('origin'),
  textColumn('owner'),
  textColumn('comment'),
  textColumn('options'),
  textColumn('retention_time'),
  textColumn('kind'),
  textColumn('budget'),
  textColumn('owner_role_type'),
]

const TERSE_COLUMNS = [
  timestampColumn('created_on'),
  textColumn('name'),
  textColumn('kind'),
  textColumn('database_name'),
  textColumn('schema_name'),
]

function showDatabases(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const options = readShowOptions(reader)
  reader.end()
  const { account, session } = context
  const visible = account.catalog.databases
    .list()
    .filter((database) => isVisible(context, accountObject('DATABASE', database)))
  const databases = applyShowOptions(visible, options, ({ name }) => name)
  if (given.has('TERSE')) {
    return tableResult(
      TERSE_COLUMNS,
      databases.map((database) => [
        database.createdOn,
        database.name,
        kindOf(database),
        null,
        null,
      ]),
    )
  }
  return tableResult(
    COLUMNS,
    databases.map((database) => [
      database.createdOn,
      database.name,
      'N',
      session.database === database.name ? 'Y' : 'N',
      '',
      database.owner,
      database.comment,
      database.transient ? 'TRANSIENT' : '',
      '1',
      kindOf(database),
      null,
      'ROLE',
    ]),
  )
}

function kindOf({ transient }: Database): string {
  return transient ? 'TRANSIENT' : 'STANDARD'
}

function describeDatabase(reader: TokenReader, context: StatementContext): StatementResult {
  const name = reader.identifier('a database name')
  reader.end()
  const { catalog } = context.account
  const database = catalog.databases.maybe(printIdentifier(name))
  if (database === undefined || !isVisible(context, accountObject('DATABASE', database))) {
    throw cannotPerform()
  }
  const schemas = catalog.schemas.list().filter((schema) => schema.database === name)
  return tableResult(
    [timestampColumn('created_on'), textColumn('name'), textColumn('kind')],
    schemas.map((schema) => [schema.createdOn, schema.name, 'SCHEMA']),
    STATEMENT_TYPE.describe,
  )
}
