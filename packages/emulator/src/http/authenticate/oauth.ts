import type { Account } from '../../account.ts'
import { authenticationError } from './authentication-error.ts'
import { type Identity, serviceIdentity } from './identity.ts'
import type { LoginData } from './login-data.ts'

/** Signs a service in by the token in its `/snowflake/session/token`. */
export function byServiceToken(login: LoginData, account: Account): Identity {
  const token = login.TOKEN ?? ''
  const subject = account.tokens.resolve(token)
  if (subject?.kind !== 'service') {
    throw authenticationError(account.tokens.isExpired(token) ? '390318' : '390303')
  }
  const service = account.catalog.services.maybe(subject.service)
  if (service === undefined) throw authenticationError('390303')
  const named = login.LOGIN_NAME ?? ''
  if (named !== '' && named.toUpperCase() !== service.name.toUpperCase()) {
    throw authenticationError('390309')
  }
  return serviceIdentity(service)
}
