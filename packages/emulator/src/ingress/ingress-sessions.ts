import { randomBytes } from 'node:crypto'
import { printIdentifier } from '@spcs/sql'
import type { Account } from '../account.ts'
import type { User } from '../catalog/objects.ts'

/** DIFFERS: how long Snowflake's sign-in at an endpoint holds is not documented. */
const LIFE_MS = 8 * 3_600_000

interface IngressSession {
  readonly user: string
  readonly passwordHash: string | null
  readonly host: string
  readonly expiresAt: number
}

/** Who has signed in at which endpoint in a browser. Kept in memory: a restart of the account ends them all. */
export class IngressSessions {
  readonly #account: Account
  readonly #sessions = new Map<string, IngressSession>()

  constructor(account: Account) {
    this.#account = account
  }

  /** The token that the browser keeps. */
  open(user: User, host: string): string {
    const now = this.#account.now().getTime()
    for (const [token, { expiresAt }] of this.#sessions) {
      if (expiresAt <= now) this.#sessions.delete(token)
    }
    const token = randomBytes(32).toString('base64url')
    const { name, passwordHash } = user
    this.#sessions.set(token, { user: name, passwordHash, host, expiresAt: now + LIFE_MS })
    return token
  }

  /** The user of a token at this host; none when they have gone, are disabled or have another password now. */
  maybeUser(token: string | undefined, host: string): User | undefined {
    const session = this.#sessions.get(token ?? '')
    if (session === undefined || session.host !== host) return undefined
    if (session.expiresAt <= this.#account.now().getTime()) return undefined
    const user = this.#account.catalog.users.maybe(printIdentifier(session.user))
    if (user === undefined || user.disabled) return undefined
    return user.passwordHash === session.passwordHash ? user : undefined
  }

  close(token: string | undefined): void {
    this.#sessions.delete(token ?? '')
  }
}
