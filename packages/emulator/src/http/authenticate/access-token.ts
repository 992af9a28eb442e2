import type { Account } from '../../account.ts'
import { findAccessToken } from '../../catalog/access-tokens.ts'
import { authenticationError } from './authentication-error.ts'
import { boundTo, type Identity, userIdentity } from './identity.ts'
import type { LoginData } from './login-data.ts'
import { requireEnabled } from './password.ts'

/** Signs a user in by a programmatic access token, which may be for one of their roles alone. */
export function byAccessToken(login: LoginData, account: Account): Identity {
  const found = findAccessToken(login.TOKEN ?? '', account.catalog, account.now())
  const named = login.LOGIN_NAME ?? ''
  const isOwn = named === '' || named.toUpperCase() === found?.user.loginName.toUpperCase()
  if (found === undefined || !isOwn) throw authenticationError('394400')
  const identity = userIdentity(requireEnabled(found.user), account.catalog)
  const { role } = found.token
  if (role === null) return identity
  if (!identity.roles.includes(role)) throw authenticationError('394400')
  return boundTo(role, identity)
}
