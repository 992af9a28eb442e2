import { expect, test } from 'vitest'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount({
  systemFunctions: {
    SYSTEM$ECHO: (args) => JSON.stringify(args),
    SYSTEM$NOTHING: () => Promise.resolve(null),
  },
})

test.each([
  ['CURRENT_USER()', 'ADMIN'],
  ['CURRENT_USER', 'ADMIN'],
  ['CURRENT_ROLE()', 'ACCOUNTADMIN'],
  ['CURRENT_DATABASE()', 'DB'],
  ['CURRENT_SCHEMA()', 'PUBLIC'],
  ['CURRENT_WAREHOUSE()', 'COMPUTE_WH'],
  ['CURRENT_ACCOUNT()', 'LOCAL'],
  ['CURRENT_SESSION()', '1'],
  ['CURRENT_TIMESTAMP()', '1767323045.000000000'],
  ['CURRENT_TIMESTAMP', '1767323045.000000000'],
  ['LOCALTIMESTAMP', '1767323045.000000000'],
  ['GETDATE()', '1767323045.000000000'],
  ['SYSTIMESTAMP()', '1767323045.000000000'],
  ['SYSDATE()', '1767323045.000000000'],
  ['LOCALTIME', '11045.000000000'],
  ['CURRENT_ACCOUNT_NAME()', 'LOCAL'],
  ['CURRENT_ORGANIZATION_NAME()', 'LOCAL'],
  ['CURRENT_CLIENT()', null],
  ['CURRENT_TRANSACTION()', null],
  ['CURRENT_SCHEMAS()', '["DB.PUBLIC"]'],
  [`CURRENT_AVAILABLE_ROLES() LIKE '["ACCOUNTADMIN",%"PUBLIC"]'`, '1'],
  ['CURRENT_STATEMENT()', 'SELECT CURRENT_STATEMENT()'],
  ['CURRENT_DATE', '20455'],
  ['CURRENT_TIME()', '11045.000000000'],
  ['CURRENT_VERSION() IS NOT NULL', '1'],
  ['CURRENT_REGION() IS NOT NULL', '1'],
  [`IS_ROLE_IN_SESSION('accountadmin')`, '1'],
])('SELECT %s gives %s', async (expression, expected) => {
  expect(await account.rows(`SELECT ${expression}`)).toEqual([[expected]])
})

test('LAST_QUERY_ID() is that of the statement before', async () => {
  account.session.queryIds.push('first', 'second')
  expect(await account.rows('SELECT LAST_QUERY_ID(), LAST_QUERY_ID(-2), LAST_QUERY_ID(1)')).toEqual(
    [['second', 'first', 'first']],
  )
})

test('a session variable stands where it is named', async () => {
  account.session.variables.set('LIMIT_', '2').set('NAME', 'x').set('NOTHING', null)
  expect(await account.rows('SELECT $limit_ + 1, $name, $nothing')).toEqual([['3', 'x', null]])
  await expect(account.rows('SELECT $missing')).rejects.toMatchObject({ code: '000904' })
})

test('a SYSTEM$ function is answered before the statement runs', async () => {
  expect(
    await account.rows(
      `SELECT SYSTEM$ECHO(1, 'a', TRUE, NULL, -2) AS x WHERE SYSTEM$NOTHING() IS NULL`,
    ),
  ).toEqual([['[1,"a",true,null,-2]']])
})

test('CALL of a SYSTEM$ function gives one row named after it', async () => {
  const result = await account.query(`CALL SYSTEM$ECHO('x')`)
  expect(result.columns.map((column) => column.name)).toEqual(['SYSTEM$ECHO'])
  expect(result.rows).toEqual([['["x"]']])
})

test('an unknown SYSTEM$ function, and one of a column, are refused', async () => {
  await expect(account.rows('SELECT SYSTEM$NOPE()')).rejects.toMatchObject({
    code: '002140',
    message: 'SQL compilation error:\nUnknown function SYSTEM$NOPE.',
  })
  await expect(account.rows('SELECT SYSTEM$ECHO(1 + 1)')).rejects.toMatchObject({ code: '001015' })
})

test('CURRENT_SECONDARY_ROLES() tells the roles that are active beside the current one', async () => {
  const none = { ...account.session, secondaryRoles: 'NONE' as const }
  expect(await account.rows('SELECT CURRENT_SECONDARY_ROLES()', { session: none })).toEqual([
    ['{"roles":"","value":""}'],
  ])
  const all = { ...account.session, role: 'PUBLIC', secondaryRoles: 'ALL' as const }
  expect(
    await account.rows(
      `SELECT PARSE_JSON(CURRENT_SECONDARY_ROLES()):value::STRING, IS_ROLE_IN_SESSION('SYSADMIN')`,
      { session: all },
    ),
  ).toEqual([['ALL', '1']])
})
