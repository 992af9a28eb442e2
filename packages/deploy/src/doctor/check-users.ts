import { parseIdentifier, printIdentifier, type QueryRunner } from '@spcs/sql'
import { checkEndpointAccess } from '../diagnose/check-endpoint-access.ts'
import { textOf } from '../objects/object-kind.ts'
import { describeServiceSql } from '../objects/service.ts'
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
  wishes: AccountWishes,
  standing: Standing,
): Promise<Check[]> {
  const { account, users, role } = wishes
  const names = new Set([
    ...users.map(({ user }) => user),
    ...(account.users ?? []).map(({ name }) => name),
  ])
  const checks: Check[] = []
  for (const name of names) {
    const check = await checkUser(runner, name, { role, isAdmin: standing.isAdmin })
    checks.push(check)
    if (check.status === 'missing') continue
    for (const { service } of users.filter(({ user }) => user === name)) {
      checks.push(...(await checkAccess(runner, { user: name, service }, wishes, standing)))
    }
  }
  return checks
}

/** Says nothing of a service that is not deployed, or of grants that this session may not see. */
async function checkAccess(
  runner: QueryRunner,
  { user, service }: { readonly user: string; readonly service: string },
  { adminRole }: AccountWishes,
  { isAdmin }: Standing,
): Promise<Check[]> {
  const rows = await rowsOrNone(runner, describeServiceSql(service))
  if (rows.length === 0 || !isAdmin) return []
  const subject = `endpoints of ${service} for ${user}`
  const refusal = await checkEndpointAccess(runner, { service, user, adminRole })
  if (refusal === undefined) return [ok(subject, 'are open')]
  return [missing(subject, refusal.message, refusal.hint ?? 'Deploy again', refusal.code)]
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
