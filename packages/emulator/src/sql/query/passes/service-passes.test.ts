import { beforeEach, describe, expect, test } from 'vitest'
import type { CallServiceFunction } from '../query-engine.ts'
import { openQueryAccount } from '../testing/query-account.ts'

let answer: CallServiceFunction | undefined
const fahrenheit: CallServiceFunction = (call) =>
  Promise.resolve(
    call.rows.map(([celsius]) => (celsius === null ? null : (Number(celsius) * 9) / 5 + 32)),
  )
const account = await openQueryAccount({
  answer: (call, context) => (answer ?? fahrenheit)(call, context),
})
const { calls } = account
account.addFunction({ name: 'F' })
account.addFunction({ name: 'G' })

/** The rows that went to a function, one list a call. */
const sent = (name?: string): unknown[] =>
  calls.filter((call) => name === undefined || call.name === name).map((call) => call.rows)
const total = (name: string): number =>
  calls.filter((call) => call.name === name).reduce((rows, call) => rows + call.rows.length, 0)

beforeEach(async () => {
  answer = undefined
  await account.query('CREATE OR REPLACE TABLE t (n NUMBER, r FLOAT)')
  await account.query('INSERT INTO t (n) VALUES (1), (2), (3)')
  calls.length = 0
})

describe('every row is sent exactly once', () => {
  test.each<[where: string, sql: string, sent: unknown[]]>([
    ['SELECT list', 'SELECT f(n) FROM t', [[[1], [2], [3]]]],
    ['an expression', 'SELECT ROUND(f(n) / 2, 1) + 1 FROM t', [[[1], [2], [3]]]],
    ['WHERE', 'SELECT n FROM t WHERE f(n) > 34', [[[1], [2], [3]]]],
    ['an aggregate', 'SELECT SUM(f(n)) FROM t', [[[1], [2], [3]]]],
    ['GROUP BY', 'SELECT f(n), COUNT(*) FROM t GROUP BY f(n) ORDER BY f(n)', [[[1], [2], [3]]]],
    ['ORDER BY', 'SELECT n FROM t ORDER BY f(n) DESC', [[[1], [2], [3]]]],
    ['a scalar subquery', 'SELECT (SELECT MAX(f(n)) FROM t)', [[[1], [2], [3]]]],
    [
      'a common table used twice',
      'WITH q AS (SELECT f(n) x FROM t) SELECT COUNT(*) FROM q a, q b',
      [[[1], [2], [3]]],
    ],
    [
      'CASE with an operand',
      'SELECT CASE f(n) WHEN 33.8 THEN 1 WHEN 35.6 THEN 2 END FROM t',
      [[[1], [2], [3]]],
    ],
    ['DECODE', 'SELECT DECODE(f(n), 33.8, 1, 35.6, 2) FROM t', [[[1], [2], [3]]]],
    [
      'DIV0',
      'SELECT DIV0(1, f(n)), NULLIF(f(n), 0) FROM t',
      [
        [[1], [2], [3]],
        [[1], [2], [3]],
      ],
    ],
    [
      'casts and macros',
      'SELECT f(n)::VARCHAR || f(n)::NUMBER FROM t',
      [
        [[1], [2], [3]],
        [[1], [2], [3]],
      ],
    ],
    ['no table', 'SELECT f(7)', [[[7]]]],
    ['LIMIT', 'SELECT f(n) FROM t LIMIT 1', [[[1]]]],
    ['equal rows', 'SELECT f(1) FROM t', [[[1], [1], [1]]]],
    ['no rows', 'SELECT f(n) FROM t WHERE n > 9', []],
    ['INSERT … SELECT', 'INSERT INTO t (r) SELECT f(n) FROM t', [[[1], [2], [3]]]],
    ['INSERT … VALUES', 'INSERT INTO t (r) VALUES (f(1)), (f(2))', [[[1]], [[2]]]],
    ['CREATE TABLE AS', 'CREATE OR REPLACE TABLE made AS SELECT f(n) x FROM t', [[[1], [2], [3]]]],
    ['UPDATE', 'UPDATE t SET r = f(n) WHERE n > 1', [[[2], [3]]]],
    ['DELETE', 'DELETE FROM t WHERE f(n) > 34', [[[1], [2], [3]]]],
    [
      'MERGE',
      'MERGE INTO t USING (SELECT 2 AS k) s ON t.n = s.k WHEN MATCHED THEN UPDATE SET r = f(t.n)',
      [[[2]]],
    ],
  ])('in %s', async (_, sql, expected) => {
    await account.query(sql)
    expect(sent()).toEqual(expected)
  })

  test('by each of two call sites', async () => {
    expect(await account.rows('SELECT f(n) + g(n) FROM t ORDER BY n')).toEqual([
      ['67.6'],
      ['71.2'],
      ['74.8'],
    ])
    expect(sent('F')).toEqual([[[1], [2], [3]]])
    expect(sent('G')).toEqual([[[1], [2], [3]]])
  })

  test('by both sides of a join, once for each row of theirs', async () => {
    expect(await account.rows('SELECT COUNT(*) FROM t a JOIN t b ON f(a.n) = g(b.n)')).toEqual([
      ['3'],
    ])
    expect([total('F'), total('G')]).toEqual([3, 3])
  })

  test('by nested calls, the inner ones first', async () => {
    expect(await account.rows('SELECT f(g(n)) FROM t ORDER BY n')).toEqual([
      ['92.84'],
      ['96.08000000000001'],
      ['99.32'],
    ])
    expect(calls.map((call) => call.name)).toEqual(['G', 'F'])
    expect(sent('F')).toEqual([[[33.8], [35.6], [37.4]]])
  })

  test('behind a WHERE with a call, for the rows that pass', async () => {
    await account.query('SELECT g(n) FROM t WHERE f(n) > 34')
    expect(sent()).toEqual([
      [[1], [2], [3]],
      [[2], [3]],
    ])
  })

  test('in a branch of CASE, for the rows that take it', async () => {
    await account.query('SELECT CASE WHEN f(n) > 34 THEN g(n) END, IFF(n = 1, f(n), NULL) FROM t')
    expect(sent('G')).toEqual([[[2], [3]]])
    expect(sent('F')).toEqual([[[1], [2], [3]], [[1]]])
  })

  test('in branches of a CASE over another call', async () => {
    expect(
      await account.rows('SELECT CASE f(n) WHEN 33.8 THEN g(n) ELSE g(0) END FROM t ORDER BY n'),
    ).toEqual([['33.8'], ['32'], ['32']])
    expect(sent()).toEqual([[[1], [2], [3]], [[1]], [[0], [0]]])
  })

  test('in a derived table below another call', async () => {
    expect(
      await account.rows('SELECT g(x) FROM (SELECT f(n) AS x FROM t) WHERE x > 34 ORDER BY 1'),
    ).toEqual([['96.08000000000001'], ['99.32']])
    expect(sent('G')).toEqual([[[35.6], [37.4]]])
  })

  test('in a view', async () => {
    await account.query('CREATE OR REPLACE VIEW converted AS SELECT n, f(n) AS x FROM t')
    expect(await account.rows('SELECT MAX(x) FROM converted')).toEqual([['37.4']])
    expect(sent()).toEqual([[[1], [2], [3]]])
  })

  test('with random arguments', async () => {
    await account.query('SELECT f(UNIFORM(1, 1000000, RANDOM())) FROM t')
    expect(total('F')).toBe(3)
  })

  test('for a table that several threads read', async () => {
    await account.query(
      'CREATE OR REPLACE TABLE big AS SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 300000))',
    )
    expect(await account.rows('SELECT SUM(f(n)) = SUM(n * 1.8 + 32) FROM big')).toEqual([['1']])
    expect(total('F')).toBe(300_000)
    expect(new Set(calls.flatMap((call) => call.rows.map(([n]) => n))).size).toBe(300_000)
  })
})

