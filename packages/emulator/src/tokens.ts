import { randomBytes } from 'node:crypto'

/** What a token stands for. */
export type TokenSubject =
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'master'; readonly sessionId: string }
  | { readonly kind: 'registry'; readonly user: string; readonly role: string }
  | { readonly kind: 'stage'; readonly stage: string } // stage key of the catalog
  | { readonly kind: 'service'; readonly service: string } // service key of the catalog
  // What a request at a public endpoint tells the service: with the service's own token it opens a session as the user.
  | {
      readonly kind: 'caller'
      readonly service: string
      readonly user: string
      readonly role: string
    }
  // An OAuth access token for one public endpoint's host; without a role, the user's default role counts.
  | {
      readonly kind: 'ingress'
      readonly user: string
      readonly role: string | undefined
      readonly host: string
    }

/** Random bearer tokens with a life: nothing about the subject can be read from one. */
export class Tokens {
  readonly #subjects = new Map<string, { subject: TokenSubject; expiresAt: number }>()
  readonly #now: () => number
  #nextDropAt = 0

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  issue(subject: TokenSubject, lifeMs: number): string {
    this.#dropExpired()
    const token = `spcs-${subject.kind}-${randomBytes(32).toString('base64url')}`
    this.#subjects.set(token, { subject, expiresAt: this.#now() + lifeMs })
    return token
  }

  /** The subject of a live token; undefined for one that is unknown, revoked or expired. */
  resolve(token: string): TokenSubject | undefined {
    const entry = this.#subjects.get(token)
    return entry !== undefined && entry.expiresAt > this.#now() ? entry.subject : undefined
  }

  /** True for a token that was good once; drivers renew on "expired" and give up on "unknown". */
  isExpired(token: string): boolean {
    const entry = this.#subjects.get(token)
    return entry !== undefined && entry.expiresAt <= this.#now()
  }

  revoke(token: string): void {
    this.#subjects.delete(token)
  }

  /**
   * Expired tokens are kept a day longer, so that their holders learn that they expired; those of callers, of which each
   * request makes one, are not. Looks at all of them once in a while alone.
   */
  #dropExpired(): void {
    const now = this.#now()
    if (now < this.#nextDropAt) return
    this.#nextDropAt = now + 10_000
    for (const [token, { subject, expiresAt }] of this.#subjects) {
      const keptMs = subject.kind === 'caller' ? 0 : 86_400_000
      if (expiresAt + keptMs < now) this.#subjects.delete(token)
    }
  }
}
