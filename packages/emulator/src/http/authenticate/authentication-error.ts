import { SnowflakeError } from '../../snowflake-error.ts'

/** Codes that drivers act on: they renew a token, sign in again, or give up. */
const MESSAGES = {
  '390100': 'Incorrect username or password was specified.',
  '390101': 'User access disabled. Contact your local system administrator.',
  '390104': 'Session no longer valid. New login required to access the service.',
  '390111': 'Session no longer exists. New login required to access the service.',
  '390112': 'Session token has expired. The token must be renewed.',
  '390114': 'Authentication token has expired. The user must authenticate again.',
  '390144': 'JWT token is invalid.',
  '390189': 'Role specified in the connect string does not exist or not authorized.',
  '390303': 'Invalid OAuth access token.',
  '390309':
    'The user you were trying to authenticate as differs from the user tied to the access token.',
  '390318': 'OAuth access token expired.',
  '394400': 'Programmatic access token is invalid.',
} as const

export type AuthenticationErrorCode = keyof typeof MESSAGES

/** A refused sign-in or token; `message` says more than the code's usual text. */
export function authenticationError(
  code: AuthenticationErrorCode,
  message: string = MESSAGES[code],
): SnowflakeError {
  return new SnowflakeError(code, '08001', message)
}

export function isAuthenticationError(error: SnowflakeError): boolean {
  return error.code in MESSAGES
}
