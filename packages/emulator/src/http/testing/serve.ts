import { rmSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import type { Account, Log, StatementContext } from '../../account.ts'
import { DirectoryStageFiles } from '../../catalog/directory-stage-files.ts'
import type { Engine } from '../../engine/duckdb.ts'
import { syntaxError } from '../../snowflake-error.ts'
import { type StatementResult, statusResult } from '../../statement-result.ts'
import { temporaryDirectory, testAccount } from '../../testing/test-account.ts'
import { Tokens } from '../../tokens.ts'
import { type AppOptions, buildApp } from '../app.ts'

/** What the account answers to a statement's text; other texts are syntax errors. */
export type Answers = Readonly<
  Record<string, (context: StatementContext) => StatementResult | Promise<StatementResult>>
>

/** An account that listens on a free port, with statements that the test gives. */
export interface Served {
  readonly app: FastifyInstance
  readonly account: Account
  readonly url: string
  /** What the engine connections were asked, in order. */
  readonly engineLog: string[]
  /** What was logged, as JSON lines. */
  readonly logged: string[]
  /** Resolves when a line that is logged from now on holds the text. */
  readonly untilLogged: (text: string) => Promise<void>
  readonly close: () => Promise<void>
}

export interface ServeOptions extends Partial<AppOptions> {
  /** The clock of the account and of its tokens. */
  readonly now?: () => Date
}

export async function serve(answers: Answers = {}, options: ServeOptions = {}): Promise<Served> {
  const directory = temporaryDirectory()
  const engineLog: string[] = []
  const logged: string[] = []
  const watchers: ((line: string) => void)[] = []
  let port = 0
  const now = options.now ?? ((): Date => new Date())
  const { account } = testAccount({
    engine: recordingEngine(engineLog),
    stages: new DirectoryStageFiles(directory),
    log: recordingLog(logged, watchers),
    tokens: new Tokens(() => now().getTime()),
    now,
  })
  Object.defineProperty(account, 'address', { get: () => `127.0.0.1:${port}` })
  const app = buildApp(account, {
    runStatement: async (text, context) => {
      const answer = answers[text]
      if (answer === undefined) throw syntaxError(`unexpected '${text.slice(0, 20)}'`, 1, 1)
      return answer(context)
    },
    ...options,
  })
  const close = async (): Promise<void> => {
    await app.close()
    rmSync(directory, { recursive: true, force: true })
  }
  const untilLogged = (text: string): Promise<void> =>
    new Promise((resolve) => {
      watchers.push((line) => line.includes(text) && resolve())
    })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  if (address !== null && typeof address === 'object') port = address.port
  return { app, account, url: `http://127.0.0.1:${port}`, engineLog, logged, untilLogged, close }
}

/** `statement executed`, for statements whose answer does not matter. */
export const done = (): StatementResult => statusResult('Statement executed successfully.')

function recordingEngine(log: string[]): Engine {
  return {
    connect: () => {
      log.push('connect')
      const add = (entry: string): void => void log.push(entry)
      return Promise.resolve({
        inTransaction: false,
        run: (sql) => {
          add(sql)
          return Promise.resolve({ columns: [], rows: [], rowsChanged: 0 })
        },
        read: () => Promise.resolve(0),
        interrupt: () => add('interrupt'),
        close: () => add('close'),
      })
    },
    close: () => Promise.resolve(),
  }
}

function recordingLog(lines: string[], watchers: readonly ((line: string) => void)[]): Log {
  const add = (fields: object, message: string): void => {
    const line = JSON.stringify({ message, ...fields })
    lines.push(line)
    for (const watch of watchers) watch(line)
  }
  return { debug: add, info: add, warn: add, error: add }
}
