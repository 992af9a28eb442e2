import type { Account, Bind } from '../account.ts'
import { sessionParameters } from '../catalog/parameters.ts'
import type { RunStatement } from '../run-statement.ts'
import type { Sessions } from '../sessions.ts'
import { SnowflakeError, unsupported } from '../snowflake-error.ts'
import type { Session } from '../sql-session.ts'
import { positionOf, readTokens } from '../sql/token.ts'
import { STATEMENT_TYPE } from '../statement-result.ts'
import { cutStatements } from './cut-statements.ts'
import { describeOnly } from './describe-only.ts'
import { encodeAnswer, encodeMultiStatementAnswer } from './encode-answer.ts'
import { StatementHistory } from './history.ts'
import { redactSecrets } from './redact-secrets.ts'
import { KeptStatements, type KeepLimits } from './kept-statements.ts'
import { CANCELLED, statementError, timedOut } from './statement-error.ts'
import { StatementQueue } from './statement-queue.ts'
import type { StatementRequest } from './statement-request.ts'
import { type Outcome, Statement } from './statement.ts'

export interface StatementsOptions {
  readonly runStatement: RunStatement
  readonly keep?: KeepLimits | undefined
}

/** How long the end of the account waits for cancelled statements to stop. */
const CLOSE_GRACE_MS = 1000
/** LAST_QUERY_ID() looks back so far. */
const MOST_QUERY_IDS = 1000
/** The stage that the Node.js driver makes for bulk binds; refused, it sends the binds in the request. */
const BIND_STAGE = /^(?:PUT |CREATE OR REPLACE TEMPORARY STAGE )[^\n]{0,100}SYSTEM\$BIND/

/**
 * The account's statements: those that run, and those that have ended and may be asked for again.
 *
 * A request becomes a Statement at once and waits in its session's queue; from then on it is found by query
 * id or request id, whether the client waits, polls, asks again or cancels.
 */
export class Statements {
  readonly history: StatementHistory = new StatementHistory()
  readonly #account: Account
  readonly #sessions: Sessions
  readonly #runStatement: RunStatement
  readonly #kept: KeptStatements
  readonly #queue = new StatementQueue()
  readonly #unfinished = new Set<Statement>()

  constructor(account: Account, sessions: Sessions, options: StatementsOptions) {
    this.#account = account
    this.#sessions = sessions
    this.#runStatement = options.runStatement
    this.#kept = new KeptStatements(options.keep)
    sessions.onClose((session) => this.#endSession(session))
  }

  /** Starts a statement, or gives the one that the same request started before. */
  submit(session: Session, request: StatementRequest): Statement {
    const known = this.maybeByRequest(session.user, request.requestId)
    if (known !== undefined) return known
    const statement = this.#add(session, request.text, { isAsync: request.isAsync })
    this.#kept.addRequest(session.user, request.requestId, statement)
    const release = this.#sessions.hold(session)
    void this.#queue
      .add(session, () => this.#end(statement, () => this.#runRequest(statement, request)))
      .finally(release)
    return statement
  }

  /** The user's statement of this id; those of others are as good as none. */
  maybe(user: string, queryId: string): Statement | undefined {
    const statement = this.#kept.maybe(queryId)
    return statement?.session.user === user ? statement : undefined
  }

  /** @throws {SnowflakeError} 000709 when there is none. */
  get(user: string, queryId: string): Statement {
    const statement = this.maybe(user, queryId)
    if (statement === undefined) throw notFound(queryId)
    return statement
  }

  maybeByRequest(user: string, requestId: string): Statement | undefined {
    return requestId === '' ? undefined : this.#kept.maybeByRequest(user, requestId)
  }

  /** A chunk of a large result, gzipped. */
  maybeChunk(secret: string, index: number): Buffer | undefined {
    return this.#kept.maybeAnswer(secret)?.chunks[index]?.body
  }

  /** @throws {SnowflakeError} 000605 when it does not run (any more). */
  cancel(statement: Statement | undefined): void {
    if (statement === undefined || statement.outcome !== undefined) {
      throw new SnowflakeError(
        '000605',
        '57014',
        'Identified SQL statement is not currently executing.',
      )
    }
    this.#cancel(statement)
  }

  /** Cancels everything. What does not stop soon is answered as cancelled all the same. */
  async close(): Promise<void> {
    const statements = [...this.#unfinished]
    for (const statement of statements) this.#cancel(statement)
    const timer = setTimeout(() => {
      for (const statement of statements) this.#fail(statement, CANCELLED)
    }, CLOSE_GRACE_MS)
    await Promise.all(statements.map(({ ended }) => ended))
    clearTimeout(timer)
  }

  #add(
    session: Session,
    text: string,
    options: { isAsync: boolean; parent?: Statement },
  ): Statement {
    const startedAt = this.#account.now()
    const statement = new Statement({ session, text, startedAt, ...options })
    this.#unfinished.add(statement)
    this.#kept.add(statement)
    return statement
  }

  async #runRequest(statement: Statement, request: StatementRequest): Promise<Outcome> {
    const count = Number(this.#parameter(statement.session, request, 'MULTI_STATEMENT_COUNT'))
    const texts = cutStatements(request.text, count)
    const [only] = texts
    return texts.length === 1 && only !== undefined
      ? this.#runOne(statement, only, request)
      : this.#runEach(statement, texts, request)
  }

  async #runOne(statement: Statement, text: string, request: StatementRequest): Promise<Outcome> {
    if (BIND_STAGE.test(text)) throw unsupported('binds on a stage')
    const run = (sql: string): ReturnType<RunStatement> =>
      this.#runLimited(statement, sql, request.binds, request)
    const firstWord = (): string => readTokens(text).next().value?.value.toUpperCase() ?? ''
    const result = request.describeOnly
      ? await describeOnly(text, firstWord(), run)
      : await run(text)
    const answer = await encodeAnswer(statement, result, request.binds.length)
    return { kind: 'succeeded', typeId: result.typeId, answer }
  }

  /** Runs the statements of one request in turn, each with an id and an answer of its own. */
  async #runEach(
    parent: Statement,
    texts: readonly string[],
    request: StatementRequest,
  ): Promise<Outcome> {
    if (request.binds.length > 0) throw unsupported('binds in a request of several statements')
    const children: Statement[] = []
    let end = 0
    for (const text of texts) {
      const start = request.text.indexOf(text, end)
      end = start + text.length
      const child = this.#add(parent.session, text, { isAsync: false, parent })
      children.push(child)
      await this.#end(child, () => this.#runOne(child, text, request))
      if (child.outcome?.kind !== 'failed') continue
      throw failedPart(text, positionOf(request.text, start), child.outcome.error)
    }
    const answer = await encodeMultiStatementAnswer(parent, children)
    return { kind: 'succeeded', typeId: STATEMENT_TYPE.multiStatement, answer }
  }

