import { beforeEach, expect, test } from 'vitest'
import { STATEMENT_TYPE } from '../../../statement-result.ts'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount()

beforeEach(async () => {
  await account.query(
    "CREATE OR REPLACE TABLE t (id NUMBER, name VARCHAR(3) NOT NULL DEFAULT 'x', n NUMBER(10,2))",
  )
  await account.query(`INSERT INTO t VALUES (1, 'a', 1), (2, 'b', NULL)`)
})
const table = (): Promise<unknown> => account.rows('SELECT * FROM t ORDER BY id')

test('INSERT answers the number of rows', async () => {
  const result = await account.query(
    `INSERT INTO t (name, id) SELECT 'c', 3 UNION ALL SELECT 'd', 4`,
  )
  expect(result).toMatchObject({
    typeId: STATEMENT_TYPE.insert,
    columns: [{ name: 'number of rows inserted', type: 'fixed' }],
    rows: [['2']],
  })
})

test('INSERT makes values the column types, half away from zero', async () => {
  await account.query(`INSERT INTO t VALUES (2.5, 'z', '1.005'), (-2.5::FLOAT, DEFAULT, NULL)`)
  expect(await account.rows(`SELECT * FROM t WHERE id NOT IN (1, 2) ORDER BY id`)).toEqual([
    ['-3', 'x', null],
    ['3', 'z', '1.01'],
  ])
})

test('INSERT OVERWRITE replaces what was there', async () => {
  await account.query(`INSERT OVERWRITE INTO t (id) VALUES (9)`)
  expect(await table()).toEqual([['9', 'x', null]])
})

test.each([
  [
    `INSERT INTO t (name) VALUES ('abcd')`,
    '100078',
    "String 'abcd' is too long and would be truncated",
  ],
  ['INSERT INTO t (name) VALUES (NULL)', '100072', "NULL result in a non-nullable column 'NAME'"],
  [`INSERT INTO t (id) VALUES ('x')`, '100038', "Numeric value 'x' is not recognized"],
  [
    `INSERT INTO t (id, name) VALUES (1)`,
    '002020',
    'SQL compilation error:\nInsert value list does not match column list expecting 2 but got 1',
  ],
  [
    `INSERT INTO t (nope) VALUES (1)`,
    '000904',
    "SQL compilation error:\ninvalid identifier 'NOPE'",
  ],
  [
    `INSERT INTO nope VALUES (1)`,
    '002003',
    "SQL compilation error:\nObject 'NOPE' does not exist or not authorized.",
  ],
])('%s fails and changes nothing', async (sql, code, message) => {
  await expect(account.query(sql)).rejects.toMatchObject({ code, message })
  expect(await table()).toEqual([
    ['1', 'a', '1.00'],
    ['2', 'b', null],
  ])
})

test('UPDATE answers rows and multi-joined rows', async () => {
  const result = await account.query(`UPDATE t SET n = n + 1.5, name = 'z' WHERE id = 1`)
  expect(result).toMatchObject({
    typeId: STATEMENT_TYPE.update,
    columns: [{ name: 'number of rows updated' }, { name: 'number of multi-joined rows updated' }],
    rows: [['1', '0']],
  })
  expect(await table()).toEqual([
    ['1', 'z', '2.50'],
    ['2', 'b', null],
  ])
})

test('UPDATE takes values from another table', async () => {
  await account.query(`UPDATE t x SET x.n = s.v FROM (SELECT 2 AS id, 7 AS v) s WHERE x.id = s.id`)
  expect(await table()).toEqual([
    ['1', 'a', '1.00'],
    ['2', 'b', '7.00'],
  ])
})

test('DELETE answers the number of rows', async () => {
  const result = await account.query(`DELETE FROM t USING (SELECT 2 AS id) s WHERE t.id = s.id`)
  expect(result).toMatchObject({
    typeId: STATEMENT_TYPE.delete,
    columns: [{ name: 'number of rows deleted' }],
    rows: [['1']],
  })
  expect(await table()).toEqual([['1', 'a', '1.00']])
})

test('MERGE inserts, updates and deletes', async () => {
  const result = await account.query(
    `MERGE INTO t USING (SELECT column1 AS id, column2 AS v FROM VALUES (1, 10), (2, 20), (3, 30)) s ON t.id = s.id
     WHEN MATCHED AND s.v = 20 THEN DELETE
     WHEN MATCHED THEN UPDATE SET n = s.v
     WHEN NOT MATCHED THEN INSERT (id, name, n) VALUES (s.id, 'new', s.v)`,
  )
  expect(result.typeId).toBe(STATEMENT_TYPE.merge)
  expect(result.columns.map((column) => column.name)).toEqual([
    'number of rows inserted',
    'number of rows updated',
    'number of rows deleted',
  ])
  expect(result.rows).toEqual([['1', '1', '1']])
  expect(await table()).toEqual([
    ['1', 'a', '10.00'],
    ['3', 'new', '30.00'],
  ])
})

test('a transaction is kept by COMMIT and taken back by ROLLBACK', async () => {
  expect(await account.query('BEGIN TRANSACTION')).toMatchObject({
    typeId: STATEMENT_TYPE.transaction,
    rows: [['Statement executed successfully.']],
  })
  await account.query('DELETE FROM t')
  expect(await account.rows('SELECT COUNT(*) FROM t')).toEqual([['0']])
  await account.query('ROLLBACK')
  expect(await account.rows('SELECT COUNT(*) FROM t')).toEqual([['2']])
  await account.query('BEGIN')
  await account.query('DELETE FROM t WHERE id = 1')
  await account.query('COMMIT')
  expect(await account.rows('SELECT COUNT(*) FROM t')).toEqual([['1']])
})

test('a transaction is its session alone', async () => {
  const other = { ...account.session, engine: await account.connect() }
  await account.query('BEGIN')
  await account.query('DELETE FROM t')
  expect(await account.rows('SELECT COUNT(*) FROM t', { session: other })).toEqual([['2']])
  await account.query('ROLLBACK')
})

test('DDL commits the open transaction', async () => {
  await account.query('BEGIN')
  await account.query('DELETE FROM t')
  await account.query('CREATE OR REPLACE TABLE other (a INT)')
  await account.query('ROLLBACK')
  expect(await account.rows('SELECT COUNT(*) FROM t')).toEqual([['0']])
})

test('with AUTOCOMMIT off the first change begins a transaction', async () => {
  account.session.parameters.set('AUTOCOMMIT', 'false')
  await account.query('DELETE FROM t')
  await account.query('ROLLBACK')
  account.session.parameters.delete('AUTOCOMMIT')
  expect(await account.rows('SELECT COUNT(*) FROM t')).toEqual([['2']])
})
