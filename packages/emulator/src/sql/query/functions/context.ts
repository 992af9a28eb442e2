import { compose, type Printed, printedLiteral, quoteText } from '../print/printed.ts'
import {
  BOOLEAN,
  DATE,
  type SqlType,
  TIME,
  TIMESTAMP_LTZ,
  TIMESTAMP_NTZ,
  VARCHAR,
} from '../sql-type.ts'
import { type FunctionPrinter, type FunctionTable, requireCount } from './function-table.ts'
import type { SessionFacts } from '../scope.ts'

const fact =
  (read: (session: SessionFacts) => string | null): FunctionPrinter =>
  (call) => {
    requireCount(call, 0, 0)
    return text(read(call.scope.statement.session))
  }

const now =
  (type: SqlType, sql: (instant: string) => string): FunctionPrinter =>
  (call) => {
    requireCount(call, 0, 1)
    const time = call.scope.statement.session.now
    const instant =
      time === undefined ? 'now()' : `TIMESTAMPTZ '${time.toISOString().replace('Z', '+00')}'`
    return compose(type, [], () => sql(instant))
  }

const timestamp = now(TIMESTAMP_LTZ, (instant) => instant)

/** Who asks, where, and when; the same all through a statement. */
export const contextFunctions: FunctionTable = {
  CURRENT_USER: fact((session) => session.user),
  CURRENT_ROLE: fact((session) => session.role),
  CURRENT_DATABASE: fact((session) => session.database),
  CURRENT_SCHEMA: fact((session) => session.schema),
  CURRENT_WAREHOUSE: fact((session) => session.warehouse),
  CURRENT_ACCOUNT: fact((session) => session.account),
  CURRENT_ACCOUNT_NAME: fact((session) => session.account),
  CURRENT_ORGANIZATION_NAME: fact(() => 'LOCAL'),
  CURRENT_REGION: fact(() => 'LOCAL'),
  CURRENT_SESSION: fact((session) => session.id),
  CURRENT_VERSION: fact(() => '9.0.0'),
  CURRENT_CLIENT: fact(() => null),
  CURRENT_SECONDARY_ROLES: fact(({ secondaryRoles }) =>
    JSON.stringify({
      roles: secondaryRoles.join(','),
      value: secondaryRoles.length === 0 ? '' : 'ALL',
    }),
  ),
  CURRENT_SCHEMAS: fact(({ database, schema }) =>
    schema === null ? '[]' : JSON.stringify([`${database}.${schema}`]),
  ),
  CURRENT_AVAILABLE_ROLES: fact((session) => JSON.stringify(session.availableRoles)),
  CURRENT_TRANSACTION: fact(() => null),
  CURRENT_STATEMENT: (call) => {
    requireCount(call, 0, 0)
    return text(call.scope.source.text)
  },
  LAST_QUERY_ID: (call) => {
    requireCount(call, 0, 1)
    const { lastQueryIds } = call.scope.statement.session
    const at = Number(call.args[0]?.literal ?? -1)
    return text(lastQueryIds.at(at < 0 ? at : at - 1) ?? null)
  },
  IS_ROLE_IN_SESSION: (call) => {
    requireCount(call, 1, 1)
    const role = call.args[0]?.literal
    const { session } = call.scope.statement
    const held = session.roles.includes(String(role).toUpperCase())
    return printedLiteral(String(held), BOOLEAN, held)
  },
  CURRENT_TIMESTAMP: timestamp,
  LOCALTIMESTAMP: timestamp,
  GETDATE: timestamp,
  SYSTIMESTAMP: timestamp,
  SYSDATE: now(TIMESTAMP_NTZ, (instant) => `(${instant} AT TIME ZONE 'UTC')`),
  CURRENT_DATE: now(DATE, (instant) => `CAST(${instant} AS DATE)`),
  CURRENT_TIME: now(TIME, (instant) => `CAST(CAST(${instant} AS TIMESTAMP) AS TIME)`),
  LOCALTIME: now(TIME, (instant) => `CAST(CAST(${instant} AS TIMESTAMP) AS TIME)`),
}

/** True for those that tell the time. */
export function isClock(name: string): boolean {
  return /TIME|DATE/.test(name) && name !== 'CURRENT_DATABASE'
}

/** Functions that may be called without parentheses. */
export const BARE_FUNCTIONS: ReadonlySet<string> = new Set([
  'CURRENT_USER',
  'CURRENT_TIMESTAMP',
  'CURRENT_DATE',
  'CURRENT_TIME',
  'LOCALTIMESTAMP',
  'LOCALTIME',
])

function text(value: string | null): Printed {
  return value === null
    ? printedLiteral('CAST(NULL AS VARCHAR)', VARCHAR, null)
    : printedLiteral(quoteText(value), VARCHAR, value)
}
