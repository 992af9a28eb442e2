import { parseDataType, printIdentifier, printName } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import { type Catalog, functionKey } from './catalog.ts'
import { resolveName } from './resolve-name.ts'

/** What GRANT, SHOW GRANTS and COMMENT need to know of any object. */
export interface SecurableObject {
  readonly name: string
  readonly createdOn: string
  readonly owner: string
  readonly database?: string
  readonly schema?: string
}

/** The objects of one kind; every Collection is one. */
export interface SecurableObjects {
  /** As error messages call them: `Compute pool`. */
  readonly kind: string
  entries(): [key: string, object: SecurableObject][]
  maybe(key: string): SecurableObject | undefined
  get(key: string): SecurableObject
  remove(key: string): boolean
  changeCommon(key: string, changes: { readonly owner?: string; readonly comment?: string }): void
}

/** A kind of object that privileges are given on. */
export interface SecurableKind {
  /** As GRANT … ON ALL names them. */
  readonly plural: string
  readonly privileges: readonly string[]
  objects(catalog: Catalog): SecurableObjects
  /** Reads a name as SQL writes it for this kind: the object's key in the catalog. */
  readKey(reader: TokenReader, context: StatementContext): string
}

const inAccount = (reader: TokenReader): string => printIdentifier(reader.identifier())

const inDatabase = (reader: TokenReader, { session }: StatementContext): string => {
  const { database, schema } = resolveName([...reader.name(), ''], session)
  return printName([database, schema])
}

const inSchema = (reader: TokenReader, { session }: StatementContext): string =>
  resolveName(reader.name(), session).key

/** `name(type, …)`: the types tell overloads apart. */
const functionInSchema = (reader: TokenReader, { session }: StatementContext): string => {
  const { database, schema, name } = resolveName(reader.name(), session)
  const types = reader.list(() => {
    const from = reader.position
    while (!reader.done && !/^[,)]$/.test(reader.peek()?.value ?? '')) {
      reader.moveTo(reader.position + 1)
      if (reader.maybeSymbol('(')) {
        while (!reader.maybeSymbol(')')) reader.moveTo(reader.position + 1)
      }
    }
    return parseDataType(reader.between(from, reader.position))
  })
  return functionKey([database, schema, name], types)
}

/** What a role may be given on the account itself. */
export const ACCOUNT_PRIVILEGES: readonly string[] = [
  'APPLY MASKING POLICY',
  'APPLY ROW ACCESS POLICY',
  'APPLY TAG',
  'AUDIT',
  'BIND SERVICE ENDPOINT',
  'CREATE API INTEGRATION',
  'CREATE COMPUTE POOL',
  'CREATE DATABASE',
  'CREATE INTEGRATION',
  'CREATE NETWORK POLICY',
  'CREATE ROLE',
  'CREATE SHARE',
  'CREATE USER',
  'CREATE WAREHOUSE',
  'EXECUTE MANAGED TASK',
  'EXECUTE TASK',
  'IMPORT SHARE',
  'MANAGE GRANTS',
  'MANAGE SERVICE CALLER ACCESS',
  'MANAGE WAREHOUSES',
  'MODIFY SESSION LOG LEVEL',
  'MONITOR',
  'MONITOR EXECUTION',
  'MONITOR USAGE',
]

const SCHEMA_PRIVILEGES = [
  'ADD SEARCH OPTIMIZATION',
  'CREATE ALERT',
  'CREATE DYNAMIC TABLE',
  'CREATE EVENT TABLE',
  'CREATE FILE FORMAT',
  'CREATE FUNCTION',
  'CREATE GATEWAY',
  'CREATE IMAGE REPOSITORY',
  'CREATE MATERIALIZED VIEW',
  'CREATE NETWORK RULE',
  'CREATE NOTEBOOK',
  'CREATE PIPE',
  'CREATE PROCEDURE',
  'CREATE SECRET',
  'CREATE SEQUENCE',
  'CREATE SERVICE',
  'CREATE SNAPSHOT',
  'CREATE STAGE',
  'CREATE STREAM',
  'CREATE STREAMLIT',
  'CREATE TABLE',
  'CREATE TASK',
  'CREATE TEMPORARY TABLE',
  'CREATE VIEW',
  'MODIFY',
  'MONITOR',
  'USAGE',
]

