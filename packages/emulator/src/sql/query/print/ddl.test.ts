import { beforeEach, describe, expect, test } from 'vitest'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount()
const status = async (sql: string): Promise<unknown> => (await account.rows(sql))[0]?.[0]
const types = async (sql: string): Promise<unknown> =>
  (await account.query(sql)).columns.map((column) => [column.name, column.type])

beforeEach(async () => {
  for (const name of ['t', 'u', 'w']) await account.query(`DROP TABLE IF EXISTS ${name}`)
  await account.query('DROP VIEW IF EXISTS v')
})

function grant(privilege: string, on: string, name: string): void {
  const { catalog } = account.account
  const given = { privilege, on, name, to: 'ROLE', grantee: 'READER', grantOption: false } as const
  catalog.grants = [...catalog.grants, { ...given, grantedBy: 'ACCOUNTADMIN', createdOn: '' }]
}

describe('a role', () => {
  const reader = { ...account.session, role: 'READER' }

  test.each([
    ['SELECT', 'SELECT * FROM t', '002003'],
    ['INSERT', 'INSERT INTO t VALUES (1)', '002003'],
    ['UPDATE', 'UPDATE t SET a = 1', '002003'],
    ['DELETE', 'DELETE FROM t', '002003'],
    ['TRUNCATE', 'TRUNCATE TABLE t', '002003'],
    ['OWNERSHIP', 'ALTER TABLE t ADD COLUMN b INT', '003001'],
    ['OWNERSHIP', 'DROP TABLE t', '003001'],
  ])('needs %s for %s', async (privilege, sql, code) => {
    account.account.catalog.grants = []
    await account.query('CREATE TABLE t (a INT)')
    await expect(account.query(sql, { session: reader })).rejects.toMatchObject({ code })
    grant(privilege, 'TABLE', 'DB.PUBLIC.T')
    await expect(account.query(sql, { session: reader })).resolves.toMatchObject({ kind: 'rows' })
  })

  test('keeps its privileges when the table is renamed, and loses them when it goes', async () => {
    const { catalog } = account.account
    catalog.grants = []
    await account.query('CREATE TABLE t (a INT)')
    grant('SELECT', 'TABLE', 'DB.PUBLIC.T')
    await account.query('ALTER TABLE t RENAME TO u')
    expect(await account.rows('SELECT * FROM u', { session: reader })).toEqual([])
    await account.query('DROP TABLE u')
    expect(catalog.grants).toEqual([])
  })
})

