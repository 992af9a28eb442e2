import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DataFrameSession } from '@spcs/dataframe'
import type { ConnectOptions, OpenResult, Session } from '@spcs/session'
import {
  type ExecuteOptions,
  printIdentifier,
  type ResultSet,
  toObjects,
  type Value,
} from '@spcs/sql'
import type { SessionContext } from '../kernel.ts'
import type { ErrorText, UseContext } from '../messages.ts'
import type { Evaluator } from './evaluate.ts'
import { SessionCatalogue } from './catalogue.ts'
import { InterruptError } from './interrupt-error.ts'
import { loading } from './loading.ts'
import type { Outbox } from './outbox.ts'
import { bindTemplate } from './sql/bind-template.ts'

type PutOptions = Parameters<Session['putFile']>[2]

/** The kernel's login at Snowflake: made by the first statement, made again once when Snowflake has ended it. */
export class KernelSession {
  readonly #outbox: Outbox
  readonly #evaluator: Evaluator
  readonly #shared: Int32Array
  #callerToken: string | undefined
  #opening: Promise<Session> | undefined
  /** The one that is open. */
  #open: Session | undefined
  /** Statements that are on their way. */
  #running = 0
  readonly #catalogue = new SessionCatalogue()

  constructor(outbox: Outbox, evaluator: Evaluator, shared: Int32Array) {
    this.#shared = shared
    this.#outbox = outbox
    this.#evaluator = evaluator
  }

  /** Caller's rights: sign in as the user of this token. */
  signInAs(callerToken: string | undefined): void {
    this.#callerToken = callerToken
  }

  /** The `session` and `sql` of cells. */
  forCells() {
    const sql = async (
      strings: TemplateStringsArray,
      ...values: unknown[]
    ): Promise<Record<string, Value>[]> => {
      const { text, binds } = bindTemplate(strings, values)
      return toObjects(await this.execute(text, { binds }))
    }
    const runner = {
      execute: (text: string, options?: ExecuteOptions) => this.execute(text, options),
      stream: (text: string, options?: ExecuteOptions) => this.#stream(text, options),
      putFile: async (path: string, location: string, options?: PutOptions) =>
        this.#run((session) => session.putFile(path, location, options)),
      cancel: async (queryId: string) => this.#run((session) => session.cancel(queryId)),
      close: () => this.close(),
    }
    return { sql, session: new DataFrameSession(runner) }
  }

  async execute(text: string, options: ExecuteOptions = {}): Promise<ResultSet> {
    const result = await this.#interruptible(options, (interruptible) =>
      this.#run((session) => session.execute(text, interruptible)),
    )
    await this.#afterStatement(text)
    return result
  }

  /** Runs a statement and has its rows read as they arrive; an interrupt ends both. */
  async read<T>(
    text: string,
    options: ExecuteOptions,
    readResult: (result: OpenResult) => Promise<T>,
  ): Promise<T> {
    const read = await this.#interruptible(options, async (interruptible) =>
      readResult(await this.#run((session) => session.openResult(text, interruptible))),
    )
    await this.#afterStatement(text)
    return read
  }

  async close(): Promise<void> {
    const opening = this.#opening
    this.#opening = undefined
    this.#open = undefined
    const session = await opening?.catch(() => undefined)
    await session?.close()
  }

  /** The server's question: runs USE for whatever is given, and answers where the session stands. */
  async answerUse(requestId: number, context: UseContext): Promise<void> {
    try {
      for (const [kind, name] of Object.entries(context)) {
        if (name === undefined) continue
        await this.#run((session) =>
          session.execute(`USE ${kind.toUpperCase()} ${objectName(name)}`),
        )
      }
      this.#catalogue.forget()
      const result = await this.#context()
      this.#outbox.send({ type: 'context-changed', context: result }, 0)
      this.#outbox.send({ type: 'replied', requestId, result }, 0)
    } catch (error) {
      this.#outbox.send({ type: 'refused', requestId, error: errorText(error) }, 0)
    }
  }

  /** What completion asks for: it never signs in for that, and never waits behind a statement. */
  async tellCatalogue(databases: readonly string[]): Promise<void> {
    const session = this.#open
    const catalogue =
      session === undefined || this.#running > 0
        ? this.#catalogue.last
        : await this.#catalogue.read((sql) => session.execute(sql), databases)
    this.#outbox.send({ type: 'catalogue-read', databases, catalogue }, 0)
  }

  async *#stream(text: string, options: ExecuteOptions = {}): AsyncGenerator<readonly Value[]> {
    const { signal, release } = this.#signal(options.signal)
    try {
      const session = await this.#session()
      yield* session.stream(text, { ...options, signal })
    } finally {
      release()
    }
  }

  async #afterStatement(text: string): Promise<void> {
    const statement = withoutComments(text)
    if (!CHANGES_NO_OBJECT.test(statement)) this.#catalogue.forget()
    if (MOVES_SESSION.test(statement)) await this.#tellContext()
  }

  /** An interrupt cancels the statement at Snowflake, too. */
  async #interruptible<T>(
    options: ExecuteOptions,
    run: (options: ExecuteOptions) => Promise<T>,
  ): Promise<T> {
    const { signal, release } = this.#signal(options.signal)
    this.#running += 1
    try {
      return await run({ ...options, signal })
    } finally {
      this.#running -= 1
      release()
    }
  }

  #signal(given: AbortSignal | undefined): { signal: AbortSignal; release: () => void } {
    const controller = new AbortController()
    const release = this.#evaluator.whenInterrupted(() => controller.abort())
    const own = controller.signal
    return { signal: given === undefined ? own : AbortSignal.any([given, own]), release }
  }

  async #run<T>(action: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await action(await this.#session())
    } catch (error) {
      if (!ENDED.has(errorText(error).code)) throw error
      // The token file is renewed while we run: a second login reads the new one.
      this.#opening = undefined
      return action(await this.#session())
    }
  }

  async #session(): Promise<Session> {
    this.#opening ??= loading(this.#shared, () => this.#connect())
    try {
      return await this.#whileConnecting(this.#opening)
    } catch (error) {
      // An interrupt ends the waiting; the login goes on, and the next statement has it.
      if (!(error instanceof InterruptError)) this.#opening = undefined
      throw error
    }
  }

  async #whileConnecting(opening: Promise<Session>): Promise<Session> {
    let release = (): void => undefined
    const interrupted = new Promise<never>((_, reject) => {
      release = this.#evaluator.whenInterrupted(() => reject(new InterruptError()))
    })
    try {
      return await Promise.race([opening, interrupted])
    } finally {
      release()
    }
  }

  async #connect(): Promise<Session> {
    // 400 ms of driver, which most cells never need.
    const { connect } = await import('@spcs/session')
    const session = await connect(await connectOptions(process.env, this.#callerToken))
    this.#open = session
    this.#catalogue.forget()
    this.#outbox.send({ type: 'context-changed', context: await contextOf(session) })
    return session
  }

  async #context(): Promise<SessionContext> {
    return this.#run(contextOf)
  }

  async #tellContext(): Promise<void> {
    this.#outbox.send({ type: 'context-changed', context: await this.#context() })
  }
}

