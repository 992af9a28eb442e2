import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DriverOptions } from './connection-options.ts'
import { SessionError } from './errors.ts'

/** The variables of a process; `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The file that holds a container's OAuth token. Snowflake rewrites it every few minutes. */
export function tokenPath(environment: Environment): string {
  return join(environment['SPCS_SESSION_DIR'] ?? '/snowflake/session', 'token')
}

/** True when Snowflake, or the local account, has put a token into this container. */
export function isInsideContainer(environment: Environment): boolean {
  return existsSync(tokenPath(environment))
}

/**
 * The connection that a container has by being there: OAuth by the token file, as the service's owner role.
 *
 * @throws {SessionError} `TOKEN_MISSING` without a token file, `OPTION_MISSING` without SNOWFLAKE_HOST.
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/additional-considerations-services-jobs
 */
export async function containerOptions(environment: Environment): Promise<DriverOptions> {
  const token = await readToken(tokenPath(environment))
  const host = environment['SNOWFLAKE_HOST']
  const account = environment['SNOWFLAKE_ACCOUNT']
  if (host === undefined || account === undefined) {
    const missing = host === undefined ? 'SNOWFLAKE_HOST' : 'SNOWFLAKE_ACCOUNT'
    throw new SessionError('OPTION_MISSING', `Cannot connect: ${missing} is not set`, {
      hint: `Set ${missing}, as Snowflake does in every container`,
    })
  }
  // Only the local account sets these two; Snowflake itself is https on 443.
  const protocol = environment['SNOWFLAKE_PROTOCOL'] ?? 'https'
  const port = environment['SNOWFLAKE_PORT']
  return {
    accessUrl: `${protocol}://${host}${port === undefined || host.includes(':') ? '' : `:${port}`}`,
    account,
    authenticator: 'OAUTH',
    token,
    database: environment['SNOWFLAKE_DATABASE'],
    schema: environment['SNOWFLAKE_SCHEMA'],
  }
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    throw new SessionError('TOKEN_MISSING', `Cannot connect: no token file at "${path}"`, {
      hint: 'Outside a container pass { connection: NAME } or { account, user, password }, or start the local account with `npx spcs local`',
      cause,
    })
  }
}
