import { createFunctionSql } from '@spcs/service-function'
import { printValue } from '@spcs/sql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EchoService } from '../../packages/emulator/src/testing/echo-service.ts'
import { SQL_VALUES } from '../../packages/emulator/src/testing/sql-values.ts'
import { LocalService } from '../services/local-service.ts'

const TYPES = [...new Set(SQL_VALUES.map(({ type }) => type))]
const SHOWN = SQL_VALUES.map(({ shown }) => shown)
const FORMATS = `ALTER SESSION SET
  TIME_OUTPUT_FORMAT = 'HH24:MI:SS.FF9'
  TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9'
  TIMESTAMP_LTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM'
  TIMESTAMP_TZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM'`

let echo: EchoService
let account: LocalService

beforeAll(async () => {
  echo = await EchoService.start(TYPES)
  account = await LocalService.start({
    runner: { attached: { service: { address: echo.address } } },
  })
  await account.create(specification(await account.push('echo', '')))
  await account.session.execute(FORMATS)
  const cells = SQL_VALUES.map(({ type, sql }, index) => `${sql}::${type} AS c${index}`)
  await account.session.execute(`CREATE TABLE given AS SELECT ${cells.join(', ')}`)
})
afterAll(async () => {
  await account[Symbol.asyncDispose]()
  await echo[Symbol.asyncDispose]()
})

/** The values as the driver gives them after each went through the function of its type. */
async function through(prefix: string): Promise<readonly (string | null)[]> {
  const calls = SQL_VALUES.map(({ type }, index) => `${prefix}${TYPES.indexOf(type)}(c${index})`)
  const { columns, rows } = await account.session.execute(`SELECT ${calls.join(', ')} FROM given`)
  return columns.map(({ type, scale }, index) => printValue(rows[0]?.[index], type, scale))
}

test('every SQL type goes from a table to a service over HTTP, and comes back to the driver', async () => {
  for (const [index, type] of TYPES.entries()) {
    await account.session.execute(
      `CREATE FUNCTION echo_${index} (x ${type}) RETURNS ${type} SERVICE = s ENDPOINT = web AS '/echo'`,
    )
  }
  expect(await through('echo_')).toEqual(SHOWN)
  expect(echo.bodies.toSorted()).toEqual(
    SQL_VALUES.map(({ json }) => `{\n"data":[\n[0,${json}]\n]\n}`).toSorted(),
  )
})

test('and through the handlers of @spcs/service-function', async () => {
  for (const definition of echo.handled) {
    await account.session.execute(createFunctionSql(definition, { service: 'S', endpoint: 'web' }))
  }
  expect(await through('handled_')).toEqual(SHOWN)
})

function specification(image: string): string {
  return `{"spec":{"containers":[{"name":"main","image":"${image}"}],
    "endpoints":[{"name":"web","port":8080,"public":true}]}}`
}
