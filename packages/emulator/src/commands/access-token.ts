import { parseName, printIdentifier } from '@spcs/sql'
import { accountObject, hasPrivilege, rolesOfUser } from '../access-control.ts'
import type { StatementContext } from '../account.ts'
import { newTokenSecret } from '../catalog/access-tokens.ts'
import type { AccessToken, User } from '../catalog/objects.ts'
import {
  alreadyExists,
  doesNotExist,
  insufficientPrivileges,
  invalidProperty,
  unsupported,
} from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import {
  STATEMENT_TYPE,
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
} from '../statement-result.ts'
import type { Command } from './command.ts'
import { executed } from './replies.ts'

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 15
const MOST_DAYS = 365

export const accessTokenCommands: readonly Command[] = [
  { syntax: 'SHOW USER PROGRAMMATIC ACCESS TOKENS', run: showAccessTokens },
  { syntax: 'SHOW USER PATS', run: showAccessTokens },
]

/** What is done to a token in ALTER USER. */
type TokenAction = 'ADD' | 'REMOVE' | 'MODIFY' | 'ROTATE'
const ACTIONS: readonly TokenAction[] = ['ADD', 'REMOVE', 'MODIFY', 'ROTATE']

/** Takes `ADD PROGRAMMATIC ACCESS TOKEN` and its like, if that comes next. */
export function maybeTokenAction(reader: TokenReader): TokenAction | undefined {
  return ACTIONS.find(
    (action) =>
      reader.maybeWords(action, 'PROGRAMMATIC', 'ACCESS', 'TOKEN') ||
      reader.maybeWords(action, 'PAT'),
  )
}

/**
 * Does the rest of `ALTER USER u ADD PROGRAMMATIC ACCESS TOKEN name …`. The secret is in the answer, and nowhere else.
 *
 * DIFFERS: a user needs no network policy to have one; MODIFY and ROTATE are refused by name.
 *
 * @see https://docs.snowflake.com/en/sql-reference/sql/alter-user-add-programmatic-access-token
 */
export function alterAccessTokens(
  action: TokenAction,
  reader: TokenReader,
  user: User | undefined,
  context: StatementContext,
): StatementResult {
  if (action === 'MODIFY' || action === 'ROTATE') {
    throw unsupported(`ALTER USER … ${action} PROGRAMMATIC ACCESS TOKEN`)
  }
  const name = reader.identifier('the name of a token')
  const properties = action === 'ADD' ? readProperties(reader) : {}
  reader.end()
  if (user === undefined) return executed()
  requireUser(user, context)
  const { users } = context.account.catalog
  const key = printIdentifier(user.name)
  const tokens = user.accessTokens ?? []
  const rest = tokens.filter((token) => token.name !== name)
  if (action === 'REMOVE') {
    if (rest.length === tokens.length) throw doesNotExist('Programmatic access token', name)
    users.change(key, { accessTokens: rest })
    return executed()
  }
  if (rest.length !== tokens.length) throw alreadyExists(name)
  const { secret, hash } = newTokenSecret()
  const token = { name, hash, ...describe(properties, user, context) }
  users.change(key, { accessTokens: [...tokens, token] })
  const columns = [textColumn('token_name'), textColumn('token_secret')]
  return tableResult(columns, [[name, secret]], STATEMENT_TYPE.ddl)
}

type Properties = Partial<ReturnType<typeof readProperties>>

function readProperties(reader: TokenReader) {
  return reader.properties({
    ROLE_RESTRICTION: () => parseName(reader.string('a role'))[0] ?? '',
    DAYS_TO_EXPIRY: () => reader.integer(),
    MINS_TO_BYPASS_NETWORK_POLICY_REQUIREMENT: () => reader.integer(),
    COMMENT: () => reader.string('a comment'),
  })
}

function describe(
  properties: Properties,
  user: User,
  { account, session }: StatementContext,
): Omit<AccessToken, 'name' | 'hash'> {
  const { ROLE_RESTRICTION: role = null, DAYS_TO_EXPIRY: days = DEFAULT_DAYS } = properties
  if (days < 1 || days > MOST_DAYS) throw invalidProperty('DAYS_TO_EXPIRY', String(days))
  const isGranted = role === null || rolesOfUser(account.catalog, user.name).includes(role)
  // A user who is a program has to say which of its roles a token is for.
  if (!isGranted || (role === null && user.type === 'SERVICE')) {
    throw invalidProperty('ROLE_RESTRICTION', role ?? '')
  }
  const now = account.now()
  return {
    role,
    createdOn: now.toISOString(),
    createdBy: session.user,
    expiresAt: new Date(now.getTime() + days * DAY_MS).toISOString(),
    comment: properties.COMMENT ?? '',
  }
}

function showAccessTokens(reader: TokenReader, context: StatementContext): StatementResult {
  const { account, session } = context
  const isForUser = reader.maybeWords('FOR', 'USER')
  const name = isForUser ? reader.identifier('a user name') : session.user
  reader.end()
  const user = account.catalog.users.get(printIdentifier(name))
  requireUser(user, context)
  const statusOf = ({ expiresAt }: AccessToken): string =>
    Date.parse(expiresAt) > account.now().getTime() ? 'ACTIVE' : 'EXPIRED'
  return tableResult(
    [
      textColumn('name'),
      textColumn('user_name'),
      textColumn('role_restriction'),
      timestampColumn('expires_at'),
      textColumn('status'),
      textColumn('comment'),
      timestampColumn('created_on'),
      textColumn('created_by'),
      textColumn('mins_to_bypass_network_policy_requirement'),
      textColumn('rotated_to'),
    ],
    (user.accessTokens ?? []).map((token) => [
      token.name,
      user.name,
      token.role,
      token.expiresAt,
      statusOf(token),
      token.comment,
      token.createdOn,
      token.createdBy,
      null,
      null,
    ]),
  )
}

/**
 * Users see to their own tokens, but not in a session that is bound to a role, which would get out of it so; those of
 * others need OWNERSHIP of the user.
 */
function requireUser(user: User, context: StatementContext): void {
  const { session } = context
  if (user.name === session.user && session.isBoundToRole !== true) return
  if (hasPrivilege(context, 'OWNERSHIP', accountObject('USER', user))) return
  throw insufficientPrivileges('user', user.name)
}