describe('CREATE TABLE', () => {
  test('keeps every Snowflake type', async () => {
    expect(
      await status(`CREATE TABLE t (a INT, b NUMBER(10,2), c FLOAT, d VARCHAR(5), e STRING, f BOOLEAN, g DATE,
        h TIME(3), i TIMESTAMP, j TIMESTAMP_LTZ(6), k TIMESTAMP_TZ, l VARIANT, m OBJECT, n ARRAY, o BINARY(4),
        p DOUBLE PRECISION, q DECIMAL(10), r CHAR, s DATETIME, u TEXT, v BYTEINT)`),
    ).toBe('Table T successfully created.')
    const { columns } = await account.query('SELECT * FROM t')
    expect(
      columns.map(({ name, type, precision, scale, length }) =>
        [name, type, precision, scale, length].filter((value) => value !== null),
      ),
    ).toEqual([
      ['A', 'fixed', 38, 0],
      ['B', 'fixed', 10, 2],
      ['C', 'real'],
      ['D', 'text', 5],
      ['E', 'text', 16_777_216],
      ['F', 'boolean'],
      ['G', 'date'],
      ['H', 'time', 0, 3],
      ['I', 'timestamp_ntz', 0, 9],
      ['J', 'timestamp_ltz', 0, 6],
      ['K', 'timestamp_tz', 0, 9],
      ['L', 'variant'],
      ['M', 'object'],
      ['N', 'array'],
      ['O', 'binary', 4],
      ['P', 'real'],
      ['Q', 'fixed', 10, 0],
      ['R', 'text', 1],
      ['S', 'timestamp_ntz', 0, 9],
      ['U', 'text', 16_777_216],
      ['V', 'fixed', 38, 0],
    ])
  })

  test('OR REPLACE, IF NOT EXISTS, and neither, answer as Snowflake does', async () => {
    await account.query('CREATE TABLE t (a INT)')
    expect(await status('CREATE TABLE IF NOT EXISTS t (b INT)')).toBe(
      'T already exists, statement succeeded.',
    )
    await expect(account.query('CREATE TABLE t (b INT)')).rejects.toMatchObject({
      code: '002002',
      message: "SQL compilation error:\nObject 'DB.PUBLIC.T' already exists.",
    })
    expect(await status('CREATE OR REPLACE TABLE t (b INT)')).toBe('Table T successfully created.')
    expect(await types('SELECT * FROM t')).toEqual([['B', 'fixed']])
  })

  test('AUTOINCREMENT counts, and counts anew in a table made anew', async () => {
    for (let times = 0; times < 2; times += 1) {
      await account.query(
        'CREATE OR REPLACE TABLE t (id INT AUTOINCREMENT START 10 INCREMENT 5, s VARCHAR)',
      )
      await account.query(`INSERT INTO t (s) VALUES ('a'), ('b')`)
      expect(await account.rows('SELECT * FROM t ORDER BY id')).toEqual([
        ['10', 'a'],
        ['15', 'b'],
      ])
    }
  })

  test('AS SELECT takes names and types of the query, also from the table that it replaces', async () => {
    await account.query(
      `CREATE TABLE t AS SELECT 1 AS id, 'ab' nm, 2.50 * 2 AS dbl, CURRENT_DATE d`,
    )
    expect(await types('SELECT * FROM t')).toEqual([
      ['ID', 'fixed'],
      ['NM', 'text'],
      ['DBL', 'fixed'],
      ['D', 'date'],
    ])
    await account.query('CREATE OR REPLACE TABLE t AS SELECT id + 1 AS id FROM t')
    expect(await account.rows('SELECT * FROM t')).toEqual([['2']])
  })

  test('DEFAULT tells the time of the INSERT, and no context of the CREATE', async () => {
    await account.query(
      'CREATE TABLE t (a INT, at TIMESTAMP_NTZ DEFAULT CURRENT_TIMESTAMP(), b INT DEFAULT 1 + 1)',
    )
    await account.query('INSERT INTO t (a) VALUES (1)')
    expect(await account.rows("SELECT at > '2026-01-03', b FROM t")).toEqual([['1', '2']])
    await expect(
      account.query('CREATE TABLE u (a VARCHAR DEFAULT CURRENT_USER())'),
    ).rejects.toMatchObject({
      code: '000002',
      message: "Unsupported feature 'DEFAULT CURRENT_USER()'.",
    })
  })

  test('LIKE takes the columns, CLONE the rows too', async () => {
    await account.query(`CREATE TABLE t (a INT NOT NULL, b VARCHAR(3) DEFAULT 'q')`)
    await account.query('INSERT INTO t (a) VALUES (1)')
    await account.query('CREATE TABLE u LIKE t')
    await account.query('CREATE TABLE w CLONE t')
    expect(await account.rows('SELECT * FROM u')).toEqual([])
    expect(await account.rows('SELECT * FROM w')).toEqual([['1', 'q']])
    await expect(account.query(`INSERT INTO u VALUES (1, 'long')`)).rejects.toMatchObject({
      code: '100078',
    })
  })

  test('TEMP makes a table for the session alone, which hides one of its name', async () => {
    await account.query('CREATE TABLE t (permanent INT)')
    await account.query('CREATE TEMP TABLE t (temporary INT)')
    expect(await types('SELECT * FROM t')).toEqual([['TEMPORARY', 'fixed']])
    const session = { ...account.session, engine: await account.connect() }
    const seen = await account.query('SELECT * FROM t', { session })
    expect(seen.columns.map((column) => column.name)).toEqual(['PERMANENT'])
    expect(await status('DROP TABLE t')).toBe('T successfully dropped.')
    expect(await types('SELECT * FROM t')).toEqual([['PERMANENT', 'fixed']])
  })

  test('needs the privilege on the schema', async () => {
    const session = { ...account.session, role: 'PUBLIC' }
    await expect(account.query('CREATE TABLE t (a INT)', { session })).rejects.toMatchObject({
      code: '003001',
    })
  })

  test.each([
    ['CREATE TABLE t (a INT, A INT)', '002025'],
    ['CREATE TABLE nope.t (a INT)', '002003'],
    ['CREATE TABLE t (a GEOGRAPHY)', '000002'],
    ['CREATE TABLE t (a NOSUCHTYPE)', '002040'],
    ['CREATE EXTERNAL TABLE t (a INT)', '000002'],
  ])('%s is refused with %s', async (sql, code) => {
    await expect(account.query(sql)).rejects.toMatchObject({ code })
  })
})

