import { describe, expect, onTestFinished, test } from 'vitest'
import type { Bind, StatementContext } from '../account.ts'
import { SnowflakeError } from '../snowflake-error.ts'
import {
  numberColumn,
  type RowsResult,
  STATEMENT_TYPE,
  type StatementResult,
  textColumn,
  type WireColumn,
  type WireRow,
  type WireType,
} from '../statement-result.ts'
import { connect, execute, failure, placeAfter } from './testing/driver.ts'
import { one } from './testing/held.ts'
import { type Answers, done, serve, type Served } from './testing/serve.ts'

async function served(
  answers: Answers,
  options: Parameters<typeof serve>[1] = {},
): Promise<Served> {
  const account = await serve(answers, options)
  onTestFinished(account.close)
  return account
}

function rows(columns: readonly WireColumn[], cells: readonly WireRow[]): RowsResult {
  return { kind: 'rows', typeId: STATEMENT_TYPE.select, columns, rows: cells }
}

function column(name: string, type: WireType, scale: number | null = null): WireColumn {
  const precision = type === 'fixed' ? 38 : scale === null ? null : 0
  return { name, type, nullable: true, precision, scale, length: null, byteLength: null }
}

describe('statements through the driver', () => {
  test('gives every type of value', async () => {
    const columns = [
      column('FIXED', 'fixed', 2),
      column('REAL', 'real'),
      textColumn('TEXT'),
      column('BOOLEAN', 'boolean'),
      column('DATE', 'date'),
      column('TIME', 'time', 9),
      column('NTZ', 'timestamp_ntz', 9),
      column('LTZ', 'timestamp_ltz', 9),
      column('TZ', 'timestamp_tz', 9),
      column('BINARY', 'binary'),
      column('VARIANT', 'variant'),
      column('OBJECT', 'object'),
      column('ARRAY', 'array'),
    ]
    const cells = [
      '12.30',
      'NaN',
      'it is "so"',
      '1',
      '19723',
      '45296.123456789',
      '1704112496.123456789',
      '1704112496.500000000',
      '1704112496.123456789 960',
      'CAFE',
      '{"a":[1,null]}',
      '{"b":2}',
      '[3]',
    ]
    const { url } = await served({
      values: () => rows(columns, [cells, columns.map(() => null)]),
    })
    const result = await execute(await connect(url), 'values')
    const [first, second] = result.rows
    expect(first).toMatchObject({
      FIXED: 12.3,
      REAL: Number.NaN,
      TEXT: 'it is "so"',
      BOOLEAN: true,
      DATE: new Date('2024-01-01'),
      TIME: '12:34:56',
      VARIANT: { a: [1, null] },
      OBJECT: { b: 2 },
      ARRAY: [3],
    })
    expect(JSON.stringify([first?.['NTZ'], first?.['LTZ'], first?.['TZ']])).toBe(
      '["2024-01-01 12:34:56.123","2024-01-01 12:34:56.500 +0000","2024-01-01 04:34:56.123 -0800"]',
    )
    const binary = first?.['BINARY']
    expect(Buffer.isBuffer(binary) && binary.toString('hex')).toBe('cafe')
    // The driver prints a TIME as text, and so NULL too.
    const nulls = columns.map(({ name }) => [name, name === 'TIME' ? 'NULL' : null])
    expect(second).toEqual(Object.fromEntries(nulls))
    expect(result.statement.getColumns()?.map((each) => each.getName())).toEqual(
      columns.map(({ name }) => name),
    )
  })

  test('gives an error its code, state, message and query id', async () => {
    const error = new SnowflakeError('002003', '02000', "Object 'T' does not exist.", {
      line: 3,
      position: 7,
    })
    const { url } = await served({ 'SELECT * FROM t': () => Promise.reject(error) })
    const failed = await failure(execute(await connect(url), 'SELECT * FROM t'))
    expect(failed).toMatchObject({
      code: '002003',
      sqlState: '02000',
      message: "Object 'T' does not exist.",
      data: { line: 3, pos: 7, errorCode: '002003', internalError: false },
    })
    expect(failed).toHaveProperty('data.queryId', expect.stringMatching(/^[0-9a-f-]{36}$/))
  })

  test('hides a fault of its own behind 000603, and logs it', async () => {
    const { url, logged } = await served({
      'SELECT 1': () => {
        throw new TypeError('cannot read x of undefined')
      },
    })
    const failed = await failure(execute(await connect(url), 'SELECT 1'))
    expect(failed).toMatchObject({ code: '000603', sqlState: 'XX000' })
    expect(failed.message).not.toContain('undefined')
    expect(logged.join('\n')).toMatch(
      /failed unexpectedly.*TypeError: cannot read x.*queries\.test/,
    )
  })

  test('gives binds to the statement in order', async () => {
    const seen: (readonly Bind[])[] = []
    const keep = ({ binds }: StatementContext): StatementResult => {
      seen.push(binds)
      return done()
    }
    const { url } = await served({ scalars: keep, arrays: keep })
    const connection = await connect(url)
    const letters = Array.from('abcdefghij')
    const many = [...letters, 1, 1.5, true, null] // more than nine: "10" comes before "2" as text
    await execute(connection, 'scalars', { binds: many })
    await execute(connection, 'arrays', {
      binds: [
        [1, 'a'],
        [2, 'b'],
      ],
    })
    expect(seen[0]?.map(({ type }) => type).slice(-4)).toEqual(['FIXED', 'REAL', 'BOOLEAN', 'TEXT'])
    expect(seen[0]?.map(({ value }) => value)).toEqual([...letters, '1', '1.5', 'true', null])
    expect(seen[1]).toEqual([
      { type: 'FIXED', value: ['1', '2'] },
      { type: 'TEXT', value: ['a', 'b'] },
    ])
  })

  test('makes the driver send bulk binds in the request when it tries a stage', async () => {
    const seen: (readonly Bind[])[] = []
    const { url } = await served({
      insert: ({ binds }) => {
        seen.push(binds)
        return done()
      },
    })
    const connection = await connect(url, { arrayBindingThreshold: 1 })
    await execute(connection, 'insert', { binds: [[1], [2], [3]] })
    expect(seen).toEqual([[{ type: 'FIXED', value: ['1', '2', '3'] }]])
  })

  test('tells the driver where the session is after each statement', async () => {
    const { url } = await served({
      'USE DATABASE db': ({ session }) => {
        session.database = 'DB'
        session.schema = 'PUBLIC'
        return done()
      },
    })
    const { statement } = await execute(await connect(url), 'USE DATABASE db')
    expect(placeAfter(statement)).toEqual({
      database: 'DB',
      schema: 'PUBLIC',
      warehouse: 'COMPUTE_WH',
      role: 'ACCOUNTADMIN',
    })
  })

  test('tells the driver how many rows DML changed', async () => {
    const { url } = await served({
      'INSERT 5': () => ({
        kind: 'rows',
        typeId: STATEMENT_TYPE.insert,
        columns: [numberColumn('number of rows inserted')],
        rows: [['5']],
      }),
    })
    const { statement } = await execute(await connect(url), 'INSERT 5')
    expect(statement.getNumUpdatedRows()).toBe(5)
  })

  test('gives a large result in chunks', async () => {
    const columns = [numberColumn('N'), textColumn('T')]
    const cells = Array.from({ length: 50_000 }, (_, n) => [String(n), `row ${n}, "quoted"`])
    const { url } = await served({ big: () => rows(columns, cells) })
    const result = await execute(await connect(url), 'big')
    expect(result.rows).toHaveLength(50_000)
    expect(result.rows.every((row, n) => row['N'] === n && row['T'] === `row ${n}, "quoted"`)).toBe(
      true,
    )
    expect(result.statement.getNumRows()).toBe(50_000)
  })
})

