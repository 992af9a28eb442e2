import { randomUUID } from 'node:crypto'
import type { SnowflakeError } from '../snowflake-error.ts'
import type { Session } from '../sql-session.ts'
import type { StatementTypeId } from '../statement-result.ts'
import type { StoredAnswer } from './stored-answer.ts'

/** As drivers know them from `/monitoring/queries`. */
export type StatementStatus = 'QUEUED' | 'RUNNING' | 'SUCCESS' | 'FAILED_WITH_ERROR'

export type Outcome =
  | { readonly kind: 'succeeded'; readonly typeId: StatementTypeId; readonly answer: StoredAnswer }
  | { readonly kind: 'failed'; readonly error: SnowflakeError }

export interface StatementOptions {
  readonly session: Session
  readonly text: string
  readonly startedAt: Date
  /** The client asked not to wait for the end. */
  readonly isAsync: boolean
  /** Cancelling the statement that this one is a part of cancels it too. */
  readonly parent?: Statement | undefined
}

/** A statement on its way from request to answer; its answer is kept for a while after it has ended. */
export class Statement {
  readonly queryId: string = randomUUID()
  readonly session: Session
  /** The session's role when the statement came. */
  readonly role: string
  readonly text: string
  readonly isAsync: boolean
  readonly startedAt: Date
  /** Resolves when there is an outcome; never rejects. */
  readonly ended: Promise<void>
  readonly signal: AbortSignal
  readonly #abort = new AbortController()
  #tellEnd: () => void = () => {}
  #outcome: Outcome | undefined
  #endedAt: Date | undefined
  #isRunning = false

  constructor({ session, text, startedAt, isAsync, parent }: StatementOptions) {
    this.session = session
    this.role = session.role
    this.text = text
    this.startedAt = startedAt
    this.isAsync = isAsync
    this.signal =
      parent === undefined
        ? this.#abort.signal
        : AbortSignal.any([this.#abort.signal, parent.signal])
    this.ended = new Promise((resolve) => {
      this.#tellEnd = resolve
    })
  }

  get outcome(): Outcome | undefined {
    return this.#outcome
  }

  get endedAt(): Date | undefined {
    return this.#endedAt
  }

  get status(): StatementStatus {
    if (this.#outcome === undefined) return this.#isRunning ? 'RUNNING' : 'QUEUED'
    return this.#outcome.kind === 'succeeded' ? 'SUCCESS' : 'FAILED_WITH_ERROR'
  }

  start(): void {
    this.#isRunning = true
  }

  /** Asks it to stop; it ends with `reason` once whatever it does has stopped. */
  cancel(reason: SnowflakeError): void {
    this.#abort.abort(reason)
  }

  /** Gives the outcome; the first one stays. */
  end(outcome: Outcome, at: Date): void {
    if (this.#outcome !== undefined) return
    this.#outcome = outcome
    this.#endedAt = at
    this.#tellEnd()
  }
}
