import type { Account } from '../../account.ts'
import { byAccessToken } from './access-token.ts'
import { authenticationError } from './authentication-error.ts'
import type { Identity } from './identity.ts'
import { byKeyPair } from './key-pair.ts'
import type { LoginData } from './login-data.ts'
import { byServiceToken } from './oauth.ts'
import { byPassword } from './password.ts'

type Authenticate = (login: LoginData, account: Account) => Identity | Promise<Identity>

/** The ways to sign in, by AUTHENTICATOR. */
const WAYS: Readonly<Record<string, Authenticate>> = {
  SNOWFLAKE: byPassword,
  USERNAME_PASSWORD_MFA: byPassword,
  OAUTH: byServiceToken,
  SNOWFLAKE_JWT: byKeyPair,
  PROGRAMMATIC_ACCESS_TOKEN: byAccessToken,
}

/** @throws {SnowflakeError} 390… or 394… when the login is refused. */
export async function authenticate(login: LoginData, account: Account): Promise<Identity> {
  const name = login.ACCOUNT_NAME ?? ''
  // `acme.eu-west-1` is account acme in a region.
  if (name.toUpperCase().replace(/\..*/s, '') !== account.name) {
    const expected = `this is account '${account.name}', not '${name}'`
    throw authenticationError('390100', `Incorrect account name was specified: ${expected}.`)
  }
  const authenticator = (login.AUTHENTICATOR ?? 'SNOWFLAKE').toUpperCase()
  const way = Object.hasOwn(WAYS, authenticator) ? WAYS[authenticator] : undefined
  if (way !== undefined) return way(login, account)
  throw authenticationError('390100', `The local account has no authenticator '${authenticator}'.`)
}
