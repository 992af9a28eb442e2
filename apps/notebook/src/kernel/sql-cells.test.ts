import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { RESULT_MIME, type ResultBundle } from '../results/result.ts'
import { plainText, type Run, shown, TestKernel } from './testing/kernel-run.ts'

let account: Emulator
let kernel: TestKernel
let results: string
beforeAll(async () => {
  account = await startEmulator({ port: 0 })
  results = await mkdtemp(join(tmpdir(), 'spcs-kernel-test-'))
  kernel = await TestKernel.start({
    env: { SPCS_SESSION_DIR: '/nowhere' },
    resultsDirectory: results,
  })
}, 20_000)
afterAll(async () => {
  await kernel.close()
  await account.close()
  await rm(results, { recursive: true, force: true })
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

function bundleOf(run: Run, index = -1): ResultBundle {
  return run.displays.at(index)?.data[RESULT_MIME] as ResultBundle
}

function traceOf(run: Run): string {
  return plainText(run.error?.traceback.join('\n') ?? '')
}

describe('SQL cells', () => {
  test('without any account say what to do', async () => {
    const run = await kernel.run('SELECT 1', { language: 'sql' })
    expect(run.error?.name).toBe('SessionError [TOKEN_MISSING]')
    expect(run.error?.traceback.join('\n')).toContain('→ ')
    expect(await kernel.kernel.catalogue()).toEqual({
      database: null,
      schema: null,
      databases: [],
      tables: [],
    })
    await kernel.run(`Object.assign(process.env, ${JSON.stringify(environment())})`)
  })

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

  test('print every value exactly, in the grid and in text', async () => {
    const run = await kernel.run(
      `SELECT 12.30::NUMBER(10,2) AS money,
              99999999999999999999999999999999999999 AS most,
              -12345678901234567890.5::NUMBER(38,3) AS long,
              '-0'::FLOAT AS zero, 1.7976931348623157e308::FLOAT AS large, 5e-324::FLOAT AS small,
              '2024-01-31 12:00:00.123456'::TIMESTAMP_NTZ AS ntz,
              '0001-01-01'::DATE AS first, '9999-12-31'::DATE AS last,
              '23:59:59.999999'::TIME AS t, TO_BINARY('00FF') AS bytes,
              PARSE_JSON('{"id": 12345678901234567890, "x": 1.5}') AS v`,
      { language: 'sql' },
    )
    expect(traceOf(run)).toBe('')
    expect(bundleOf(run).firstRows).toEqual([
      [
        '12.30',
        '99999999999999999999999999999999999999',
        '-12345678901234567890.500',
        '-0.0',
        '1.7976931348623157e+308',
        '5e-324',
        '2024-01-31 12:00:00.123456',
        '0001-01-01',
        '9999-12-31',
        '23:59:59.999999',
        '00FF',
        '{"id":12345678901234567890,"x":1.5}',
      ],
    ])
    const file = await readFile(join(results, `${bundleOf(run).resultId}.rows`), 'utf8')
    expect(JSON.parse(file)).toEqual(bundleOf(run).firstRows[0])
    expect(String(run.displays[0]?.data['text/plain'])).toContain('|12.30    |9999999')
    expect(shown(await kernel.run('[_sql[0].MONEY, _sql[0].LONG]'))).toBe(
      "[ 12.3, '-12345678901234567890.500' ]",
    )
    const frame = await kernel.run('await session.sql("SELECT 12.30::NUMBER(10,2) AS m").show()')
    expect(frame.stdout).toContain('|12.30  |')
  })

  test('cut long results and say how many rows there are', async () => {
    const run = await kernel.run('SELECT seq4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 120))', {
      language: 'sql',
    })
    const lines = String(run.displays[0]?.data['text/plain']).split('\n')
    expect(lines).toHaveLength(50 + 4 + 1)
    expect(lines.at(-1)).toMatch(/^120 rows, the first 50 shown · /)
    expect(shown(await kernel.run('_sql.length'))).toBe('120')
  })

  test('say where the session stands, after login, CREATE DATABASE and USE', async () => {
    const first = kernel.events.find((event) => event.type === 'context-changed')
    expect(first).toMatchObject({
      context: { connected: true, user: 'ADMIN', role: 'ACCOUNTADMIN', database: null },
    })
    const created = kernel.events.filter((event) => event.type === 'context-changed')[1]
    expect(created).toMatchObject({ context: { database: 'NOTES', schema: 'PUBLIC' } })
    await kernel.run('CREATE SCHEMA notes.other; USE SCHEMA notes.other', { language: 'sql' })
    const last = kernel.events.findLast((event) => event.type === 'context-changed')
    expect(last).toMatchObject({ context: { database: 'NOTES', schema: 'OTHER' } })
    expect(await kernel.kernel.use({ schema: 'PUBLIC' })).toMatchObject({ schema: 'PUBLIC' })
    await expect(kernel.kernel.use({ role: 'NOBODY' })).rejects.toMatchObject({
      code: 'SQL_FAILED',
    })
  })

  test('tell what tables there are, without waiting for a cell', async () => {
    const { database, schema, tables } = await kernel.kernel.catalogue()
    expect([database, schema]).toEqual(['NOTES', 'PUBLIC'])
    expect(tables).toContainEqual({
      database: 'NOTES',
      schema: 'PUBLIC',
      name: 'T',
      kind: 'TABLE',
      columns: [
        { name: 'A', type: 'NUMBER(38,0)' },
        { name: 'B', type: 'VARCHAR' },
      ],
    })
    await kernel.run(
      `CREATE VIEW notes.public.v AS SELECT a FROM notes.public.t;
       CREATE DATABASE sales; CREATE TABLE sales.public.orders (amount NUMBER(38,2));
       USE SCHEMA notes.public`,
      { language: 'sql' },
    )
    const after = await kernel.kernel.catalogue()
    expect(after.tables.find(({ name }) => name === 'V')).toMatchObject({ kind: 'VIEW' })
    expect(after.databases).toContain('SALES')
    expect(after.tables.some((table) => table.database === 'SALES')).toBe(false)
    const both = await kernel.kernel.catalogue(['SALES', 'NOWHERE'])
    expect(both.tables).toContainEqual({
      database: 'SALES',
      schema: 'PUBLIC',
      name: 'ORDERS',
      kind: 'TABLE',
      columns: [{ name: 'AMOUNT', type: 'NUMBER(38,2)' }],
    })
    await kernel.kernel.use({ schema: 'OTHER' })
    expect(await kernel.kernel.catalogue()).toMatchObject({ schema: 'OTHER' })
    await kernel.kernel.use({ schema: 'PUBLIC' })
    const id = kernel.execute('console.log("busy"); while (true) {}')
    await kernel.event((event) => event.type === 'stream' && event.executionId === id)
    expect((await kernel.kernel.catalogue()).tables).toHaveLength(after.tables.length)
    kernel.kernel.interrupt(id)
    await kernel.finished(id)
  })

  test('report what Snowflake says', async () => {
    const run = await kernel.run('SELECT 1; SELECT nothing_of_this_name', { language: 'sql' })
    expect(run.status).toBe('error')
    expect(run.displays).toHaveLength(1)
    expect(run.error?.name).toBe('SessionError [SQL_FAILED]')
    expect(traceOf(run)).toMatch(/NOTHING_OF_THIS_NAME/i)
    expect(traceOf(run)).not.toContain('Caused by')
    const gone = await kernel.run('SELECT 1;\nDROP TABLE no_such_table', { language: 'sql' })
    expect(traceOf(gone)).toContain('> 2 │ DROP TABLE no_such_table')
  })

  test('bind the values of their expressions, which are TypeScript and may await', async () => {
    await kernel.run("const names = ['x;y', \"it's\"]; const later = async (n: number) => n + 1")
    const run = await kernel.run(
      `SELECT \${await later(1 as number)} AS n; -- \${not_this}
       SELECT a FROM \${identifier('notes.public.t')} WHERE b IN (\${names})`,
      { language: 'sql' },
    )
    expect(traceOf(run)).toBe('')
    expect(bundleOf(run, 0).firstRows).toEqual([['2']])
    expect(shown(await kernel.run('_sql'))).toBe('[ { A: 1 } ]')
  })

  test('refuse values by their names, where they stand', async () => {
    const run = await kernel.run('SELECT 1;\nSELECT ${names[7]}', { language: 'sql' })
    expect(run.error?.name).toBe('CellError [BIND_UNDEFINED]')
    expect(traceOf(run)).toContain('Cannot bind ${names[7]}: it is undefined')
    const thrown = await kernel.run('SELECT 1,\n  ${names.nothing.at}', {
      language: 'sql',
      cellId: 'there',
    })
    expect(traceOf(thrown)).toMatch(/TypeError.*\n.*\n> 2 │ {3}\$\{names\.nothing\.at}\n.*\^/)
    expect(traceOf(thrown)).toContain('at cell:there:2:')
    const quoted = await kernel.run("SELECT '${names}'", { language: 'sql' })
    expect(traceOf(quoted)).toMatch(/SyntaxError: write \$\{names} without quotes/)
  })

  test('show where in the cell Snowflake has found a fault', async () => {
    const run = await kernel.run('SELECT 1;\n\nSELECT ${1},\n       nope FROM notes.public.t', {
      language: 'sql',
    })
    expect(run.error?.name).toBe('SessionError [SQL_FAILED]')
    const lines = traceOf(run).split('\n')
    const at = lines.findIndex((line) => line.startsWith('> 4'))
    expect(lines[at]?.indexOf('nope')).toBe(lines[at + 1]?.indexOf('^'))
  })

  test('keep the rows in a file, and show the first of them', async () => {
    const run = await kernel.run(
      "SELECT seq4() AS n, 'row ' || seq4() AS t, NULL AS nothing FROM TABLE(GENERATOR(ROWCOUNT => 120))",
      { language: 'sql', resultVariable: 'numbered' },
    )
    const bundle = bundleOf(run)
    expect(bundle).toMatchObject({
      rowCount: 120,
      rowsAffected: null,
      variable: 'numbered',
      queryId: expect.any(String),
    })
    expect(bundle.columns.map(({ name }) => name)).toEqual(['N', 'T', 'NOTHING'])
    expect(bundle.firstRows).toHaveLength(50)
    const file = await readFile(join(results, `${bundle.resultId}.rows`), 'utf8')
    const lines = file.trimEnd().split('\n')
    expect([lines.length, lines[119]]).toEqual([120, '["119","row 119",null]'])
    expect(shown(await kernel.run('[numbered === _sql, numbered[7]]'))).toBe(
      "[ true, { N: 7, T: 'row 7', NOTHING: null } ]",
    )
    const [variable] = (await kernel.kernel.variables()).filter(({ name }) => name === 'numbered')
    expect(variable).toMatchObject({ type: 'Rows(120)', size: 120 })
    expect(variable?.preview).toMatch(/^N NUMBER, T VARCHAR/)
    const refused = await kernel.run('SELECT 1', { language: 'sql', resultVariable: 'not a name' })
    expect(refused.error?.name).toBe('CellError [VARIABLE_INVALID]')
  })

  test('say what a statement without rows has done', async () => {
    const run = await kernel.run(
      'CREATE TABLE notes.public.d (a INT); INSERT INTO notes.public.d VALUES (1), (2)',
      { language: 'sql' },
    )
    const texts = run.displays.map(({ data }) => String(data['text/plain']))
    expect(texts[0]).toMatch(/^Table D successfully created\. · /)
    expect(texts[1]).toMatch(/^2 rows inserted · /)
    expect([bundleOf(run, 0).rowsAffected, bundleOf(run).rowsAffected]).toEqual([null, 2])
  })

  test('give a large result as one that is read from its file', async () => {
    const run = await kernel.run('SELECT seq4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 100001))', {
      language: 'sql',
      resultVariable: 'large',
    })
    expect(bundleOf(run).rowCount).toBe(100_001)
    expect(
      shown(
        await kernel.run(
          'let sum = 0; for await (const { N } of large) { sum += N; if (N === 9) break } [large, sum, (await large.toArray()).length]',
        ),
      ),
    ).toBe('[ LargeResult { 100001 rows of N }, 45, 100001 ]')
    const { resultId } = bundleOf(run)
    const again = (await kernel.run('large')).result?.[RESULT_MIME] as ResultBundle
    expect(again).toEqual({ ...bundleOf(run), resultId: again.resultId })
    const sizes = [resultId, again.resultId].map((id) => stat(join(results, `${id}.rows`)))
    expect(new Set((await Promise.all(sizes)).map(({ size }) => size)).size).toBe(1)
    expect(again.resultId).not.toBe(resultId)
    await rm(join(results, `${resultId}.rows`))
    const gone = await kernel.run('await large.toArray()')
    expect(gone.error?.name).toBe('CellError [RESULT_GONE]')
  }, 20_000)

  test('are what a DataFrame shows, too, and say which columns there are', async () => {
    const run = await kernel.run(
      `import { callFunction, col } from '@spcs/dataframe'
       const frame = session.table('notes.public.t').withColumn('C', callFunction('UPPER', col('B')))
       await frame.show()
       frame`,
    )
    expect(traceOf(run)).toBe('')
    const lines = ['-------------------', '|"A"  |"B"   |"C"   |', '|1    |x;y   |X;Y   |']
    for (const line of lines.slice(1)) expect(run.stdout).toContain(line)
    expect(run.result?.[RESULT_MIME]).toMatchObject({
      rowCount: 2,
      firstRows: [
        ['1', 'x;y', 'X;Y'],
        ['2', null, null],
      ],
    })
    expect(String(run.result?.['text/plain'])).toContain(lines[2])
    const later = await kernel.run("display(session.table('notes.public.t')); 'done'")
    expect(bundleOf(later).rowCount).toBe(2)
    expect(await kernel.run("display(session.table('nothing_like_it'))")).toMatchObject({
      status: 'error',
      error: { name: 'SessionError [SQL_FAILED]' },
    })
    const wrong = await kernel.run("session.table('notes.public.t').select('NOPE')")
    expect(traceOf(wrong)).toMatch(/"NOPE": there are "A", "B"/)
    const harmless = await kernel.run("session.sql('DROP TABLE notes.public.t')")
    expect(shown(harmless)).toMatch(/collect\(\) or show\(\) runs it/)
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

  test('leave no rows behind when they are interrupted while they are read', async () => {
    const before = await readdir(results)
    const id = kernel.execute(
      'SELECT a.seq FROM (SELECT seq4() AS seq FROM TABLE(GENERATOR(ROWCOUNT => 200000))) a',
      { language: 'sql' },
    )
    const begun = await newFile(results, before)
    await fileHasRows(begun)
    kernel.kernel.interrupt(id)
    expect((await kernel.finished(id)).status).toBe('interrupted')
    expect(await readdir(results)).toEqual(before)
  }, 20_000)
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

/** The file that is not there yet. */
async function newFile(folder: string, before: readonly string[]): Promise<string> {
  for (;;) {
    const name = (await readdir(folder)).find((each) => !before.includes(each))
    if (name !== undefined) return join(folder, name)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function fileHasRows(path: string): Promise<void> {
  while ((await stat(path)).size === 0) await new Promise((resolve) => setTimeout(resolve, 5))
}
