import { parseIdentifier, printIdentifier, type QueryRunner } from '@spcs/sql'
import { textOf } from '../objects/object-kind.ts'
import { showUsersSql } from '../objects/user.ts'
import { rowsOrNone } from '../shown-rows.ts'
import { type Check, missing, noted, ok } from './check.ts'
import type { AccountWishes } from './check-account.ts'
import type { Standing } from './check-roles.ts'

/**
 * Sessions of these roles are not let into an endpoint: "invalid consent request".
 *
 * @see https://docs.snowflake.com/en/user-guide/oauth-snowflake-overview#blocking-specific-roles-from-using-the-integration
 */
const BLOCKED = new Set(['ACCOUNTADMIN', 'GLOBALORGADMIN', 'ORGADMIN', 'SECURITYADMIN'])

/** Whether the users who are to open public endpoints can do so with their default role. */
export async function checkUsers(
  runner: QueryRunner,
  { account, users, role }: AccountWishes,
  { isAdmin }: Standing,
): Promise<Check[]> {
  const names = new Set([...users, ...(account.users ?? []).map(({ name }) => name)])
  return Promise.all([...names].map((name) => checkUser(runner, name, { role, isAdmin })))
}

async function checkUser(
  runner: QueryRunner,
  name: string,
  { role, isAdmin }: { readonly role: string; readonly isAdmin: boolean },
): Promise<Check> {
  const subject = `user ${name}`
  const stored = parseIdentifier(name)
  const rows = await rowsOrNone(runner, showUsersSql(name))
  const row = rows.find((shown) => shown['name'] === stored)
  if (row === undefined) {
    const found = isAdmin ? 'there is none: setup makes it' : 'you see none'
    return noted(subject, found)
  }
  const defaultRole = textOf(row['default_role'])
  const todo = `Run ALTER USER ${printIdentifier(stored)} SET DEFAULT_ROLE = ${role}`
  if (defaultRole === '') return noted(subject, 'has no default role, so endpoints refuse it', todo)
  if (!BLOCKED.has(defaultRole)) return ok(subject, `signs in at endpoints as ${defaultRole}`)
  const found = `its default role ${defaultRole} may not sign in at endpoints`
  return missing(subject, found, todo, 'ROLE_BLOCKED')
}
