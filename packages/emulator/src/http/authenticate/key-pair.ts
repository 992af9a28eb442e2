import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { Account } from '../../account.ts'
import { authenticationError } from './authentication-error.ts'
import { type Identity, userIdentity } from './identity.ts'
import type { LoginData } from './login-data.ts'
import { maybeUser, requireEnabled } from './password.ts'

const CLOCK_SKEW_MS = 60_000
const LONGEST_LIFE_MS = 3_600_000

/**
 * Signs a user in by a JWT that its private key signed: `iss` is `ACCOUNT.USER.SHA256:<fingerprint>`, `sub`
 * is `ACCOUNT.USER`. Why one is refused is only logged.
 *
 * @see https://docs.snowflake.com/en/developer-guide/sql-api/authenticating
 */
export function byKeyPair(login: LoginData, account: Account): Identity {
  const outcome = verifyJwt(login.TOKEN ?? '', account)
  if (typeof outcome !== 'string') return outcome
  account.log.warn({ user: login.LOGIN_NAME, reason: outcome }, 'key-pair sign-in refused')
  throw authenticationError('390144')
}

/** The identity, or why there is none. */
function verifyJwt(token: string, account: Account): Identity | string {
  const [head = '', body = '', signature = ''] = token.split('.')
  const header = maybeDecode(head)
  const claims = maybeDecode(body)
  if (header?.['alg'] !== 'RS256' || claims === undefined) return 'it is no RS256 token'

  const { iss, sub } = claims
  if (typeof iss !== 'string' || typeof sub !== 'string') return 'iss or sub is missing'
  const [, accountName = '', loginName = ''] = /^([^.]+)\.(.+)$/s.exec(sub) ?? []
  if (accountName.toUpperCase() !== account.name) return `sub is not of account ${account.name}`
  const user = maybeUser(loginName, account)
  if (user === undefined) return 'there is no such user'

  const key = user.publicKeys
    .flatMap(publicKeys)
    .find((candidate) => `${sub}.${fingerprint(candidate)}` === iss)
  if (key === undefined) return 'iss is no fingerprint of a key of the user'
  const signed = Buffer.from(`${head}.${body}`)
  if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))) {
    return 'the signature is wrong'
  }

  const now = account.now().getTime()
  const issuedAt = milliseconds(claims['iat'])
  const expiresAt = milliseconds(claims['exp'])
  if (issuedAt > now + CLOCK_SKEW_MS) return 'it is issued in the future'
  if (!(expiresAt > now)) return 'it has expired'
  if (expiresAt - issuedAt > LONGEST_LIFE_MS) return 'it lives longer than an hour'
  return userIdentity(requireEnabled(user), account.catalog)
}

/** The key of a PEM body; none for what is no key. */
function publicKeys(body: string): KeyObject[] {
  try {
    return [createPublicKey({ key: Buffer.from(body, 'base64'), format: 'der', type: 'spki' })]
  } catch {
    return [] // it matches no fingerprint, which is what the log then says
  }
}

function fingerprint(key: KeyObject): string {
  const der = key.export({ format: 'der', type: 'spki' })
  return `SHA256:${createHash('sha256').update(der).digest('base64')}`
}

/** RFC 7519 says seconds; the Node driver sends milliseconds. */
function milliseconds(time: unknown): number {
  if (typeof time !== 'number') return Number.NaN
  return time > 1e11 ? time : time * 1000
}

function maybeDecode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined // not JSON: the caller says so
  }
}