describe('a statement that fails', () => {
  const down: CallServiceFunction = () => Promise.reject(new Error('service is down'))

  test.each([
    'UPDATE t SET r = f(n)',
    'DELETE FROM t WHERE f(n) > 0',
    'INSERT INTO t (r) SELECT f(n) FROM t',
    'CREATE OR REPLACE TABLE t AS SELECT f(n) x FROM t',
  ])('changes nothing: %s', async (sql) => {
    answer = down
    await expect(account.query(sql)).rejects.toThrow('service is down')
    expect(await account.rows('SELECT * FROM t ORDER BY n')).toEqual([
      ['1', null],
      ['2', null],
      ['3', null],
    ])
  })

  test('answers of the wrong number are refused', async () => {
    answer = () => Promise.resolve([1])
    await expect(account.query('SELECT f(n) FROM t')).rejects.toMatchObject({
      code: '100351',
      message: 'Request failed for external function F: 1 values for 3 rows',
    })
  })

  test('for a reason of its own does not call twice', async () => {
    await expect(account.query(`SELECT f(n) FROM t WHERE n = 'x'`)).rejects.toMatchObject({
      code: '100038',
    })
    expect(calls.length).toBeLessThan(2)
  })

  test('by a NULL that is only there until the answers are is not told so', async () => {
    await account.query('CREATE OR REPLACE TABLE strict_ (x FLOAT NOT NULL)')
    expect(await account.rows('INSERT INTO strict_ SELECT f(n) FROM t')).toEqual([['3']])
    expect(total('F')).toBe(3)
  })
})

