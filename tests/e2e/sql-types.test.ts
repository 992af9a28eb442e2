import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { printValue } from '@spcs/sql'
import { expect, test } from 'vitest'
import { SQL_VALUES } from '../../packages/emulator/src/testing/sql-values.ts'
import { LocalService } from '../services/local-service.ts'

const FORMATS = `ALTER SESSION SET
  TIME_OUTPUT_FORMAT = 'HH24:MI:SS.FF9'
  TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9'
  TIMESTAMP_LTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM'
  TIMESTAMP_TZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM'`

test('every SQL type goes from a table to a service over HTTP, and comes back to the driver', async () => {
  await using echo = await startEcho()
  await using account = await LocalService.start({
    runner: { attached: { service: { address: echo.address } } },
  })
  const { session } = account
  await account.create(specification(await account.push('echo', '')))
  const types = [...new Set(SQL_VALUES.map(({ type }) => type))]
  for (const [index, type] of types.entries()) {
    await session.execute(
      `CREATE FUNCTION echo_${index} (x ${type}) RETURNS ${type} SERVICE = s ENDPOINT = web AS '/echo'`,
    )
  }
  await session.execute(FORMATS)
  const cells = SQL_VALUES.map(({ type, sql }, index) => `${sql}::${type} AS c${index}`)
  await session.execute(`CREATE TABLE given AS SELECT ${cells.join(', ')}`)
  const calls = SQL_VALUES.map(({ type }, index) => `echo_${types.indexOf(type)}(c${index})`)
  const { columns, rows } = await session.execute(`SELECT ${calls.join(', ')} FROM given`)
  const shown = columns.map(({ type, scale }, index) => printValue(rows[0]?.[index], type, scale))
  expect(shown).toEqual(SQL_VALUES.map((value) => value.shown))
  expect(echo.bodies.toSorted()).toEqual(
    SQL_VALUES.map(({ json }) => `{\n"data":[\n[0,${json}]\n]\n}`).toSorted(),
  )
})

function specification(image: string): string {
  return `{"spec":{"containers":[{"name":"main","image":"${image}"}],
    "endpoints":[{"name":"web","port":8080,"public":true}]}}`
}

/** A service that runs elsewhere. The batch of a function with one argument is its own answer. */
async function startEcho() {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      bodies.push(body)
      response.setHeader('content-type', 'application/json').end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
