import { createPublicKey } from 'node:crypto'
import { parseName, printIdentifier } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import { accountObject, hasPrivilege, requirePrivilege } from '../access-control.ts'
import type { User } from '../catalog/objects.ts'
import { KEY_PROPERTIES, publicKeysOf } from '../catalog/public-keys.ts'
import { hashPassword } from '../password.ts'
import { alreadyExists, insufficientPrivileges, invalidProperty } from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import type { StatementResult } from '../statement-result.ts'
import { accessTokenCommands, alterAccessTokens, maybeTokenAction } from './access-token.ts'
import type { Command } from './command.ts'
import {
  created,
  createMode,
  dropped,
  executed,
  existedAlready,
  wasDroppedAlready,
} from './replies.ts'
import { describeUser, showUsers } from './show-users.ts'

export const userCommands: readonly Command[] = [
  { syntax: 'CREATE [OR REPLACE] USER [IF NOT EXISTS]', run: createUser },
  { syntax: 'ALTER USER [IF EXISTS]', run: alterUser },
  { syntax: 'DROP USER [IF EXISTS]', run: dropUser },
  { syntax: 'SHOW [TERSE] USERS', run: showUsers },
  { syntax: 'DESCRIBE|DESC USER', run: describeUser },
  ...accessTokenCommands,
]

/** What users may change of themselves without owning their user. */
const OWN_PROPERTIES = [
  'DEFAULT_NAMESPACE',
  'DEFAULT_ROLE',
  'DEFAULT_SECONDARY_ROLES',
  'DEFAULT_WAREHOUSE',
  'PASSWORD',
]

const UNSET: Readonly<Record<string, Partial<User>>> = {
  COMMENT: { comment: '' },
  DEFAULT_NAMESPACE: { defaultNamespace: null },
  DEFAULT_ROLE: { defaultRole: null },
  DEFAULT_SECONDARY_ROLES: { defaultSecondaryRoles: ['ALL'] },
  DEFAULT_WAREHOUSE: { defaultWarehouse: null },
  DISABLED: { disabled: false },
  DISPLAY_NAME: { displayName: '' },
  EMAIL: { email: '' },
  MUST_CHANGE_PASSWORD: { mustChangePassword: false },
  PASSWORD: { passwordHash: null },
  TYPE: { type: null },
}

function createUser(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const name = reader.identifier('a user name')
  const properties = readProperties(reader)
  reader.end()
  const { catalog } = context.account
  requirePrivilege(context, 'CREATE USER', { on: 'ACCOUNT', key: '' })
  const key = printIdentifier(name)
  const existing = catalog.users.maybe(key)
  const mode = createMode(given)
  if (existing !== undefined && mode === 'keep') return existedAlready(name)
  if (existing !== undefined && mode === 'fail') throw alreadyExists(name)
  const user: User = {
    kind: 'USER',
    name,
    createdOn: context.account.now().toISOString(),
    owner: context.session.role,
    comment: '',
    loginName: name.toUpperCase(),
    displayName: name,
    email: '',
    passwordHash: null,
    publicKeys: [],
    defaultRole: null,
    defaultWarehouse: null,
    defaultNamespace: null,
    defaultSecondaryRoles: ['ALL'],
    disabled: false,
    mustChangePassword: false,
    type: null,
    ...changesOf(properties),
  }
  const complete = { ...user, ...keyChanges(user, properties) }
  requireFreeLoginName(complete, context)
  if (existing !== undefined) removeUser(existing, context)
  catalog.users.put(complete)
  return created('User', name)
}

function alterUser(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { users } = context.account.catalog
  const name = isAction(reader) ? context.session.user : reader.identifier('a user name')
  const key = printIdentifier(name)
  const user = given.has('IF EXISTS') ? users.maybe(key) : users.get(key)
  const tokenAction = maybeTokenAction(reader)
  if (tokenAction !== undefined) return alterAccessTokens(tokenAction, reader, user, context)
  if (reader.maybeWords('UNSET')) {
    const unset: string[] = []
    do unset.push(reader.word('a property'))
    while (reader.maybeSymbol(',') || !reader.done)
    for (const property of unset) {
      if (UNSET[property] === undefined && !isKeyProperty(property)) {
        throw invalidProperty(property, 'UNSET')
      }
    }
    if (user === undefined) return executed()
    requireChange(user, unset, context)
    const keys = Object.fromEntries(unset.filter(isKeyProperty).map((property) => [property, null]))
    const changes = unset.reduce<Partial<User>>(
      (all, property) => ({ ...all, ...UNSET[property] }),
      keyChanges(user, keys),
    )
    users.change(key, changes)
    return executed()
  }
  reader.words('SET')
  const properties = readProperties(reader)
  reader.end()
  if (Object.keys(properties).length === 0) throw reader.unexpected('a property')
  if (user === undefined) return executed()
  requireChange(user, Object.keys(properties), context)
  const changes = { ...changesOf(properties), ...keyChanges(user, properties) }
  requireFreeLoginName({ ...user, ...changes }, context)
  users.change(key, changes)
  return executed()
}

function dropUser(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { users } = context.account.catalog
  const name = reader.identifier('a user name')
  reader.end()
  const key = printIdentifier(name)
  const user = given.has('IF EXISTS') ? users.maybe(key) : users.get(key)
  if (user === undefined) return wasDroppedAlready(name)
  removeUser(user, context)
  return dropped(name)
}