describe('ALTER TABLE', () => {
  test('adds, renames and drops columns', async () => {
    await account.query('CREATE TABLE t (a INT)')
    await account.query('INSERT INTO t VALUES (1)')
    expect(
      await status(`ALTER TABLE t ADD COLUMN x INT DEFAULT 5, y VARCHAR(2) NOT NULL DEFAULT 'q'`),
    ).toBe('Statement executed successfully.')
    expect(await account.rows('SELECT * FROM t')).toEqual([['1', '5', 'q']])
    await account.query('ALTER TABLE t RENAME COLUMN x TO z')
    await account.query('ALTER TABLE t DROP COLUMN a, y')
    await account.query('ALTER TABLE t ADD COLUMN IF NOT EXISTS z INT')
    expect(await types('SELECT * FROM t')).toEqual([['Z', 'fixed']])
  })

  test('takes back what it did when a part of it fails', async () => {
    await account.query('CREATE TABLE t (a INT)')
    await account.query('INSERT INTO t VALUES (1)')
    await expect(
      account.query('ALTER TABLE t ADD COLUMN x INT, y INT NOT NULL'),
    ).rejects.toMatchObject({ code: '100072' })
    expect(await types('SELECT * FROM t')).toEqual([['A', 'fixed']])
  })

  test('renames and swaps tables', async () => {
    await account.query('CREATE TABLE t (a INT)')
    await account.query('CREATE TABLE u (b INT)')
    await account.query('ALTER TABLE t SWAP WITH u')
    expect(await types('SELECT * FROM t')).toEqual([['B', 'fixed']])
    await account.query('ALTER TABLE t RENAME TO w')
    expect(await types('SELECT * FROM w')).toEqual([['B', 'fixed']])
    await expect(account.query('ALTER TABLE w RENAME TO u')).rejects.toMatchObject({
      code: '002002',
    })
  })

  test('changes a column', async () => {
    await account.query('CREATE TABLE t (a VARCHAR(2))')
    await account.query('ALTER TABLE t ALTER COLUMN a SET DATA TYPE VARCHAR(4)')
    await account.query(`INSERT INTO t VALUES ('four')`)
    await account.query('ALTER TABLE t MODIFY COLUMN a SET NOT NULL')
    await expect(account.query('INSERT INTO t VALUES (NULL)')).rejects.toMatchObject({
      code: '100072',
    })
    await expect(account.query('ALTER TABLE t ALTER a TYPE INT')).rejects.toMatchObject({
      code: '001420',
    })
  })

  test('refuses a table or column that is not there', async () => {
    await expect(account.query('ALTER TABLE t ADD COLUMN a INT')).rejects.toMatchObject({
      code: '002003',
      message: "SQL compilation error:\nTable 'T' does not exist or not authorized.",
    })
    expect(await status('ALTER TABLE IF EXISTS t ADD COLUMN a INT')).toBe(
      'Statement executed successfully.',
    )
    await account.query('CREATE TABLE t (a INT)')
    await expect(account.query('ALTER TABLE t DROP COLUMN b')).rejects.toMatchObject({
      code: '000904',
    })
    await expect(account.query('ALTER TABLE t ADD COLUMN a INT')).rejects.toMatchObject({
      code: '001430',
    })
    await expect(account.query('ALTER TABLE t CLUSTER BY (a)')).rejects.toMatchObject({
      code: '000002',
      message: "Unsupported feature 'ALTER TABLE CLUSTER'.",
    })
  })
})