const CHANGES_NO_OBJECT =
  /^(?:select|with|show|desc|describe|insert|update|delete|merge|list|ls|put|get)\b/i
/** What is created is where the session stands then. */
const MOVES_SESSION =
  /^(?:use\b|(?:create|drop|undrop)\s+(?:or\s+replace\s+|transient\s+)*(?:database|schema)\b)/i
const ENDED = new Set(['SESSION_EXPIRED', 'TOKEN_REJECTED'])

/** How this kernel signs in: the container's token, a named connection, or what SNOWFLAKE_* say. */
async function connectOptions(
  environment: NodeJS.ProcessEnv,
  callerToken: string | undefined,
): Promise<ConnectOptions> {
  const connection = environment['NOTEBOOK_CONNECTION']
  if (connection !== undefined && connection !== '') return { connection }
  const { SNOWFLAKE_HOST: host, SNOWFLAKE_PORT: port, SNOWFLAKE_ACCOUNT: account } = environment
  const place = {
    account,
    host,
    port,
    protocol: environment['SNOWFLAKE_PROTOCOL'],
    database: environment['SNOWFLAKE_DATABASE'],
    schema: environment['SNOWFLAKE_SCHEMA'],
  }
  const tokenPath = join(environment['SPCS_SESSION_DIR'] ?? '/snowflake/session', 'token')
  if (callerToken !== undefined) {
    const own = (await readFile(tokenPath, 'utf8')).trim()
    return { ...place, authenticator: 'OAUTH', token: `${own}.${callerToken}` }
  }
  if (existsSync(tokenPath) || environment['SNOWFLAKE_USER'] === undefined) return {}
  return { temporaryConnection: true }
}

async function contextOf(session: Session): Promise<SessionContext> {
  const { rows } = await session.execute(
    'SELECT CURRENT_ACCOUNT(), CURRENT_USER(), CURRENT_ROLE(), CURRENT_WAREHOUSE(), CURRENT_DATABASE(), CURRENT_SCHEMA()',
  )
  const [account, user, role, warehouse, database, schema] = (rows[0] ?? []).map((value) =>
    typeof value === 'string' ? value : null,
  )
  return {
    connected: true,
    account: account ?? null,
    user: user ?? null,
    role: role ?? null,
    warehouse: warehouse ?? null,
    database: database ?? null,
    schema: schema ?? null,
  }
}

/** `DB.PUBLIC` and `"my db"` stay what they are; whatever else is quoted by its parts. */
function objectName(name: string): string {
  if (/^(?:[A-Za-z_][\w$]*|"(?:[^"]|"")+")(?:\.(?:[A-Za-z_][\w$]*|"(?:[^"]|"")+"))*$/.test(name)) {
    return name
  }
  return printIdentifier(name)
}

export function withoutComments(text: string): string {
  return text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '')
}

function errorText(error: unknown): ErrorText {
  if (!(error instanceof Error)) return { code: 'KERNEL_FAILED', message: String(error) }
  const { code, hint } = error as { code?: unknown; hint?: unknown }
  return {
    code: typeof code === 'string' ? code : 'KERNEL_FAILED',
    message: error.message,
    hint: typeof hint === 'string' ? hint : undefined,
  }
}
