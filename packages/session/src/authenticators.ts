import type { DriverOptions } from './connection-options.ts'
import { SessionError } from './errors.ts'

/** What a way to sign in needs, in the order that it is asked for; the first that is missing is named. */
type Needs = readonly (readonly [
  what: string,
  isGiven: (options: DriverOptions) => boolean,
  hint: string,
])[]

const user: Needs[number] = [
  'user',
  ({ username }) => username !== undefined,
  'Set user, or pass another authenticator',
]
const password: Needs[number] = [
  'password',
  (options) => options.password !== undefined,
  'Set password, token, private_key_file or another authenticator',
]
const token: Needs[number] = [
  'token',
  (options) => options.token !== undefined,
  'Set token or token_file_path',
]
const clientId: Needs[number] = [
  'oauth_client_id',
  ({ oauthClientId }) => oauthClientId !== undefined,
  'Set oauth_client_id as your identity provider gave it',
]
const clientSecret: Needs[number] = [
  'oauth_client_secret',
  ({ oauthClientSecret }) => oauthClientSecret !== undefined,
  'Set oauth_client_secret, best as a variable: SNOWFLAKE_OAUTH_CLIENT_SECRET',
]

/** Every authenticator of the driver by its name. */
const AUTHENTICATORS: Readonly<Record<string, (options: DriverOptions) => Needs>> = {
  SNOWFLAKE: () => [user, password],
  USERNAME_PASSWORD_MFA: () => [user, password],
  EXTERNALBROWSER: () => [],
  SNOWFLAKE_JWT: () => [
    ['user', user[1], 'Set the user that has the public key'],
    [
      'private key',
      ({ privateKey, privateKeyPath }) => privateKey !== undefined || privateKeyPath !== undefined,
      'Set private_key_file or private_key_raw',
    ],
  ],
  OAUTH: () => [token],
  // Snowflake itself as identity provider has a client of its own for this; others want both.
  OAUTH_AUTHORIZATION_CODE: ({ oauthClientId, oauthClientSecret }) =>
    oauthClientId === undefined && oauthClientSecret === undefined ? [] : [clientId, clientSecret],
  OAUTH_CLIENT_CREDENTIALS: () => [clientId, clientSecret],
  PROGRAMMATIC_ACCESS_TOKEN: () => [
    [
      'token',
      (options) => options.token !== undefined || options.password !== undefined,
      'Set token or token_file_path to the programmatic access token',
    ],
  ],
  WORKLOAD_IDENTITY: ({ workloadIdentityProvider }) => [
    [
      'workload_identity_provider',
      () => workloadIdentityProvider !== undefined,
      `Set workload_identity_provider to ${WORKLOAD_IDENTITY_PROVIDERS.join(', ')}`,
    ],
    ...(workloadIdentityProvider === 'OIDC' ? [token] : []),
  ],
}

const WORKLOAD_IDENTITY_PROVIDERS: readonly string[] = ['AWS', 'AZURE', 'GCP', 'OIDC']

/** Single sign-on at Okta itself names its page in place of an authenticator. */
const OKTA = /^https:\/\//i

/**
 * Refuses what the driver would take for something else, or would fail at without saying why.
 *
 * @throws {SessionError} `OPTION_MISSING` naming the first piece, `OPTION_INVALID` for a name that means nothing.
 */
export function checkCredentials(options: DriverOptions): void {
  const { authenticator, workloadIdentityProvider: provider } = options
  if (provider !== undefined && !WORKLOAD_IDENTITY_PROVIDERS.includes(provider)) {
    throw unknown('workload_identity_provider', provider, WORKLOAD_IDENTITY_PROVIDERS)
  }
  for (const [what, isGiven, hint] of needsOf(authenticator, options)) {
    if (isGiven(options)) continue
    throw new SessionError('OPTION_MISSING', `Cannot connect: no ${what} given`, { hint })
  }
}

function needsOf(authenticator: string, options: DriverOptions): Needs {
  if (OKTA.test(authenticator)) return [user, password]
  const needs = Object.hasOwn(AUTHENTICATORS, authenticator)
    ? AUTHENTICATORS[authenticator]
    : undefined
  // The driver takes an unknown one for a login by password.
  if (needs === undefined) {
    throw unknown('authenticator', authenticator, Object.keys(AUTHENTICATORS))
  }
  return needs(options)
}

function unknown(key: string, value: string, known: readonly string[]): SessionError {
  return new SessionError('OPTION_INVALID', `Cannot connect: ${key} "${value}" is unknown`, {
    hint: `Use one of ${known.join(', ')}`,
  })
}
