import type { Connection } from 'snowflake-sdk'
import type { RegistryCredentials } from '@spcs/sql'
import { SessionError } from './errors.ts'

/** The registry's user for whom the password is a session token. */
const SESSION_TOKEN_USER = '0sessiontoken'

/**
 * Credentials out of a driver's connection. The official CLI asks Snowflake to issue a second session token for
 * this; the driver keeps that call to itself, so the session's own token serves, which `serialize()` shows.
 */
export function registryCredentials(
  connection: Connection,
  repositoryUrl: string,
): RegistryCredentials {
  return {
    host: repositoryUrl.replace(/^https?:\/\//, '').split('/')[0] ?? repositoryUrl,
    user: SESSION_TOKEN_USER,
    token: () => sessionToken(connection),
  }
}

async function sessionToken(connection: Connection): Promise<string> {
  const now = tokenOf(connection)
  // A heartbeat makes the driver renew an expired session token by its master token.
  if (now !== undefined && now.expires <= Date.now()) await connection.isValidAsync()
  const current = tokenOf(connection)
  if (current === undefined) {
    throw new SessionError(
      'SESSION_EXPIRED',
      'Cannot sign in at the registry: the session has ended',
      { hint: 'Call connect() again for a new session' },
    )
  }
  const seconds = Math.max(0, Math.round((current.expires - Date.now()) / 1000))
  return JSON.stringify({ token: current.token, expires_in: seconds })
}

interface Token {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** The session token in the driver's serialized connection; its form is documented in the driver's own types. */
function tokenOf(connection: Connection): Token | undefined {
  let value: unknown = JSON.parse(connection.serialize())
  for (const key of ['services', 'sf', 'tokenInfo'])
    value = isRecord(value) ? value[key] : undefined
  if (!isRecord(value) || typeof value['sessionToken'] !== 'string') return undefined
  const { sessionToken: token, sessionTokenExpirationTime: expires } = value
  return { token, expires: typeof expires === 'number' ? expires : Date.now() + ONE_HOUR_MS }
}

/** How long a session token lives where the account does not say. */
const ONE_HOUR_MS = 3_600_000

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
