import type { Account } from '../../account.ts'
import type { User } from '../../catalog/objects.ts'
import { authenticationError } from './authentication-error.ts'
import { type Identity, userIdentity } from './identity.ts'
import type { LoginData } from './login-data.ts'
import { isPassword } from '../../password.ts'

/** Signs a user of the catalog in by login name and password. */
export async function byPassword(login: LoginData, account: Account): Promise<Identity> {
  const user = maybeUser(login.LOGIN_NAME ?? '', account)
  const hash = user?.passwordHash ?? null
  if (user === undefined || hash === null) throw authenticationError('390100')
  if (!(await isPassword(login.PASSWORD ?? '', hash))) throw authenticationError('390100')
  // DIFFERS: a password that MUST_CHANGE_PASSWORD marks is accepted; there is no page to change it on.
  return userIdentity(requireEnabled(user), account.catalog)
}

/** Login names are compared without their case. */
export function maybeUser(loginName: string, account: Account): User | undefined {
  const wanted = loginName.toUpperCase()
  return account.catalog.users.list().find((user) => user.loginName.toUpperCase() === wanted)
}

/** @throws {SnowflakeError} 390101 for a user that is switched off. */
export function requireEnabled(user: User): User {
  if (user.disabled) throw authenticationError('390101')
  return user
}
