import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connect, type Session } from '@spcs/session'
import { toObjects } from '@spcs/sql'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../e2e/browser.ts'
import { noEngine } from './docker-engine.ts'
import { runSample } from './run-sample.ts'

if (noEngine !== undefined) console.log(`docker compose: skipped, ${noEngine}`)

const FILE = fileURLToPath(new URL('../../docker/compose.yaml', import.meta.url))
/** A name of its own, so that a compose of the user's is left alone. */
const PROJECT = `spcs-test-${process.pid}`

let ports: { readonly SPCS_PORT: string; readonly SPCS_INGRESS_PORT: string }
let session: Session
let password: string
let browser: Browser

describe.skipIf(noEngine !== undefined)('docker compose up', () => {
  beforeAll(async () => {
    browser = await launchBrowser()
    ports = { SPCS_PORT: await freePort(), SPCS_INGRESS_PORT: await freePort() }
    await compose('up', '--build', '--wait')
    const { connection } = JSON.parse(
      await compose('exec', '-T', 'account', 'cat', '/state/account.json'),
    ) as { connection: { user: string; password: string } }
    password = connection.password
    session = await connect({
      accessUrl: `http://127.0.0.1:${ports.SPCS_PORT}`,
      account: 'LOCAL',
      user: connection.user,
      password,
      role: 'CONTAINER_USER_ROLE',
      warehouse: 'CONTAINER_HOL_WH',
      database: 'CONTAINER_HOL_DB',
      schema: 'PUBLIC',
    })
  }, 600_000)

  afterAll(async () => {
    await session?.close()
    await browser?.close()
    if (ports !== undefined) await compose('down', '--volumes', '--rmi', 'local', '--timeout', '5')
  }, 120_000)

  test('answers the calls of the quickstart from compose’s own container', async () => {
    const { rows } = await session.execute('SELECT CONVERT_UDF(12)')
    expect(rows).toEqual([[53.6]])
    await session.execute(
      `CREATE TABLE WEATHER (DATE DATE, LOCATION VARCHAR, TEMP_C NUMBER, TEMP_F NUMBER)
       AS SELECT * FROM VALUES ('2026-01-01'::DATE, 'Paris', 18, NULL), ('2026-01-02'::DATE, 'Rome', 20, NULL)`,
    )
    const weather = await session.execute(
      'SELECT LOCATION, CONVERT_UDF(TEMP_C) AS TEMP_F FROM WEATHER ORDER BY LOCATION',
    )
    expect(toObjects(weather)).toEqual([
      { LOCATION: 'Paris', TEMP_F: 64.4 },
      { LOCATION: 'Rome', TEMP_F: 68 },
    ])
    expect(
      await compose(
        'exec',
        '-T',
        'account',
        'spcs',
        'call',
        '--directory',
        '/state',
        'CONVERT_UDF',
        '12',
      ),
    ).toMatch(/53\.6/)
  })

  test('gives a container its token where Snowflake does, and the account lets it in', async () => {
    const script = `
      const { readFileSync, statSync } = require('node:fs')
      const { SNOWFLAKE_HOST: host, SNOWFLAKE_PORT: port, SNOWFLAKE_ACCOUNT } = process.env
      const TOKEN = readFileSync('/snowflake/session/token', 'utf8')
      fetch('http://' + host + ':' + port + '/session/v1/login-request', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ data: { AUTHENTICATOR: 'OAUTH', TOKEN, ACCOUNT_NAME: SNOWFLAKE_ACCOUNT } }),
      }).then((answer) => answer.json()).then(({ data }) => console.log(data.sessionInfo.roleName))`
    for (const name of ['convert-api', 'notebook']) {
      expect(await compose('exec', '-T', name, 'node', '-e', script)).toBe('CONTAINER_USER_ROLE')
    }
    await expect(
      compose('exec', '-T', 'notebook', 'touch', '/snowflake/session/token'),
    ).rejects.toThrow(/Read-only file system/)
  })

  test('runs the sample of the notebook behind the account’s ingress', async () => {
    const endpoints = toObjects(await session.execute('SHOW ENDPOINTS IN SERVICE NOTEBOOK_SERVICE'))
    const host = String(endpoints[0]?.['ingress_url'])
    expect(host).toMatch(
      new RegExp(`^[a-z0-9]+-local-local\\.localhost:${ports.SPCS_INGRESS_PORT}$`),
    )
    const converted = await runSample(browser, `http://${host}`, { user: 'DEVELOPER', password })
    expect(converted).toBe('64.4 68.0')
  })

  test('runs each container without privileges, as a user, on a file system that is read-only', async () => {
    for (const name of ['account', 'convert-api', 'notebook']) {
      expect(await compose('exec', '-T', name, 'id', '-u')).toBe('1000')
      await expect(compose('exec', '-T', name, 'touch', '/etc/written')).rejects.toThrow(
        /Read-only file system/,
      )
    }
  })

  test('keeps state when it is taken down and up again', async () => {
    await session.close()
    await compose('down', '--timeout', '5')
    await compose('up', '--wait')
    session = await connect({
      accessUrl: `http://127.0.0.1:${ports.SPCS_PORT}`,
      account: 'LOCAL',
      user: 'ADMIN',
      password,
      database: 'CONTAINER_HOL_DB',
      schema: 'PUBLIC',
    })
    const { rows } = await session.execute(
      "SELECT CONVERT_UDF(TEMP_C) FROM WEATHER WHERE LOCATION = 'Rome'",
    )
    expect(rows).toEqual([[68]])
  })
})

async function compose(...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'docker',
    ['compose', '--progress', 'plain', '--project-name', PROJECT, '--file', FILE, ...words],
    { env: { ...process.env, ...ports }, maxBuffer: 1 << 26 },
  )
  return stdout.trim()
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? String(address?.port) : ''
}
