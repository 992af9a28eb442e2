import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { shown, TestKernel } from './testing/kernel-run.ts'

let account: Emulator
let kernel: TestKernel
beforeAll(async () => {
  account = await startEmulator({ port: 0 })
  kernel = await TestKernel.start({ env: environment() })
}, 20_000)
afterAll(async () => {
  await kernel.close()
  await account.close()
})

function environment(): Record<string, string> {
  return {
    SNOWFLAKE_HOST: '127.0.0.1',
    SNOWFLAKE_PORT: String(account.port),
    SNOWFLAKE_PROTOCOL: 'http',
    SNOWFLAKE_ACCOUNT: 'LOCAL',
    SNOWFLAKE_USER: 'admin',
    SNOWFLAKE_PASSWORD: 'admin',
  }
}

describe('SQL cells', () => {
  test('run their statements in order and show each result', async () => {
    const run = await kernel.run(
      `CREATE DATABASE notes; -- a comment; with a semicolon
       CREATE TABLE t (a INT, b VARCHAR);
       INSERT INTO t VALUES (1, 'x;y'), (2, NULL);
       SELECT * FROM t ORDER BY a`,
      { language: 'sql' },
    )
    expect(run.error?.traceback.join('\n')).toBeUndefined()
    expect(run.displays).toHaveLength(4)
    const table = String(run.displays.at(-1)?.data['text/plain'])
    expect(table.split('\n').slice(0, -1)).toEqual(
      [
        '-----------------',
        '|"A"  |"B"   |',
        '-----------------',
        '|1    |x;y   |',
        '|2    |NULL  |',
        '-----------------',
      ].map((line) => (line.startsWith('-') ? '-'.repeat('|"A"  |"B"   |'.length) : line)),
    )
    expect(table).toMatch(/\n2 rows · [\w-]+$/)
    expect(shown(await kernel.run('_sql'))).toBe("[ { A: 1, B: 'x;y' }, { A: 2, B: null } ]")
  }, 15_000)

  test('cut long results and say how many rows there are', async () => {
    const run = await kernel.run('SELECT seq4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 120))', {
      language: 'sql',
    })
    const lines = String(run.displays[0]?.data['text/plain']).split('\n')
    expect(lines).toHaveLength(50 + 4 + 1)
    expect(lines.at(-1)).toMatch(/^120 rows, the first 50 shown · /)
    expect(shown(await kernel.run('_sql.length'))).toBe('120')
  })

  test('say where the session stands, after login and after USE', async () => {
    const first = kernel.events.find((event) => event.type === 'context-changed')
    expect(first).toMatchObject({
      context: { connected: true, user: 'ADMIN', role: 'ACCOUNTADMIN' },
    })
    await kernel.run('CREATE SCHEMA notes.other; USE SCHEMA notes.other', { language: 'sql' })
    const last = kernel.events.findLast((event) => event.type === 'context-changed')
    expect(last).toMatchObject({ context: { database: 'NOTES', schema: 'OTHER' } })
    expect(await kernel.kernel.use({ schema: 'PUBLIC' })).toMatchObject({ schema: 'PUBLIC' })
    await expect(kernel.kernel.use({ role: 'NOBODY' })).rejects.toMatchObject({
      code: 'SQL_FAILED',
    })
  })

  test('report what Snowflake says', async () => {
    const run = await kernel.run('SELECT 1; SELECT nothing_of_this_name', { language: 'sql' })
    expect(run.status).toBe('error')
    expect(run.displays).toHaveLength(1)
    expect(run.error?.name).toBe('SessionError [SQL_FAILED]')
  })

  test('share their session with TypeScript', async () => {
    expect(
      shown(
        await kernel.run(
          'const who = "x;y"; await sql`SELECT a FROM notes.public.t WHERE b = ${who}`',
        ),
      ),
    ).toBe('[ { A: 1 } ]')
    expect(shown(await kernel.run('(await session.execute("SELECT 2 AS two")).rows'))).toBe(
      '[ [ 2 ] ]',
    )
    expect(
      shown(
        await kernel.run(
          'const got = []; for await (const row of session.stream("SELECT a FROM notes.public.t ORDER BY a")) got.push(row); got',
        ),
      ),
    ).toBe('[ [ 1 ], [ 2 ] ]')
  })

  test('connect again when the session has ended', async () => {
    await kernel.run('await session.close()')
    expect(shown(await kernel.run('await sql`SELECT 3 AS n`'))).toBe('[ { N: 3 } ]')
  })

  test('are cancelled at Snowflake by an interrupt', async () => {
    const id = kernel.execute(
      'SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 1000000)) a, TABLE(GENERATOR(ROWCOUNT => 1000000)) b WHERE RANDOM() = 1',
      { language: 'sql' },
    )
    await kernel.event((event) => event.type === 'execution-started' && event.executionId === id)
    const wait = setTimeout(() => kernel.kernel.interrupt(), 300)
    const run = await kernel.finished(id)
    clearTimeout(wait)
    expect(run.status).toBe('interrupted')
    expect(shown(await kernel.run('await sql`SELECT 4 AS n`'))).toBe('[ { N: 4 } ]')
  })

  test('without any account say what to do', async () => {
    const lonely = await TestKernel.start({ env: { SPCS_SESSION_DIR: '/nowhere' } })
    const run = await lonely.run('SELECT 1', { language: 'sql' })
    expect(run.error?.name).toBe('SessionError [TOKEN_MISSING]')
    expect(run.error?.traceback.join('\n')).toContain('→ ')
    await lonely.close()
  })
})

describe("caller's rights", () => {
  test("sign in with the container's token and the caller's, and read the file again when it is refused", async () => {
    const tokens: string[] = []
    const folder = await mkdtemp(join(tmpdir(), 'spcs-kernel-test-'))
    await writeFile(join(folder, 'token'), 'service-token-1')
    const server = createServer((request, response) => {
      void text(request).then(async (body) => {
        tokens.push((JSON.parse(body) as { data: { TOKEN: string } }).data.TOKEN)
        await writeFile(join(folder, 'token'), 'service-token-2')
        const refused = { success: false, code: '390303', message: 'Invalid OAuth access token.' }
        response.setHeader('content-type', 'application/json')
        return response.end(JSON.stringify({ ...refused, data: null }))
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const called = await TestKernel.start({
      callerToken: 'token-of-the-caller',
      env: {
        SNOWFLAKE_HOST: '127.0.0.1',
        SNOWFLAKE_PORT: String(port),
        SNOWFLAKE_PROTOCOL: 'http',
        SNOWFLAKE_ACCOUNT: 'LOCAL',
        SPCS_SESSION_DIR: folder,
      },
    })
    expect(shown(await called.run('JSON.stringify(process.env).includes("caller")'))).toBe('false')
    const run = await called.run('SELECT 1', { language: 'sql' })
    expect(run.error?.name).toBe('SessionError [TOKEN_REJECTED]')
    expect(tokens).toEqual([
      'service-token-1.token-of-the-caller',
      'service-token-2.token-of-the-caller',
    ])
    await called.close()
    server.close()
    server.closeAllConnections()
    await rm(folder, { recursive: true })
  }, 15_000)
})
