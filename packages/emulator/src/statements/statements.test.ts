import { afterEach, describe, expect, test } from 'vitest'
import type { StatementContext } from '../account.ts'
import type { Engine } from '../engine/duckdb.ts'
import { Sessions } from '../sessions.ts'
import type { Session } from '../sql-session.ts'
import { numberColumn, type StatementResult } from '../statement-result.ts'
import { testAccount } from '../testing/test-account.ts'
import { readStatementRequest, type StatementRequest } from './statement-request.ts'
import { Statements } from './statements.ts'

const closing: Statements[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((statements) => statements.close()))
})

const ONE: StatementResult = {
  kind: 'rows',
  typeId: 0x1000,
  columns: [numberColumn('N')],
  rows: [['1']],
}

const idleEngine: Engine = {
  connect: () =>
    Promise.resolve({
      inTransaction: false,
      run: () => Promise.resolve({ columns: [], rows: [], rowsChanged: 0 }),
      read: () => Promise.resolve(0),
      interrupt: () => {},
      close: () => {},
    }),
  close: () => Promise.resolve(),
}

interface Setup {
  readonly statements: Statements
  readonly ran: string[]
  readonly open: (user?: string) => Promise<Session>
}

function setup(
  run: (text: string, context: StatementContext) => Promise<StatementResult> = () =>
    Promise.resolve(ONE),
): Setup {
  const { account } = testAccount({ engine: idleEngine })
  const sessions = new Sessions(account)
  const ran: string[] = []
  const statements = new Statements(account, sessions, {
    runStatement: (text, context) => {
      ran.push(text)
      return run(text, context)
    },
  })
  closing.push(statements)
  const start = {
    role: 'PUBLIC',
    database: null,
    schema: null,
    warehouse: null,
    parameters: new Map<string, string>(),
  }
  const open = async (user = 'ADMIN'): Promise<Session> =>
    (await sessions.open({ ...start, user })).session
  return { statements, ran, open }
}

function request(requestId: string, sqlText: string, more: object = {}): StatementRequest {
  return readStatementRequest(requestId, { sqlText, ...more })
}

/** Runs until it is cancelled. */
function untilCancelled(_text: string, { signal }: StatementContext): Promise<StatementResult> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')))
  })
}

describe('Statements', () => {
  test('shows a statement to its own user only', async () => {
    const { statements, open } = setup()
    const mine = statements.submit(await open('ADA'), request('r', 'SELECT 1'))
    await mine.ended
    expect(statements.maybe('ADA', mine.queryId)).toBe(mine)
    expect(statements.maybe('EVE', mine.queryId)).toBeUndefined()
    const other = statements.submit(await open('EVE'), request('r', 'SELECT 1'))
    expect(other).not.toBe(mine)
  })

  test('gives the same statement to the same request, also from another session of the user', async () => {
    const { statements, ran, open } = setup()
    const first = statements.submit(await open(), request('r', 'SELECT 1'))
    await first.ended
    expect(statements.submit(await open(), request('r', 'anything else'))).toBe(first)
    expect(ran).toEqual(['SELECT 1'])
  })

  test('ends a waiting statement at once when it is cancelled, and never runs it', async () => {
    const { statements, ran, open } = setup(untilCancelled)
    const session = await open()
    const running = statements.submit(session, request('r1', 'first'))
    const waiting = statements.submit(session, request('r2', 'second'))
    expect([running.status, waiting.status]).toEqual(['RUNNING', 'QUEUED'])
    statements.cancel(waiting)
    await waiting.ended
    expect(waiting.outcome).toMatchObject({ kind: 'failed', error: { code: '000604' } })
    expect(running.status).toBe('RUNNING')
    statements.cancel(running)
    await running.ended
    expect(ran).toEqual(['first'])
  })

  test('cancels all parts of a request of several statements', async () => {
    const { statements, ran, open } = setup(untilCancelled)
    const parameters = { MULTI_STATEMENT_COUNT: 0 }
    const statement = statements.submit(await open(), request('r', 'first; second', { parameters }))
    statements.cancel(statement)
    await statement.ended
    expect(statement.outcome).toMatchObject({ kind: 'failed', error: { code: '000604' } })
    expect(ran).toEqual(['first'])
  })

  test('refuses to cancel what has ended', async () => {
    const { statements, open } = setup()
    const statement = statements.submit(await open(), request('r', 'SELECT 1'))
    await statement.ended
    expect(() => statements.cancel(statement)).toThrow(expect.objectContaining({ code: '000605' }))
    expect(statement.status).toBe('SUCCESS')
  })

  test('answers what does not stop as cancelled when the account closes', async () => {
    const { statements, open } = setup(() => new Promise(() => {}))
    const statement = statements.submit(await open(), request('r', 'deaf'))
    await statements.close()
    expect(statement.outcome).toMatchObject({ kind: 'failed', error: { code: '000604' } })
  })

  test('leaves the ids of what has run in the session', async () => {
    const { statements, open } = setup()
    const session = await open()
    const first = statements.submit(session, request('r1', 'SELECT 1'))
    const second = statements.submit(session, request('r2', 'SELECT 2'))
    await second.ended
    expect(session.queryIds).toEqual([first.queryId, second.queryId])
  })

  test('uses MULTI_STATEMENT_COUNT of the session where the statement has none', async () => {
    const { statements, ran, open } = setup()
    const session = await open()
    session.parameters.set('MULTI_STATEMENT_COUNT', '0')
    await statements.submit(session, request('r', 'a; b')).ended
    expect(ran).toEqual(['a', 'b'])
  })

  test('refuses binds with several statements', async () => {
    const { statements, open } = setup()
    const more = {
      parameters: { MULTI_STATEMENT_COUNT: 2 },
      bindings: { '1': { type: 'TEXT', value: 'x' } },
    }
    const statement = statements.submit(await open(), request('r', 'a; b', more))
    await statement.ended
    expect(statement.outcome).toMatchObject({ kind: 'failed', error: { code: '000002' } })
  })
})

