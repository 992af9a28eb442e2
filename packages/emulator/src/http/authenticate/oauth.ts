import { printIdentifier } from '@spcs/sql'
import type { Account } from '../../account.ts'
import { authenticationError } from './authentication-error.ts'
import { callerIdentity, type Identity, serviceIdentity } from './identity.ts'
import type { LoginData } from './login-data.ts'
import { requireEnabled } from './password.ts'

/**
 * Signs a service in by the token in its `/snowflake/session/token`; with a dot and the token of a request's
 * Sf-Context-Current-User-Token behind it, the user who sent that request.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/additional-considerations-services-jobs
 */
export function byServiceToken(login: LoginData, account: Account): Identity {
  const [token = '', callerToken] = (login.TOKEN ?? '').split('.', 2)
  const subject = account.tokens.resolve(token)
  if (subject?.kind !== 'service') {
    throw authenticationError(account.tokens.isExpired(token) ? '390318' : '390303')
  }
  const service = account.catalog.services.maybe(subject.service)
  if (service === undefined) throw authenticationError('390303')
  const identity =
    callerToken === undefined
      ? serviceIdentity(service)
      : byCallerToken(callerToken, subject.service, account)
  const named = login.LOGIN_NAME ?? ''
  if (named !== '' && named.toUpperCase() !== identity.user.toUpperCase()) {
    throw authenticationError('390309')
  }
  return identity
}

/** The user who sent a request to this service not long ago. */
function byCallerToken(token: string, service: string, account: Account): Identity {
  const subject = account.tokens.resolve(token)
  if (subject?.kind !== 'caller' || subject.service !== service) {
    throw authenticationError(account.tokens.isExpired(token) ? '390318' : '390303')
  }
  const user = account.catalog.users.maybe(printIdentifier(subject.user))
  if (user === undefined) throw authenticationError('390303')
  return callerIdentity(requireEnabled(user), subject.role, account.catalog)
}
