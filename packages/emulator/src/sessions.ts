import type { Account } from './account.ts'
import { dropTemporaryStages } from './commands/stage.ts'
import { authenticationError } from './http/authenticate/authentication-error.ts'
import type { Session } from './sql-session.ts'

/** Who opens a session and where it starts. */
export interface SessionStart {
  readonly user: string
  readonly role: string
  readonly isBoundToRole?: boolean
  readonly database: string | null
  readonly schema: string | null
  readonly warehouse: string | null
  /** Session parameters that the client asked for, upper-case names. */
  readonly parameters: ReadonlyMap<string, string>
}

/** What a client holds to speak for a session, and to go on when the first part has expired. */
export interface SessionTokens {
  readonly session: Session
  readonly sessionToken: string
  readonly sessionTokenSeconds: number
  readonly masterToken: string
  readonly masterTokenSeconds: number
}

export interface SessionsOptions {
  /** Life of a session token; a client renews it with its master token. Default 1 hour. */
  readonly sessionTokenMs?: number | undefined
  /** Life of a master token. Default 4 hours. */
  readonly masterTokenMs?: number | undefined
  /** A session that is not used for so long is closed. Default 4 hours. */
  readonly idleMs?: number | undefined
}

/** Called when a session closes, before its engine connection does. */
export type OnSessionClose = (session: Session) => Promise<void>

interface OpenSession {
  readonly session: Session
  lastUsedAt: number
  /** Statements that run or wait; a session is not idle while it has any. */
  holds: number
}

const HOUR_MS = 3_600_000

/** The account's open sessions. */
export class Sessions {
  readonly #account: Account
  readonly #options: { readonly [K in keyof SessionsOptions]-?: number }
  readonly #open = new Map<string, OpenSession>()
  readonly #onClose: OnSessionClose[] = []
  #lastId = Date.now() * 1000 // larger than any id of an earlier run, and below 2^53

  constructor(account: Account, options: SessionsOptions = {}) {
    this.#account = account
    this.#options = {
      sessionTokenMs: options.sessionTokenMs ?? HOUR_MS,
      masterTokenMs: options.masterTokenMs ?? 4 * HOUR_MS,
      idleMs: options.idleMs ?? 4 * HOUR_MS,
    }
  }

  /** Adds something to be done when a session closes; the last added is done first. */
  onClose(hook: OnSessionClose): void {
    this.#onClose.unshift(hook)
  }

  async open(start: SessionStart): Promise<SessionTokens> {
    await this.#closeIdle()
    this.#lastId += 1
    const session: Session = {
      ...start,
      id: String(this.#lastId),
      parameters: new Map(start.parameters),
      variables: new Map(),
      queryIds: [],
      engine: await this.#account.engine.connect(),
    }
    this.#open.set(session.id, { session, lastUsedAt: this.#now(), holds: 0 })
    return this.issueTokens(session)
  }

  /** The open session of this id; it counts as used. */
  maybe(id: string): Session | undefined {
    const open = this.#open.get(id)
    if (open === undefined) return undefined
    open.lastUsedAt = this.#now()
    return open.session
  }

  /**
   * The session that a session token speaks for.
   *
   * @throws {SnowflakeError} 390112 when the token is to be renewed, 390111 when the session is closed, 390104 else.
   */
  find(token: string): Session {
    const subject = this.#account.tokens.resolve(token)
    if (subject?.kind === 'session') return this.#get(subject.sessionId)
    throw authenticationError(this.#account.tokens.isExpired(token) ? '390112' : '390104')
  }

  /**
   * The session that a master token speaks for.
   *
   * @throws {SnowflakeError} 390114 when the client has to sign in again.
   */
  findByMaster(token: string): Session {
    const subject = this.#account.tokens.resolve(token)
    const session = subject?.kind === 'master' ? this.maybe(subject.sessionId) : undefined
    if (session === undefined) throw authenticationError('390114')
    return session
  }

  /** A new pair of tokens. The old ones live on till they expire: an answer may be lost and asked for again. */
  issueTokens(session: Session): SessionTokens {
    const { tokens } = this.#account
    const { sessionTokenMs, masterTokenMs } = this.#options
    const sessionId = session.id
    return {
      session,
      sessionToken: tokens.issue({ kind: 'session', sessionId }, sessionTokenMs),
      sessionTokenSeconds: Math.floor(sessionTokenMs / 1000),
      masterToken: tokens.issue({ kind: 'master', sessionId }, masterTokenMs),
      masterTokenSeconds: Math.floor(masterTokenMs / 1000),
    }
  }

  /** Keeps a session from being idle until the function that it gives is called. */
  hold(session: Session): () => void {
    const open = this.#open.get(session.id)
    if (open === undefined) return () => {}
    open.holds += 1
    return () => {
      open.holds -= 1
      open.lastUsedAt = this.#now()
    }
  }

  /** Ends a session: what runs in it is cancelled, its transaction rolled back, what is temporary dropped. */
  async close(session: Session): Promise<void> {
    if (!this.#open.delete(session.id)) return
    try {
      for (const hook of this.#onClose) await hook(session)
      await dropTemporaryStages(session.id, this.#account)
      // Fails when there is no transaction, which is the usual case.
      await session.engine.run('ROLLBACK').catch(() => {})
    } catch (error) {
      this.#account.log.error({ error, sessionId: session.id }, 'closing a session failed')
    } finally {
      session.engine.close()
    }
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ session }) => this.close(session)))
  }

  /** Drops what is left of sessions that a killed account could not close. */
  async dropLeftOvers(): Promise<void> {
    const owners = new Set(this.#account.catalog.stages.list().map(({ sessionId }) => sessionId))
    for (const id of owners) {
      if (id !== null && !this.#open.has(id)) await dropTemporaryStages(id, this.#account)
    }
  }

  #get(id: string): Session {
    const session = this.maybe(id)
    if (session === undefined) throw authenticationError('390111')
    return session
  }

  async #closeIdle(): Promise<void> {
    const oldest = this.#now() - this.#options.idleMs
    const idle = [...this.#open.values()].filter(
      ({ holds, lastUsedAt }) => holds === 0 && lastUsedAt < oldest,
    )
    await Promise.all(idle.map(({ session }) => this.close(session)))
  }

  #now(): number {
    return this.#account.now().getTime()
  }
}