describe('a statement that is only to be described', () => {
  test.each([
    ['SELECT * FROM t', ['SELECT * FROM (\nSELECT * FROM t\n) LIMIT 0'], ['N']],
    [
      'WITH a AS (SELECT 1) SELECT * FROM a -- end',
      ['SELECT * FROM (\nWITH a AS (SELECT 1) SELECT * FROM a -- end\n) LIMIT 0'],
      ['N'],
    ],
    ['SHOW TABLES', ['SHOW TABLES'], ['N']],
    ['INSERT INTO t VALUES (1)', [], ['number of rows inserted']],
    ['update t set a = 1', [], ['number of rows updated', 'number of multi-joined rows updated']],
    ['DROP TABLE t', [], ['status']],
  ])('%s', async (text, expectedRuns, columns) => {
    const { statements, ran, open } = setup()
    const statement = statements.submit(await open(), request('r', text, { describeOnly: true }))
    await statement.ended
    expect(ran).toEqual(expectedRuns)
    const answer = statement.outcome?.kind === 'succeeded' ? statement.outcome.answer : undefined
    const data: unknown = JSON.parse(answer?.dataFor('localhost') ?? '{}')
    const rowtype = columns.map((name): unknown => expect.objectContaining({ name }))
    expect(data).toMatchObject({ rowtype, rowset: [], returned: 0 })
  })
})

describe('history', () => {
  test('has what ended, with user, role, outcome and no passwords', async () => {
    const { statements, open } = setup((text) =>
      text.includes('bad') ? Promise.reject(new Error('fault')) : Promise.resolve(ONE),
    )
    const session = await open('ADA')
    const texts = ["CREATE USER u PASSWORD = 'hunter2'", 'bad', '']
    for (const [index, text] of texts.entries()) {
      await statements.submit(session, request(`r${index}`, text)).ended
    }
    expect(statements.history.list()).toMatchObject([
      {
        text: "CREATE USER u PASSWORD = '***'",
        user: 'ADA',
        role: 'PUBLIC',
        status: 'SUCCESS',
        rows: 1,
      },
      { text: 'bad', status: 'FAILED_WITH_ERROR', errorCode: '000603', rows: null },
      { text: '', status: 'FAILED_WITH_ERROR', errorCode: '000900' },
    ])
  })
})