describe('several statements in one request', () => {
  const answers: Answers = {
    'SELECT 1': one,
    "SELECT 'a;b'": () => rows([textColumn('T')], [['a;b']]),
    bad: () => Promise.reject(new SnowflakeError('002003', '02000', 'no such table')),
  }

  test('give a result each', async () => {
    const { url } = await served(answers)
    const connection = await connect(url)
    const results = await executeMany(connection, "SELECT 1; SELECT 'a;b';", 2)
    expect(results.map((result) => result.rows)).toEqual([[{ '1': 1 }], [{ T: 'a;b' }]])
    expect(new Set(results.map(({ queryId }) => queryId)).size).toBe(2)
  })

  test('are refused when their number is another than the client says', async () => {
    const { url } = await served(answers)
    const connection = await connect(url)
    const message = 'Actual statement count 2 did not match the desired statement count'
    for (const [count, wanted] of [
      [undefined, 1],
      [3, 3],
    ] as const) {
      const parameters = count === undefined ? {} : { MULTI_STATEMENT_COUNT: count }
      const failed = await failure(execute(connection, 'SELECT 1; SELECT 1', { parameters }))
      expect(failed).toMatchObject({
        code: '000008',
        sqlState: '0A000',
        message: `${message} ${wanted}.`,
      })
    }
  })

  test('stop at the first that fails, which is named', async () => {
    const { url } = await served(answers)
    const parameters = { MULTI_STATEMENT_COUNT: 0 }
    const text = 'SELECT 1;\n  bad; SELECT 1'
    const failed = await failure(execute(await connect(url), text, { parameters }))
    expect(failed).toMatchObject({ code: '002003', sqlState: '02000' })
    expect(failed.message).toBe(
      'Execution of multiple statements failed on statement "bad" (at line 2, position 2).\nno such table',
    )
  })

  test('name the one that fails without the secret in it', async () => {
    const { url } = await served(answers)
    const parameters = { MULTI_STATEMENT_COUNT: 0 }
    const text = "SELECT 1; CREATE SECRET s SECRET_STRING = 'canary'"
    const failed = await failure(execute(await connect(url), text, { parameters }))
    expect(failed.message).toContain(`"CREATE SECRET s SECRET_STRING = '***'" (at line 1`)
    expect(failed.message).not.toContain('canary')
  })
})

function executeMany(
  connection: Parameters<typeof execute>[0],
  sqlText: string,
  count: number,
): Promise<{ rows: unknown[]; queryId: string }[]> {
  const results: { rows: unknown[]; queryId: string }[] = []
  return new Promise((resolve, reject) => {
    connection.execute({
      sqlText,
      parameters: { MULTI_STATEMENT_COUNT: count },
      complete: (error, statement, found) => {
        if (error) return reject(error)
        results.push({ rows: found ?? [], queryId: statement.getQueryId() })
        return 'hasNext' in statement && statement.hasNext()
          ? statement.NextResult()
          : resolve(results)
      },
    })
  })
}