describe('in a transaction', () => {
  test('calls are made, and ROLLBACK takes the changes back', async () => {
    await account.query('BEGIN')
    await account.query('INSERT INTO t (n) VALUES (4)')
    expect(await account.rows('UPDATE t SET r = f(n)')).toEqual([['4', '0']])
    expect(sent()).toEqual([[[1], [2], [3], [4]]])
    expect(await account.rows('SELECT MAX(r) FROM t')).toEqual([['39.2']])
    await account.query('ROLLBACK')
    expect(await account.rows('SELECT COUNT(*), COUNT(r) FROM t')).toEqual([['3', '0']])
  })

  test('MERGE with a call is refused by name', async () => {
    await account.query('BEGIN')
    const sql =
      'MERGE INTO t USING (SELECT 2 AS k) s ON t.n = s.k WHEN MATCHED THEN UPDATE SET r = f(1)'
    await expect(account.query(sql)).rejects.toMatchObject({
      code: '000002',
      message: "Unsupported feature 'MERGE with a service function inside a transaction'.",
    })
    await account.query('ROLLBACK')
  })
})

describe('while a service is called', () => {
  test('it may query the account itself', async () => {
    const session = { ...account.session, engine: await account.connect() }
    answer = async (call) => {
      const [[count] = []] = await account.rows('SELECT COUNT(*) FROM t', { session })
      return call.rows.map(() => Number(count))
    }
    expect(await account.rows('UPDATE t SET r = f(n)')).toEqual([['3', '0']])
    expect(await account.rows('SELECT DISTINCT r FROM t')).toEqual([['3']])
  })

  test('rows that came meanwhile are sent too', async () => {
    const session = { ...account.session, engine: await account.connect() }
    let first = true
    answer = async (call, context) => {
      if (first) await account.query('INSERT INTO t (n) VALUES (4)', { session })
      first = false
      return fahrenheit(call, context)
    }
    expect(await account.rows('UPDATE t SET r = f(n)')).toEqual([['4', '0']])
    expect(sent()).toEqual([[[1], [2], [3]], [[4]]])
    expect(await account.rows('SELECT COUNT(r) FROM t')).toEqual([['4']])
  })

  test('arguments that never stay the same end in an error, not in an endless loop', async () => {
    const session = { ...account.session, engine: await account.connect() }
    answer = async (call, context) => {
      await account.query('UPDATE t SET n = n + 10', { session })
      return fahrenheit(call, context)
    }
    await expect(account.query('SELECT f(n) FROM t')).rejects.toMatchObject({
      code: '100351',
      message: expect.stringContaining('given up after') as string,
    })
  })

  test('cancelling the statement ends it at once', async () => {
    const controller = new AbortController()
    answer = () => {
      controller.abort()
      return new Promise(() => {})
    }
    await expect(
      account.query('UPDATE t SET r = f(n)', { signal: controller.signal }),
    ).rejects.toMatchObject({
      code: '000604',
      sqlState: '57014',
      message: 'SQL execution canceled',
    })
    expect(await account.rows('SELECT COUNT(r) FROM t')).toEqual([['0']])
  })
})
