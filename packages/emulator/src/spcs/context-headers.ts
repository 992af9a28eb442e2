import { printName } from '@spcs/sql'
import type { StatementContext } from '../account.ts'

type ContextFunction = (context: StatementContext) => string

const schemaOf: ContextFunction = ({ session: { database, schema } }) =>
  database === null || schema === null ? '' : printName([database, schema])
const timestamp: ContextFunction = ({ account }) => account.now().toISOString().replace('T', ' ')

/**
 * The context functions that CONTEXT_HEADERS may list.
 *
 * @see https://docs.snowflake.com/en/sql-reference/sql/create-function-spcs
 */
export const CONTEXT_FUNCTIONS: Readonly<Record<string, ContextFunction>> = {
  CURRENT_ACCOUNT: ({ account }) => account.name,
  CURRENT_CLIENT: () => '', // DIFFERS: clients are not told apart here
  CURRENT_DATABASE: ({ session }) => session.database ?? '',
  CURRENT_DATE: ({ account }) => account.now().toISOString().slice(0, 10),
  CURRENT_IP_ADDRESS: () => '127.0.0.1',
  CURRENT_REGION: () => 'LOCAL',
  CURRENT_ROLE: ({ session }) => session.role,
  CURRENT_SCHEMA: ({ session }) => session.schema ?? '',
  CURRENT_SCHEMAS: (context) => `["${schemaOf(context)}"]`,
  CURRENT_SESSION: ({ session }) => session.id,
  CURRENT_STATEMENT: () => '', // DIFFERS: a statement's text is not kept with it here
  CURRENT_TIME: ({ account }) => account.now().toISOString().slice(11, 19),
  CURRENT_TIMESTAMP: timestamp,
  CURRENT_TRANSACTION: () => '',
  CURRENT_USER: ({ session }) => session.user,
  CURRENT_VERSION: () => '',
  CURRENT_WAREHOUSE: ({ session }) => session.warehouse ?? '',
  LAST_QUERY_ID: ({ session }) => session.queryIds.at(-1) ?? '',
  LAST_TRANSACTION: () => '',
  LOCALTIME: ({ account }) => account.now().toISOString().slice(11, 19),
  LOCALTIMESTAMP: timestamp,
}

/** The values of a function's context headers, by function name. */
export function contextHeaders(
  names: readonly string[],
  context: StatementContext,
): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, CONTEXT_FUNCTIONS[name]?.(context) ?? '']))
}
