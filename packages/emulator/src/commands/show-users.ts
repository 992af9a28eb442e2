import { createHash } from 'node:crypto'
import { printIdentifier } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import type { User } from '../catalog/objects.ts'
import { publicKeysOf } from '../catalog/public-keys.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import {
  type Cell,
  STATEMENT_TYPE,
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
  type WireColumn,
} from '../statement-result.ts'
import { applyShowOptions, readShowOptions } from './show-filter.ts'

/** A column of SHOW USERS and its cell. A password never shows, only that there is one. */
const COLUMNS: readonly (readonly [column: WireColumn, cell: (user: User) => Cell])[] = [
  [textColumn('name'), (user) => user.name],
  [timestampColumn('created_on'), (user) => user.createdOn],
  [textColumn('login_name'), (user) => user.loginName],
  [textColumn('display_name'), (user) => user.displayName],
  [textColumn('first_name'), () => ''],
  [textColumn('last_name'), () => ''],
  [textColumn('email'), (user) => user.email],
  [textColumn('mins_to_unlock'), () => null],
  [textColumn('days_to_expiry'), () => null],
  [textColumn('comment'), (user) => user.comment],
  [textColumn('disabled'), (user) => String(user.disabled)],
  [textColumn('must_change_password'), (user) => String(user.mustChangePassword)],
  [textColumn('snowflake_lock'), () => 'false'],
  [textColumn('default_warehouse'), (user) => user.defaultWarehouse],
  [textColumn('default_namespace'), (user) => user.defaultNamespace],
  [textColumn('default_role'), (user) => user.defaultRole],
  [textColumn('default_secondary_roles'), (user) => JSON.stringify(user.defaultSecondaryRoles)],
  [textColumn('ext_authn_duo'), () => 'false'],
  [textColumn('ext_authn_uid'), () => null],
  [textColumn('mins_to_bypass_mfa'), () => null],
  [textColumn('owner'), (user) => user.owner],
  [timestampColumn('last_success_login'), () => null],
  [timestampColumn('expires_at_time'), () => null],
  [timestampColumn('locked_until_time'), () => null],
  [textColumn('has_password'), (user) => String(user.passwordHash !== null)],
  [textColumn('has_rsa_public_key'), (user) => String(user.publicKeys.length > 0)],
  [textColumn('type'), (user) => user.type],
  [textColumn('has_mfa'), () => 'false'],
]

const TERSE = [
  'name',
  'created_on',
  'display_name',
  'first_name',
  'last_name',
  'email',
  'comment',
  'has_password',
  'has_rsa_public_key',
  'type',
  'has_mfa',
]

export function showUsers(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const options = readShowOptions(reader)
  reader.end()
  const users = applyShowOptions(context.account.catalog.users.list(), options, ({ name }) => name)
  const columns = given.has('TERSE')
    ? COLUMNS.filter(([{ name }]) => TERSE.includes(name))
    : COLUMNS
  return tableResult(
    columns.map(([column]) => column),
    users.map((user) => columns.map(([, cell]) => cell(user))),
  )
}

export function describeUser(reader: TokenReader, context: StatementContext): StatementResult {
  const name = reader.identifier('a user name')
  reader.end()
  const user = context.account.catalog.users.get(printIdentifier(name))
  const keys = publicKeysOf(user)
  const [first, second] = [keys.get('RSA_PUBLIC_KEY'), keys.get('RSA_PUBLIC_KEY_2')]
  const rows: (readonly [property: string, value: Cell, initial: string, description: string])[] = [
    ['NAME', user.name, 'null', 'Name'],
    ['COMMENT', user.comment, 'null', 'user comment associated to an object in the dictionary'],
    ['DISPLAY_NAME', user.displayName, 'null', 'Display name of the associated object'],
    ['TYPE', user.type, 'null', 'Type of user (Person, Service, or LegacyService)'],
    ['LOGIN_NAME', user.loginName, 'null', 'Login name of the user'],
    ['EMAIL', user.email, 'null', 'Email address of the user'],
    ['PASSWORD', user.passwordHash === null ? null : '********', 'null', 'Password of the user'],
    ['MUST_CHANGE_PASSWORD', user.mustChangePassword, 'false', 'User must change the password'],
    ['DISABLED', user.disabled, 'false', 'Whether the user is disabled'],
    ['DEFAULT_WAREHOUSE', user.defaultWarehouse, 'null', 'Default warehouse for this user'],
    ['DEFAULT_NAMESPACE', user.defaultNamespace, 'null', 'Default database namespace prefix'],
    ['DEFAULT_ROLE', user.defaultRole, 'null', 'Primary role of the user'],
    [
      'DEFAULT_SECONDARY_ROLES',
      JSON.stringify(user.defaultSecondaryRoles),
      '["ALL"]',
      'The secondary roles that are active at sign-in',
    ],
    ['RSA_PUBLIC_KEY', first ?? null, 'null', 'RSA public key of the user'],
    ['RSA_PUBLIC_KEY_FP', fingerprint(first), 'null', 'Fingerprint of the RSA public key'],
    ['RSA_PUBLIC_KEY_2', second ?? null, 'null', 'Second RSA public key of the user'],
    ['RSA_PUBLIC_KEY_2_FP', fingerprint(second), 'null', 'Fingerprint of the second key'],
  ]
  return tableResult(
    ['property', 'value', 'default', 'description'].map(textColumn),
    rows.map(([property, value, ...rest]) => [property, String(value), ...rest]),
    STATEMENT_TYPE.describe,
  )
}

function fingerprint(key: string | undefined): Cell {
  if (key === undefined) return null
  return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64')}`
}
