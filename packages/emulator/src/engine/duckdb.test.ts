import { afterAll, describe, expect, test } from 'vitest'
import { EngineInterrupted, openEngine } from './duckdb.ts'

const engine = await openEngine(undefined)
afterAll(() => engine.close())

/** Takes minutes when it is let. */
const endless =
  'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3'

describe('read()', () => {
  test('tells an error that comes after many rows: it is no end of them', async () => {
    const connection = await engine.connect()
    const sql = `SELECT CASE WHEN i = 500000 THEN error('too far')::INT ELSE i END FROM range(1000000) t(i)`
    await expect(connection.read(sql, [], () => {})).rejects.toThrow('too far')
    connection.close()
  })

  test('reads no further before a chunk was taken', async () => {
    const connection = await engine.connect()
    let taken = true
    let rows = 0
    await connection.read('SELECT i FROM range(10000) t(i)', [], async ({ rowCount }) => {
      expect(taken).toBe(true)
      taken = false
      await new Promise((resolve) => setImmediate(resolve))
      taken = true
      rows += rowCount
    })
    expect(rows).toBe(10_000)
    connection.close()
  })
})

describe('run()', () => {
  test('gives columns, rows and the number of changed rows', async () => {
    const connection = await engine.connect()
    await connection.run('CREATE TABLE t (a INT, b VARCHAR)')
    const inserted = await connection.run(`INSERT INTO t VALUES (1, 'x'), (2, NULL)`)
    expect(inserted.rowsChanged).toBe(2)
    const { columns, rows } = await connection.run('SELECT * FROM t ORDER BY a')
    expect(columns.map(({ name, type }) => [name, String(type)])).toEqual([
      ['a', 'INTEGER'],
      ['b', 'VARCHAR'],
    ])
    expect(rows).toEqual([
      [1, 'x'],
      [2, null],
    ])
    connection.close()
  })

  test('takes values, and lists of texts', async () => {
    const connection = await engine.connect()
    expect((await connection.run('SELECT $1 || $2', ['a', 'b'])).rows).toEqual([['ab']])
    const lists = [
      [null, 'b'],
      ['1', null],
    ]
    const { rows } = await connection.run('SELECT unnest($1) x, unnest($2) y', lists)
    expect(rows).toEqual([
      [null, '1'],
      ['b', null],
    ])
    connection.close()
  })

  test('runs what is given at once in turn', async () => {
    const connection = await engine.connect()
    const results = await Promise.all([
      connection.run('CREATE TABLE turns (a INT)'),
      connection.run('INSERT INTO turns VALUES (1)'),
      connection.run('SELECT a FROM turns'),
    ])
    expect(results[2]?.rows).toEqual([[1]])
    connection.close()
  })

  test('reaches no file of this machine', async () => {
    const connection = await engine.connect()
    await expect(connection.run(`SELECT * FROM read_text('/etc/hosts')`)).rejects.toThrow(
      'disabled',
    )
    connection.close()
  })
})

describe('interrupt()', () => {
  test('stops what runs and what waits behind it, not what comes later', async () => {
    const connection = await engine.connect()
    const running = connection.run(endless)
    const waiting = connection.run('SELECT 1')
    connection.interrupt()
    await expect(running).rejects.toBeInstanceOf(EngineInterrupted)
    await expect(waiting).rejects.toBeInstanceOf(EngineInterrupted)
    expect((await connection.run('SELECT 2')).rows).toEqual([[2]])
    connection.close()
  })

  test('stops its own connection alone', async () => {
    const [one, other] = [await engine.connect(), await engine.connect()]
    const running = one.run(endless)
    one.interrupt()
    expect((await other.run('SELECT 1')).rows).toEqual([[1]])
    await expect(running).rejects.toBeInstanceOf(EngineInterrupted)
    one.close()
    other.close()
  })
})

describe('catalogVersion', () => {
  test('grows when anyone changes tables, and not when they are read', async () => {
    const [one, other] = [await engine.connect(), await engine.connect()]
    const before = one.catalogVersion ?? 0
    await one.run('SELECT 1')
    expect(one.catalogVersion).toBe(before)
    await other.run('CREATE TABLE grown (a INT)')
    expect(one.catalogVersion).toBeGreaterThan(before)
    one.close()
    other.close()
  })
})

test('close() ends a running query', async () => {
  const own = await openEngine(undefined)
  const connection = await own.connect()
  const running = connection.run(endless)
  const outcome = running.catch((error: unknown) => error)
  await own.close()
  expect(await outcome).toBeInstanceOf(EngineInterrupted)
})