/**
 * Every kind of object in the catalog, by the name that GRANT gives it.
 *
 * @see https://docs.snowflake.com/en/sql-reference/sql/grant-privilege
 */
export const SECURABLES: Readonly<Record<string, SecurableKind>> = {
  'COMPUTE POOL': {
    plural: 'COMPUTE POOLS',
    privileges: ['APPLYBUDGET', 'MODIFY', 'MONITOR', 'OPERATE', 'USAGE'],
    objects: (catalog) => catalog.computePools,
    readKey: inAccount,
  },
  DATABASE: {
    plural: 'DATABASES',
    privileges: [
      'APPLYBUDGET',
      'CREATE DATABASE ROLE',
      'CREATE SCHEMA',
      'MODIFY',
      'MONITOR',
      'USAGE',
    ],
    objects: (catalog) => catalog.databases,
    readKey: inAccount,
  },
  FUNCTION: {
    plural: 'FUNCTIONS',
    privileges: ['USAGE'],
    objects: (catalog) => catalog.functions,
    readKey: functionInSchema,
  },
  'IMAGE REPOSITORY': {
    plural: 'IMAGE REPOSITORIES',
    privileges: ['READ', 'WRITE'],
    objects: (catalog) => catalog.imageRepositories,
    readKey: inSchema,
  },
  INTEGRATION: {
    plural: 'INTEGRATIONS',
    privileges: ['USAGE', 'USE_ANY_ROLE'],
    objects: (catalog) => catalog.integrations,
    readKey: inAccount,
  },
  'NETWORK RULE': {
    plural: 'NETWORK RULES',
    privileges: ['USAGE'],
    objects: (catalog) => catalog.networkRules,
    readKey: inSchema,
  },
  ROLE: {
    plural: 'ROLES',
    privileges: [], // given by GRANT ROLE
    objects: (catalog) => catalog.roles,
    readKey: inAccount,
  },
  SCHEMA: {
    plural: 'SCHEMAS',
    privileges: SCHEMA_PRIVILEGES,
    objects: (catalog) => catalog.schemas,
    readKey: inDatabase,
  },
  SECRET: {
    plural: 'SECRETS',
    privileges: ['READ', 'USAGE'],
    objects: (catalog) => catalog.secrets,
    readKey: inSchema,
  },
  SERVICE: {
    plural: 'SERVICES',
    privileges: ['MONITOR', 'OPERATE', 'USAGE'],
    objects: (catalog) => catalog.services,
    readKey: inSchema,
  },
  STAGE: {
    plural: 'STAGES',
    privileges: ['READ', 'USAGE', 'WRITE'],
    objects: (catalog) => catalog.stages,
    readKey: inSchema,
  },
  USER: {
    plural: 'USERS',
    privileges: ['MONITOR'],
    objects: (catalog) => catalog.users,
    readKey: inAccount,
  },
  WAREHOUSE: {
    plural: 'WAREHOUSES',
    privileges: ['APPLYBUDGET', 'MODIFY', 'MONITOR', 'OPERATE', 'USAGE'],
    objects: (catalog) => catalog.warehouses,
    readKey: inAccount,
  },
}

/** The kind that comes next in the text, its words taken; undefined when none of them comes. */
export function maybeSecurableKind(
  reader: TokenReader,
  form: 'singular' | 'plural' = 'singular',
): string | undefined {
  return Object.entries(SECURABLES).find(([on, { plural }]) =>
    reader.maybeWords(...(form === 'singular' ? on : plural).split(' ')),
  )?.[0]
}