function removeUser(user: User, context: StatementContext): void {
  const { catalog } = context.account
  requirePrivilege(context, 'OWNERSHIP', accountObject('USER', user))
  if (user.name === context.session.user) throw insufficientPrivileges('user', user.name)
  catalog.grants = catalog.grants.filter(
    (grant) => !(grant.to === 'USER' && grant.grantee === user.name),
  )
  catalog.users.remove(printIdentifier(user.name))
}

/** `ALTER USER SET …` and `ALTER USER ADD PAT …` change the session's own user. */
function isAction(reader: TokenReader): boolean {
  const start = reader.position
  const isTokenAction = maybeTokenAction(reader) !== undefined
  reader.moveTo(start)
  if (isTokenAction) return true
  const [token, next] = [reader.peek(), reader.peek(1)]
  const isVerb = token?.kind === 'word' && /^(?:SET|UNSET)$/i.test(token.value)
  return isVerb && !/^(?:SET|UNSET)$/i.test(next?.value ?? '')
}

type Properties = ReturnType<typeof readProperties>

function readProperties(reader: TokenReader) {
  const name = (): string => {
    const text = reader.peek()?.kind === 'string' ? reader.string() : undefined
    return text === undefined ? reader.identifier() : (parseName(text)[0] ?? '')
  }
  const names = (): string[] => {
    const text = reader.maybeString()
    return text === undefined ? reader.name() : parseName(text)
  }
  return reader.properties({
    PASSWORD: () => reader.string('a password'),
    LOGIN_NAME: () => reader.scalar('a login name').toUpperCase(),
    DISPLAY_NAME: () => reader.scalar('a display name'),
    EMAIL: () => reader.string('an e-mail address'),
    MUST_CHANGE_PASSWORD: () => reader.boolean(),
    DISABLED: () => reader.boolean(),
    DEFAULT_WAREHOUSE: name,
    DEFAULT_NAMESPACE: names,
    DEFAULT_ROLE: name,
    DEFAULT_SECONDARY_ROLES: () => reader.list(() => reader.scalar('a role').toUpperCase()),
    RSA_PUBLIC_KEY: () => publicKey('RSA_PUBLIC_KEY', reader.string('a public key')),
    RSA_PUBLIC_KEY_2: () => publicKey('RSA_PUBLIC_KEY_2', reader.string('a public key')),
    TYPE: () => userType(reader.scalar('a type')),
    COMMENT: () => reader.string('a comment'),
  })
}

function changesOf(properties: Properties): Partial<User> {
  const given = {
    passwordHash: properties.PASSWORD === undefined ? undefined : hashPassword(properties.PASSWORD),
    loginName: properties.LOGIN_NAME,
    displayName: properties.DISPLAY_NAME,
    email: properties.EMAIL,
    mustChangePassword: properties.MUST_CHANGE_PASSWORD,
    disabled: properties.DISABLED,
    defaultWarehouse: properties.DEFAULT_WAREHOUSE,
    defaultNamespace: properties.DEFAULT_NAMESPACE?.join('.'),
    defaultRole: properties.DEFAULT_ROLE,
    defaultSecondaryRoles: properties.DEFAULT_SECONDARY_ROLES,
    type: properties.TYPE,
    comment: properties.COMMENT,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function isKeyProperty(property: string): boolean {
  return KEY_PROPERTIES.some((known) => known === property)
}

function keyChanges(
  user: User,
  changes: { readonly [K in (typeof KEY_PROPERTIES)[number]]?: string | null },
): Partial<User> {
  const keys = new Map(publicKeysOf(user))
  for (const property of KEY_PROPERTIES) {
    const key = changes[property]
    if (key === null) keys.delete(property)
    else if (key !== undefined) keys.set(property, key)
  }
  return { publicKeys: [...keys.values()], publicKeyProperties: [...keys.keys()] }
}

/** The body of a PEM, checked. */
function publicKey(property: string, pem: string): string {
  const body = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')
  try {
    const key = createPublicKey({
      key: Buffer.from(body, 'base64'),
      format: 'der',
      type: 'spki',
    })
    if (key.asymmetricKeyType === 'rsa') return body
  } catch {
    // Whatever was wrong with it, the answer is the same.
  }
  throw invalidProperty(property, pem)
}

function userType(text: string): User['type'] {
  const type = text.toUpperCase()
  if (type === 'NULL') return null
  if (type === 'PERSON' || type === 'SERVICE' || type === 'LEGACY_SERVICE') return type
  throw invalidProperty('TYPE', text)
}

function requireChange(user: User, properties: readonly string[], context: StatementContext): void {
  const { session } = context
  // A session that is bound to a role must not get out of it by a new password or default role.
  const isOwn = user.name === session.user && session.isBoundToRole !== true
  if (isOwn && properties.every((property) => OWN_PROPERTIES.includes(property))) return
  if (hasPrivilege(context, 'OWNERSHIP', accountObject('USER', user))) return
  throw insufficientPrivileges('user', user.name)
}

function requireFreeLoginName(user: User, context: StatementContext): void {
  const isTaken = context.account.catalog.users
    .list()
    .some((other) => other.name !== user.name && other.loginName === user.loginName)
  if (isTaken) throw alreadyExists(user.loginName)
}