describe('CREATE VIEW', () => {
  test('is its query, read anew for whoever asks', async () => {
    await account.query('CREATE TABLE t (a INT)')
    await account.query('INSERT INTO t VALUES (1)')
    expect(await status('CREATE VIEW v (n, who) AS SELECT a + 1, CURRENT_ROLE() FROM t')).toBe(
      'View V successfully created.',
    )
    const session = { ...account.session, role: 'READER', schema: null }
    grant('SELECT', 'VIEW', 'DB.PUBLIC.V')
    expect(await account.rows('SELECT * FROM db.public.v x WHERE x.n = 2', { session })).toEqual([
      ['2', 'READER'],
    ])
    await account.query('CREATE OR REPLACE VIEW v AS SELECT a FROM t UNION ALL SELECT 9')
    expect(await account.rows('SELECT MAX(a) FROM v')).toEqual([['9']])
    await expect(account.query('INSERT INTO v VALUES (1)')).rejects.toMatchObject({
      code: '001753',
    })
    await expect(account.query('DROP TABLE v')).rejects.toMatchObject({ code: '001998' })
    expect(await status('ALTER VIEW v RENAME TO v2')).toBe('Statement executed successfully.')
    expect(await status('DROP VIEW v2')).toBe('V2 successfully dropped.')
  })

  test('that reads itself is refused', async () => {
    await account.query('CREATE VIEW v AS SELECT 1 AS x')
    await account.query('CREATE OR REPLACE VIEW v AS SELECT * FROM v')
    await expect(account.query('SELECT * FROM v')).rejects.toMatchObject({ code: '000002' })
  })

  test('of a table that is gone says which', async () => {
    await account.query('CREATE TABLE t (a INT)')
    await account.query('CREATE VIEW v AS SELECT * FROM t')
    await account.query('DROP TABLE t')
    await expect(account.rows('SELECT * FROM v')).rejects.toMatchObject({
      message: "SQL compilation error:\nObject 'T' does not exist or not authorized.",
    })
  })
})

describe('DROP and TRUNCATE', () => {
  test('answer as Snowflake does', async () => {
    await account.query('CREATE TABLE t (a INT)')
    await account.query('INSERT INTO t VALUES (1)')
    expect(await status('TRUNCATE TABLE t')).toBe('Statement executed successfully.')
    expect(await account.rows('SELECT * FROM t')).toEqual([])
    expect(await status('DROP TABLE t')).toBe('T successfully dropped.')
    expect(await status('DROP TABLE IF EXISTS t')).toBe(
      'Drop statement executed successfully (T already dropped).',
    )
    await expect(account.query('DROP TABLE db.public.t')).rejects.toMatchObject({
      code: '002003',
      message: "SQL compilation error:\nTable 'DB.PUBLIC.T' does not exist or not authorized.",
    })
    await expect(account.query('TRUNCATE TABLE t')).rejects.toMatchObject({ code: '002003' })
  })
})

test('tables are there after the engine is opened again', async () => {
  const { mkdtempSync } = await import('node:fs')
  const { openEngine } = await import('../../../engine/duckdb.ts')
  const { temporaryDirectory } = await import('../../../testing/test-account.ts')
  const path = `${mkdtempSync(`${temporaryDirectory()}/`)}/tables.duckdb`
  for (const round of [1, 2]) {
    const engine = await openEngine(path)
    const connection = await engine.connect()
    await connection.run('CREATE SCHEMA IF NOT EXISTS "DB.PUBLIC"')
    const session = { ...account.session, engine: connection }
    if (round === 1)
      await account.query(`CREATE TABLE kept (s VARCHAR(4)) AS SELECT 'ab'`, { session })
    const result = await account.query('SELECT * FROM kept', { session })
    expect([result.columns[0]?.length, result.rows]).toEqual([4, [['ab']]])
    await engine.close()
  }
})
