import type { Account } from '../../account.ts'
import { inheritedRoles, rolesOfUser } from '../../access-control.ts'
import type { ImageRepository } from '../../catalog/objects.ts'
import { maybeUser } from '../../http/authenticate/password.ts'
import { isPassword } from '../../password.ts'
import { RegistryError } from './registry-error.ts'

/** Who pushes and pulls, and as which role. */
export interface RegistryUser {
  readonly user: string
  readonly role: string
}

/** Finds the session that a session token stands for; undefined when it was closed. */
export type FindSession = (sessionId: string) => RegistryUser | undefined

/** The user name under which a password is the JSON text `{"token": …}` of a session token. */
const SESSION_TOKEN_USER = '0sessiontoken'

/**
 * Reads who asks from an Authorization header.
 *
 * @throws {RegistryError} `UNAUTHORIZED` without one, or with one that is not good.
 */
export async function authenticate(
  header: string | undefined,
  account: Account,
  findSession: FindSession,
): Promise<RegistryUser> {
  const [scheme = '', value = ''] = (header ?? '').split(/ +/)
  if (scheme.toLowerCase() === 'bearer') return userOfBearer(value, account)
  if (scheme.toLowerCase() !== 'basic') throw unauthorized('sign in first')
  const [user = '', ...rest] = Buffer.from(value, 'base64').toString('utf8').split(':')
  const password = rest.join(':')
  return user === SESSION_TOKEN_USER
    ? userOfSession(password, account, findSession)
    : userOfPassword(user, password, account)
}

/**
 * Checks that the user's role may do this in the repository.
 *
 * @throws {RegistryError} `DENIED`.
 */
export function requireRepositoryPrivilege(
  privilege: 'READ' | 'WRITE',
  repository: ImageRepository,
  user: RegistryUser,
  account: Account,
): void {
  const { catalog } = account
  const roles = [...inheritedRoles(catalog, user.role), 'PUBLIC']
  if (roles.includes('ACCOUNTADMIN') || roles.includes(repository.owner)) return
  // Whoever may push also has to ask what is there already.
  const enough = privilege === 'READ' ? ['READ', 'WRITE', 'OWNERSHIP'] : ['WRITE', 'OWNERSHIP']
  const key = catalog.imageRepositories.keyOf(repository)
  const isGranted = catalog.grants.some(
    (grant) =>
      grant.on === 'IMAGE REPOSITORY' &&
      grant.name === key &&
      grant.to === 'ROLE' &&
      roles.includes(grant.grantee) &&
      enough.includes(grant.privilege),
  )
  if (isGranted) return
  throw new RegistryError(
    'DENIED',
    `role ${user.role} lacks ${privilege} on image repository ${key}`,
  )
}

function userOfBearer(token: string, account: Account): RegistryUser {
  const subject = account.tokens.resolve(token)
  if (subject?.kind === 'registry') return subject
  throw unauthorized('the bearer token is unknown or expired: get another from /login')
}

function userOfSession(password: string, account: Account, findSession: FindSession): RegistryUser {
  const subject = account.tokens.resolve(sessionTokenIn(password))
  const user = subject?.kind === 'session' ? findSession(subject.sessionId) : undefined
  if (user === undefined) throw unauthorized('the session token is unknown or expired')
  return { user: user.user, role: user.role }
}

/** Clients send the whole JSON text, `{"token": …, "expires_in": …}`. */
function sessionTokenIn(password: string): string {
  try {
    const { token } = JSON.parse(password) as { token?: unknown }
    if (typeof token === 'string') return token
  } catch (cause) {
    throw new RegistryError(
      'UNAUTHORIZED',
      `the password of ${SESSION_TOKEN_USER} is not JSON`,
      cause,
    )
  }
  throw unauthorized(`the password of ${SESSION_TOKEN_USER} has no "token"`)
}

async function userOfPassword(
  name: string,
  password: string,
  account: Account,
): Promise<RegistryUser> {
  const user = maybeUser(name, account)
  const hash = user?.passwordHash ?? null
  const isGood = hash !== null && (await isPassword(password, hash))
  if (user === undefined || user.disabled || !isGood) {
    throw unauthorized('incorrect username or password was specified')
  }
  const role = user.defaultRole ?? 'PUBLIC'
  const mayUse = rolesOfUser(account.catalog, user.name).includes(role)
  return { user: user.name, role: mayUse ? role : 'PUBLIC' }
}

function unauthorized(message: string): RegistryError {
  return new RegistryError('UNAUTHORIZED', message)
}
