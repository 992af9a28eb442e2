import { parseIdentifier, printIdentifier, type QueryRunner } from '@spcs/sql'
import { isHeld, readRoleTree, type RoleTree } from '../diagnose/role-tree.ts'
import { type Grant, grantSql, isGrantShown } from '../objects/grant.ts'
import { textOf } from '../objects/object-kind.ts'
import { showRolesSql } from '../objects/role.ts'
import { rowsOrNone } from '../shown-rows.ts'
import { type Check, missing, noted, ok } from './check.ts'
import type { AccountWishes } from './check-account.ts'

/** What the session may do. */
export interface Standing {
  /** It may take the admin role, so that setup makes what is missing. */
  readonly isAdmin: boolean
  /** What the deploying role holds; undefined where there is no such role, or its grants may not be read. */
  readonly held: RoleTree | undefined
}

/** The two roles, and the privileges that the configuration grants to the deploying one. */
export async function checkRoles(
  runner: QueryRunner,
  wishes: AccountWishes,
): Promise<{ readonly checks: Check[]; readonly standing: Standing }> {
  const user = textOf((await runner.execute('SELECT CURRENT_USER()')).rows[0]?.[0])
  const { role, adminRole } = wishes
  // The admin role last: it sees most, and what follows is looked up with it.
  const mayDeploy = await takeRole(runner, role)
  const isAdmin = await takeRole(runner, adminRole)
  if (!isAdmin && mayDeploy) await takeRole(runner, role)
  const exists = mayDeploy || (await rowsOrNone(runner, showRolesSql(role))).length > 0
  const held = exists ? await readHeld(runner, parseIdentifier(role)) : undefined
  const grants = checkGrants(wishes, { isAdmin, held })
  const isComplete = mayDeploy && grants.every(({ status }) => status === 'ok')
  const checks = [
    checkAdminRole(adminRole, { isAdmin, isComplete, user }),
    checkRole(role, { exists, mayDeploy, isAdmin, user }),
    ...grants,
  ]
  return { checks, standing: { isAdmin, held } }
}

async function takeRole(runner: QueryRunner, role: string): Promise<boolean> {
  try {
    await runner.execute(`USE ROLE ${printIdentifier(parseIdentifier(role))}`)
    return true
  } catch (error) {
    if (error instanceof Error && 'snowflakeCode' in error) return false
    throw error
  }
}

async function readHeld(runner: QueryRunner, role: string): Promise<RoleTree | undefined> {
  try {
    return await readRoleTree(runner, [role])
  } catch (error) {
    if (error instanceof Error && 'snowflakeCode' in error) return undefined
    throw error
  }
}

function checkAdminRole(
  role: string,
  found: { readonly isAdmin: boolean; readonly isComplete: boolean; readonly user: string },
): Check {
  const subject = `role ${role}`
  if (found.isAdmin) return ok(subject, 'you may take it: setup makes roles and rights with it')
  if (found.isComplete) return noted(subject, 'you may not take it, and nothing needs it now')
  return missing(
    subject,
    'you may not take it, and setup needs it',
    `Let someone who has it run \`npx spcs setup\`, or GRANT ROLE ${role} TO USER ${printIdentifier(found.user)}`,
  )
}

function checkRole(
  role: string,
  found: {
    readonly exists: boolean
    readonly mayDeploy: boolean
    readonly isAdmin: boolean
    readonly user: string
  },
): Check {
  const subject = `role ${role}`
  if (found.mayDeploy) return ok(subject, 'you may take it: it deploys')
  if (found.isAdmin) return noted(subject, 'you may not take it yet: setup makes that right')
  const state = found.exists ? 'you may not take it' : 'there is none that you see'
  return missing(
    subject,
    state,
    `Let an administrator GRANT ROLE ${role} TO USER ${printIdentifier(found.user)}`,
  )
}

/** The privileges that the configuration wants the role to have, those that are there in one line. */
function checkGrants({ account, role }: AccountWishes, standing: Standing): Check[] {
  const wanted = (account.grants ?? []).filter(
    (grant): grant is PrivilegeGrant => 'privilege' in grant,
  )
  if (wanted.length === 0) return []
  const { held, isAdmin } = standing
  const isThere = (grant: PrivilegeGrant): boolean =>
    held !== undefined &&
    (held.grants.some((row) => isGrantShown(grant, row)) ||
      (grant.on !== 'ACCOUNT' && isHeld(held, grant.privilege, grant.on.kind, grant.on.name)))
  const lacking = wanted.filter((grant) => !isThere(grant))
  const have = wanted.length - lacking.length
  const summary = `${role} has ${have} of ${wanted.length}`
  const names = wanted.filter(isThere).map(({ privilege }) => privilege)
  const there = have === 0 ? [] : [ok('privileges', `${summary}: ${names.join(', ')}`)]
  return [...there, ...lacking.map((grant) => checkLacking(grant, isAdmin))]
}

type PrivilegeGrant = Extract<Grant, { readonly privilege: string }>

function checkLacking(grant: PrivilegeGrant, isAdmin: boolean): Check {
  const subject = `privilege ${grant.privilege}`
  const found = `${grant.toRole} lacks it`
  if (isAdmin) return noted(subject, `${found}: setup grants it`)
  const code = grant.privilege === 'BIND SERVICE ENDPOINT' ? 'BIND_ENDPOINT_MISSING' : undefined
  return missing(subject, found, `Let an administrator run ${grantSql(grant)}`, code)
}