  async #runLimited(
    statement: Statement,
    text: string,
    binds: readonly Bind[],
    request: StatementRequest,
  ): ReturnType<RunStatement> {
    const { session, queryId, signal } = statement
    const seconds = Number(this.#parameter(session, request, 'STATEMENT_TIMEOUT_IN_SECONDS'))
    const timer = seconds > 0 ? this.#cancelLater(statement, seconds) : undefined
    try {
      const context = { account: this.#account, session, queryId, binds, signal }
      return await this.#runStatement(text, context)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Does the work unless the statement was cancelled while it waited, and gives it the outcome. */
  async #end(statement: Statement, work: () => Promise<Outcome>): Promise<void> {
    if (statement.outcome !== undefined) return
    statement.start()
    try {
      statement.signal.throwIfAborted()
      const outcome = await work()
      this.#settle(statement, outcome)
    } catch (error) {
      this.#fail(statement, statementError(error, statement, this.#account.log))
    }
  }

  #settle(statement: Statement, outcome: Outcome): void {
    if (!this.#unfinished.delete(statement)) return
    const { queryIds } = statement.session
    queryIds.push(statement.queryId)
    if (queryIds.length > MOST_QUERY_IDS) queryIds.shift()
    statement.end(outcome, this.#account.now())
    this.history.add(statement)
    this.#kept.ended(statement, this.#account.now())
  }

  #fail(statement: Statement, error: SnowflakeError): void {
    this.#settle(statement, { kind: 'failed', error })
  }

  /** One that still waits ends at once; one that runs ends when what it does has stopped. */
  #cancel(statement: Statement, reason: SnowflakeError = CANCELLED): void {
    statement.cancel(reason)
    if (statement.status === 'QUEUED') this.#fail(statement, reason)
  }

  #cancelLater(statement: Statement, seconds: number): NodeJS.Timeout {
    const milliseconds = Math.min(seconds * 1000, 2 ** 31 - 1)
    return setTimeout(() => this.#cancel(statement, timedOut(seconds)), milliseconds)
  }

  async #endSession(session: Session): Promise<void> {
    const statements = [...this.#unfinished].filter((statement) => statement.session === session)
    for (const statement of statements) this.#cancel(statement)
    await Promise.all(statements.map(({ ended }) => ended))
  }

  /** The statement's own value, else the session's. */
  #parameter(session: Session, request: StatementRequest, name: string): unknown {
    return request.parameters.get(name) ?? sessionParameters(session)[name]
  }
}

function notFound(id: string): SnowflakeError {
  return new SnowflakeError('000709', '02000', `Statement ${id} not found`)
}

/** Which of several statements failed, and where it stands in the request's text. */
function failedPart(
  text: string,
  { line, position }: { line: number; position: number },
  error: SnowflakeError,
): SnowflakeError {
  const where = `"${redactSecrets(text)}" (at line ${line}, position ${position - 1})`
  return new SnowflakeError(
    error.code,
    error.sqlState,
    `Execution of multiple statements failed on statement ${where}.\n${error.message}`,
    { line: error.line, position: error.position, cause: error },
  )
}
