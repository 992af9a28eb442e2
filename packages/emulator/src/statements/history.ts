import { redactSecrets } from './redact-secrets.ts'
import type { Statement, StatementStatus } from './statement.ts'

/** What is remembered of a statement that has ended. */
export interface HistoryEntry {
  readonly queryId: string
  /** Without the values of passwords and other secrets. */
  readonly text: string
  readonly user: string
  readonly role: string
  readonly sessionId: string
  readonly status: StatementStatus
  readonly errorCode: string | null
  readonly rows: number | null
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly endedAt: string
}

/** The statements that ended last, in memory. */
export class StatementHistory {
  readonly #entries: HistoryEntry[] = []
  readonly #most: number

  constructor(most = 1000) {
    this.#most = most
  }

  /** Oldest first. */
  list(): readonly HistoryEntry[] {
    return this.#entries
  }

  add(statement: Statement): void {
    const { queryId, session, status, outcome, startedAt, endedAt, role } = statement
    this.#entries.push({
      queryId,
      text: redactSecrets(statement.text),
      user: session.user,
      role,
      sessionId: session.id,
      status,
      errorCode: outcome?.kind === 'failed' ? outcome.error.code : null,
      rows: outcome?.kind === 'succeeded' ? outcome.answer.rowCount : null,
      startedAt: startedAt.toISOString(),
      endedAt: (endedAt ?? startedAt).toISOString(),
    })
    if (this.#entries.length > this.#most) this.#entries.shift()
  }
}
