import type { QueryRunner } from '@spcs/sql'
import type { DesiredState } from '../plan/desired-state.ts'
import type { Check } from './check.ts'
import { checkFamilies } from './check-families.ts'
import { checkObjects } from './check-objects.ts'
import { checkRoles } from './check-roles.ts'
import { checkSession } from './check-session.ts'
import { checkUsers } from './check-users.ts'

/** What a deploy wants of an account. */
export interface AccountWishes {
  /** Makes roles, users and their rights. */
  readonly adminRole: string
  /** Owns everything else. */
  readonly role: string
  /** `DB.PUBLIC`: where services, stages and functions are made. */
  readonly schema: string
  /** What the admin role makes. */
  readonly account: DesiredState
  /** What the deploying role makes before any service. */
  readonly objects: DesiredState
  /** Who must be able to open the public endpoints of which service. */
  readonly users: readonly { readonly user: string; readonly service: string }[]
}

/**
 * Looks whether an account has what a deploy needs, and changes nothing but the roles of its own session: identity and
 * clock, roles and their privileges, users, the objects that are there already, instance families.
 */
export async function checkAccount(runner: QueryRunner, wishes: AccountWishes): Promise<Check[]> {
  const session = await checkSession(runner)
  const { checks, standing } = await checkRoles(runner, wishes)
  return [
    ...session,
    ...checks,
    ...(await checkUsers(runner, wishes, standing)),
    ...(await checkObjects(runner, wishes, standing)),
    ...(await checkFamilies(runner, wishes)),
  ]
}
