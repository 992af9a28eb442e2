import { beforeEach, describe, expect, test } from 'vitest'
import { sessionParameters } from '../catalog/parameters.ts'
import {
  columnsOf,
  rowsOf,
  statusOf,
  type TestAccount,
  testAccount,
} from '../testing/test-account.ts'
import { sessionCommands } from './session.ts'

let account: TestAccount
beforeEach(() => {
  account = testAccount({}, { commands: sessionCommands })
})

describe('ALTER SESSION', () => {
  test('sets parameters, with the type that drivers want', async () => {
    const sql =
      "ALTER SESSION SET timezone = 'Europe/Berlin', MULTI_STATEMENT_COUNT = 0 JS_TREAT_INTEGER_AS_BIGINT = TRUE"
    expect(statusOf(await account.run(sql))).toBe('Statement executed successfully.')
    expect(sessionParameters(account.session)).toMatchObject({
      TIMEZONE: 'Europe/Berlin',
      MULTI_STATEMENT_COUNT: 0,
      JS_TREAT_INTEGER_AS_BIGINT: true,
      BINARY_OUTPUT_FORMAT: 'HEX',
      DATE_OUTPUT_FORMAT: 'YYYY-MM-DD',
    })
    await account.run('ALTER SESSION UNSET TIMEZONE, MULTI_STATEMENT_COUNT')
    expect(sessionParameters(account.session)).toMatchObject({
      TIMEZONE: 'Etc/UTC',
      MULTI_STATEMENT_COUNT: 1,
      JS_TREAT_INTEGER_AS_BIGINT: true,
    })
  })

  test.each([
    ["ALTER SESSION SET QUERY_TAG = 'x', COLOUR = 'red'", '001006'],
    ["ALTER SESSION SET TIMEZONE = 'Mars/Olympus'", '001008'],
    ["ALTER SESSION SET AUTOCOMMIT = 'maybe'", '001008'],
    ["ALTER SESSION SET BINARY_OUTPUT_FORMAT = 'OCTAL'", '001008'],
    ["ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 'soon'", '001008'],
    ['ALTER SESSION UNSET COLOUR', '001006'],
  ])('%s is refused with %s and sets nothing', async (sql, code) => {
    await expect(account.run(sql)).rejects.toMatchObject({ code })
    expect(account.session.parameters.size).toBe(0)
  })
})

describe('SHOW PARAMETERS', () => {
  test('tells value, default and level', async () => {
    await account.run("ALTER SESSION SET QUERY_TAG = 'mine'")
    const result = await account.run("SHOW PARAMETERS LIKE 'query_tag'")
    expect(columnsOf(result)).toEqual(['key', 'value', 'default', 'level', 'description', 'type'])
    expect(rowsOf(result)).toEqual([
      {
        key: 'QUERY_TAG',
        value: 'mine',
        default: '',
        level: 'SESSION',
        description: 'Text that marks the queries of the session',
        type: 'STRING',
      },
    ])
    expect(rowsOf(await account.run("SHOW PARAMETERS LIKE 'query_tag' IN ACCOUNT"))).toMatchObject([
      { value: '', level: '' },
    ])
    await expect(account.run('SHOW PARAMETERS IN WAREHOUSE w')).rejects.toMatchObject({
      code: '000002',
    })
  })
})

describe('SET and UNSET', () => {
  test('keep variables of the session', async () => {
    await account.run("SET a = 'x''y'")
    await account.run('SET (n, m) = (-1.5, $a)')
    await account.run('SET nothing = NULL')
    const result = await account.run('SHOW VARIABLES')
    expect(columnsOf(result)).toEqual([
      'session_id',
      'created_on',
      'updated_on',
      'name',
      'value',
      'type',
      'comment',
    ])
    expect(rowsOf(result).map(({ name, value, type }) => [name, value, type])).toEqual([
      ['A', "x'y", 'text'],
      ['M', "x'y", 'text'],
      ['N', '-1.5', 'fixed'],
      ['NOTHING', null, 'text'],
    ])
    await account.run('UNSET (n, m)')
    await account.run('UNSET a')
    expect([...account.session.variables.keys()]).toEqual(['NOTHING'])
  })

  test.each([
    ['SET a = (SELECT 1)', '000002'],
    ['SET a = 1 + 1', '000002'],
    ['SET a = $nope', '002211'],
    ['SET (a, b) = (1)', '001003'],
  ])('%s is refused with %s and sets nothing', async (sql, code) => {
    await expect(account.run(sql)).rejects.toMatchObject({ code })
    expect(account.session.variables.size).toBe(0)
  })
})
