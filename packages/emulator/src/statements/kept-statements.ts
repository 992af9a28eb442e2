import type { Statement } from './statement.ts'
import type { StoredAnswer } from './stored-answer.ts'

/** How much of what has ended is kept. */
export interface KeepLimits {
  /** Default 1 hour. */
  readonly ms?: number | undefined
  /** Default 1000 statements. */
  readonly statements?: number | undefined
  /** Default 512 MB of answers. */
  readonly bytes?: number | undefined
}

/** Statements by their ids. Those that ended first are forgotten first; those that run never are. */
export class KeptStatements {
  readonly #limits: { readonly [K in keyof KeepLimits]-?: number }
  readonly #byQueryId = new Map<string, Statement>()
  readonly #byRequest = new Map<string, Statement>()
  readonly #requestKeys = new Map<Statement, string>()
  readonly #bySecret = new Map<string, StoredAnswer>()
  /** In the order of their end. */
  readonly #ended = new Set<Statement>()
  #bytes = 0

  constructor(limits: KeepLimits = {}) {
    this.#limits = {
      ms: limits.ms ?? 3_600_000,
      statements: limits.statements ?? 1000,
      bytes: limits.bytes ?? 512 * 1024 * 1024,
    }
  }

  maybe(queryId: string): Statement | undefined {
    return this.#byQueryId.get(queryId)
  }

  maybeByRequest(user: string, requestId: string): Statement | undefined {
    return this.#byRequest.get(requestKey(user, requestId))
  }

  maybeAnswer(secret: string): StoredAnswer | undefined {
    return this.#bySecret.get(secret)
  }

  add(statement: Statement): void {
    this.#byQueryId.set(statement.queryId, statement)
  }

  addRequest(user: string, requestId: string, statement: Statement): void {
    if (requestId === '') return
    const key = requestKey(user, requestId)
    this.#byRequest.set(key, statement)
    this.#requestKeys.set(statement, key)
  }

  /** Starts the time that an ended statement is kept, and forgets what is beyond the limits. */
  ended(statement: Statement, now: Date): void {
    this.#ended.add(statement)
    const answer = answerOf(statement)
    if (answer !== undefined) {
      this.#bySecret.set(answer.secret, answer)
      this.#bytes += answer.bytes
    }
    for (const oldest of this.#ended) {
      // The newest answer is kept however large it is: nobody has read it yet.
      if (oldest === statement || !this.#isBeyond(oldest, now)) return
      this.#forget(oldest)
    }
  }

  #isBeyond(oldest: Statement, now: Date): boolean {
    const { ms, statements, bytes } = this.#limits
    const age = now.getTime() - (oldest.endedAt ?? now).getTime()
    return age > ms || this.#ended.size > statements || this.#bytes > bytes
  }

  #forget(statement: Statement): void {
    this.#ended.delete(statement)
    this.#byQueryId.delete(statement.queryId)
    this.#byRequest.delete(this.#requestKeys.get(statement) ?? '')
    this.#requestKeys.delete(statement)
    const answer = answerOf(statement)
    if (answer === undefined) return
    this.#bySecret.delete(answer.secret)
    this.#bytes -= answer.bytes
  }
}

function answerOf({ outcome }: Statement): StoredAnswer | undefined {
  return outcome?.kind === 'succeeded' ? outcome.answer : undefined
}

function requestKey(user: string, requestId: string): string {
  return JSON.stringify([user, requestId])
}
