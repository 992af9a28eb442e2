import { randomBytes } from 'node:crypto'

/** What a token stands for. */
export type TokenSubject =
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'master'; readonly sessionId: string }
  | { readonly kind: 'registry'; readonly user: string; readonly role: string }
  | { readonly kind: 'stage'; readonly stage: string } // stage key of the catalog
  | { readonly kind: 'service'; readonly service: string } // service key of the catalog

/** Random bearer tokens with a life: nothing about the subject can be read from one. */
export class Tokens {
  readonly #subjects = new Map<string, { subject: TokenSubject; expiresAt: number }>()
  readonly #now: () => number

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

  /** Expired tokens are kept a day longer, so that their holders learn that they expired. */
  #dropExpired(): void {
    const oldest = this.#now() - 86_400_000
    for (const [token, entry] of this.#subjects) {
      if (entry.expiresAt < oldest) this.#subjects.delete(token)
    }
  }
}
