import { describe, expect, onTestFinished, test } from 'vitest'
import type { Account } from '../account.ts'
import type { User } from '../catalog/objects.ts'
import { newTokenSecret } from '../catalog/access-tokens.ts'
import { textColumn } from '../statement-result.ts'
import { testService } from '../testing/test-service.ts'
import { connect, destroy, type DriverError, execute, failure } from './testing/driver.ts'
import { done, serve, type Served } from './testing/serve.ts'

const HOUR_MS = 3_600_000

async function served(options: Parameters<typeof serve>[1] = {}): Promise<Served> {
  const account = await serve(
    {
      'SELECT 1': done,
      parameters: ({ session: { parameters } }) => ({
        kind: 'rows',
        typeId: 0x1000,
        columns: ['tag', 'bigint', 'ownSetting'].map(textColumn),
        rows: [
          ['QUERY_TAG', 'JS_TREAT_INTEGER_AS_BIGINT', 'CLIENT_REQUEST_MFA_TOKEN'].map(
            (name) => parameters.get(name) ?? null,
          ),
        ],
      }),
      'is bound': ({ session: { isBoundToRole } }) => ({
        kind: 'rows',
        typeId: 0x1000,
        columns: [textColumn('bound')],
        rows: [[String(isBoundToRole)]],
      }),
      session: ({ session: { user, role, database, schema, warehouse } }) => ({
        kind: 'rows',
        typeId: 0x1000,
        columns: ['user', 'role', 'database', 'schema', 'warehouse'].map(textColumn),
        rows: [[user, role, database, schema, warehouse]],
      }),
    },
    options,
  )
  onTestFinished(account.close)
  return account
}

type ConnectOptions = Parameters<typeof connect>[1]

/** Where a session of these options starts. */
async function startOf({ url }: Served, options: ConnectOptions = {}): Promise<unknown> {
  const { rows } = await execute(await connect(url, options), 'session')
  return rows[0]
}

async function refusal({ url }: Served, options: ConnectOptions): Promise<DriverError> {
  return failure(connect(url, options))
}

function changeUser({ catalog }: Account, changes: Partial<User>): void {
  catalog.users.put({ ...catalog.users.get('ADMIN'), ...changes })
}

function addDatabase({ catalog }: Account, name: string, ...schemas: string[]): void {
  const made = { createdOn: '2026-01-02T03:04:05.000Z', owner: 'SYSADMIN', comment: '' }
  catalog.databases.put({ ...made, kind: 'DATABASE', name, transient: false })
  for (const schema of schemas) {
    catalog.schemas.put({ ...made, kind: 'SCHEMA', database: name, name: schema })
  }
}

const oauth = (token: string): ConnectOptions => ({ authenticator: 'OAUTH', token })

const SERVICE = testService({ owner: 'SYSADMIN', queryWarehouse: 'COMPUTE_WH' })

describe('signing in by password', () => {
  test('opens a session with the defaults of the user', async () => {
    expect(await startOf(await served())).toEqual({
      user: 'ADMIN',
      role: 'ACCOUNTADMIN',
      database: null,
      schema: null,
      warehouse: 'COMPUTE_WH',
    })
  })

  test('refuses a wrong password, an unknown user and a user without a password', async () => {
    const account = await served()
    const message = 'Incorrect username or password was specified.'
    expect(await refusal(account, { password: 'wrong' })).toMatchObject({ code: '390100', message })
    expect(await refusal(account, { username: 'nobody' })).toMatchObject({
      code: '390100',
      message,
    })
    changeUser(account.account, { passwordHash: null })
    expect(await refusal(account, {})).toMatchObject({ code: '390100', message })
  })

  test('refuses a user that is disabled', async () => {
    const account = await served()
    changeUser(account.account, { disabled: true })
    expect(await refusal(account, {})).toMatchObject({ code: '390101' })
  })

  test('refuses another account name, in any case of letters', async () => {
    const account = await served()
    const failed = await refusal(account, { account: 'acme' })
    expect(failed.message).toBe(
      "Incorrect account name was specified: this is account 'LOCAL', not 'acme'.",
    )
    await connect(account.url, { account: 'LoCaL' })
  })

  test('finds the user by login name, whatever its case', async () => {
    const account = await served()
    changeUser(account.account, { loginName: 'Ada@example.com' })
    expect(await startOf(account, { username: 'ADA@EXAMPLE.COM' })).toMatchObject({ user: 'ADMIN' })
  })

  test('logs who signed in, and neither password nor token', async () => {
    const account = await served()
    await connect(account.url)
    await refusal(account, { password: 'a wrong secret' })
    const logged = account.logged.join('\n')
    expect(logged).toContain('"message":"signed in","user":"ADMIN"')
    expect(logged).not.toMatch(/a wrong secret|password|spcs-session|spcs-master/i)
  })
})

describe('where a session starts', () => {
  test('is what the client asks for, as stored', async () => {
    const account = await served()
    addDatabase(account.account, 'my db', 'PUBLIC', 'Mixed')
    const wanted = {
      database: '"my db"',
      schema: '"Mixed"',
      role: 'sysadmin',
      warehouse: 'compute_wh',
    }
    expect(await startOf(account, wanted)).toMatchObject({
      role: 'SYSADMIN',
      database: 'my db',
      schema: 'Mixed',
      warehouse: 'COMPUTE_WH',
    })
  })

  test('is schema PUBLIC of a database alone', async () => {
    const account = await served()
    addDatabase(account.account, 'DB', 'PUBLIC')
    addDatabase(account.account, 'BARE')
    expect(await startOf(account, { database: 'db' })).toMatchObject({ schema: 'PUBLIC' })
    expect(await startOf(account, { database: 'bare' })).toMatchObject({
      database: 'BARE',
      schema: null,
    })
  })

  test('is nowhere for what does not exist', async () => {
    const wanted = { database: 'nodb', schema: 'noschema', warehouse: 'nowh' }
    const start = await startOf(await served(), wanted)
    expect(start).toMatchObject({ database: null, schema: null, warehouse: null })
  })

  test('is the default namespace of the user', async () => {
    const account = await served()
    addDatabase(account.account, 'DB', 'PUBLIC', 'S')
    changeUser(account.account, { defaultNamespace: 'DB.S' })
    expect(await startOf(account)).toMatchObject({ database: 'DB', schema: 'S' })
    changeUser(account.account, { defaultNamespace: 'DB' })
    expect(await startOf(account)).toMatchObject({ database: 'DB', schema: 'PUBLIC' })
  })

  test('is never with a role that the user has not', async () => {
    const account = await served()
    const failed = await refusal(account, { role: 'nosuchrole' })
    expect(failed.code).toBe('390189')
    expect(failed.message).toContain("Role 'NOSUCHROLE' specified in the connect string")
    changeUser(account.account, { defaultRole: 'GONE' })
    expect(await startOf(account)).toMatchObject({ role: 'PUBLIC' })
  })

  test('has the session parameters that the client sends', async () => {
    const account = await served()
    const options = { queryTag: 'nightly', jsTreatIntegerAsBigInt: true }
    const { rows } = await execute(await connect(account.url, options), 'parameters')
    expect(rows).toEqual([{ tag: 'nightly', bigint: 'true', ownSetting: null }])
  })
})

describe('signing in as a service', () => {
  test('takes its token, its owner role and its query warehouse', async () => {
    const account = await served()
    const { catalog, tokens } = account.account
    addDatabase(account.account, 'DB', 'PUBLIC')
    catalog.services.put(SERVICE)
    const token = tokens.issue({ kind: 'service', service: 'DB.PUBLIC.CONVERT_API' }, 60_000)
    const start = { user: 'CONVERT_API', role: 'SYSADMIN', warehouse: 'COMPUTE_WH' }
    expect(await startOf(account, oauth(token))).toMatchObject(start)
    expect(await startOf(account, { ...oauth(token), database: 'db' })).toMatchObject({
      database: 'DB',
    })
    const failed = await refusal(account, { ...oauth(token), role: 'ACCOUNTADMIN' })
    expect(failed.code).toBe('390189')
    expect(await refusal(account, { ...oauth(token), username: 'admin' })).toMatchObject({
      code: '390309',
    })
  })

  test('refuses a token that expired, that is unknown, that is for something else, or whose service is gone', async () => {
    const account = await served()
    const { tokens } = account.account
    const service = 'DB.PUBLIC.CONVERT_API'
    const codes = await Promise.all(
      [
        tokens.issue({ kind: 'service', service }, -1),
        'unknown',
        tokens.issue({ kind: 'stage', stage: 'S' }, 60_000),
        tokens.issue({ kind: 'service', service }, 60_000),
      ].map(async (token) => (await refusal(account, oauth(token))).code),
    )
    expect(codes).toEqual(['390318', '390303', '390303', '390303'])
  })

  test("with a request's caller token it opens a session as the user who asks", async () => {
    const account = await served()
    const { catalog, tokens } = account.account
    catalog.services.put(SERVICE)
    catalog.users.put({ ...catalog.users.get('ADMIN'), name: 'DEV', loginName: 'DEV' })
    const service = 'DB.PUBLIC.CONVERT_API'
    const own = tokens.issue({ kind: 'service', service }, 60_000)
    const caller = (changes: object = {}, lifeMs = 60_000): string =>
      tokens.issue({ kind: 'caller', service, user: 'DEV', role: 'PUBLIC', ...changes }, lifeMs)
    const both = oauth(`${own}.${caller()}`)
    expect(await startOf(account, both)).toMatchObject({
      user: 'DEV',
      role: 'PUBLIC',
      warehouse: 'COMPUTE_WH',
    })
    const codeOf = async (options: ConnectOptions): Promise<unknown> =>
      (await refusal(account, options)).code
    expect(await codeOf({ ...both, role: 'ACCOUNTADMIN' })).toBe('390189')
    expect((await execute(await connect(account.url, both), 'is bound')).rows).toEqual([
      { bound: 'true' },
    ])
    expect(await codeOf(oauth(`${own}.${caller({ service: 'DB.PUBLIC.OTHER' })}`))).toBe('390303')
    expect(await codeOf(oauth(`${own}.${caller({ user: 'NOBODY' })}`))).toBe('390303')
    expect(await codeOf(oauth(`${own}.${caller({}, -1)}`))).toBe('390318')
    expect(await codeOf(oauth(`${own}.${own}`))).toBe('390303')
    expect(await codeOf(oauth(`unknown.${caller()}`))).toBe('390303')
    expect(await codeOf(oauth(caller()))).toBe('390303')
    catalog.users.change('DEV', { disabled: true })
    expect(await codeOf(both)).toBe('390101')
  })

  test('accepts the second token that drivers send from inside a service', async () => {
    const { app } = await served()
    const data = {
      ACCOUNT_NAME: 'LOCAL',
      LOGIN_NAME: 'ADMIN',
      PASSWORD: 'admin',
      SPCS_TOKEN: 'anything',
    }
    const response = await app.inject({
      method: 'POST',
      url: '/session/v1/login-request',
      payload: { data },
    })
    expect(response.json()).toMatchObject({ success: true })
  })
})

describe('signing in by programmatic access token', () => {
  const pat = (token: string, username?: string): ConnectOptions => ({
    authenticator: 'PROGRAMMATIC_ACCESS_TOKEN',
    token,
    ...(username !== undefined && { username }),
  })

  test('opens a session as its user, with the role that it is for', async () => {
    const account = await served()
    const { secret, hash } = newTokenSecret()
    const made = { createdOn: '', createdBy: '', comment: '', expiresAt: '2999-01-01T00:00:00Z' }
    const token = { ...made, name: 'T', hash, role: null }
    changeUser(account.account, { accessTokens: [token] })
    expect(await startOf(account, pat(secret, 'admin'))).toMatchObject({
      user: 'ADMIN',
      role: 'ACCOUNTADMIN',
    })
    expect((await refusal(account, pat(secret, 'other'))).code).toBe('394400')
    expect((await refusal(account, pat(`${secret}x`))).code).toBe('394400')

    changeUser(account.account, { accessTokens: [{ ...token, role: 'PUBLIC' }] })
    expect(await startOf(account, pat(secret))).toMatchObject({ role: 'PUBLIC' })
    expect((await refusal(account, { ...pat(secret), role: 'ACCOUNTADMIN' })).code).toBe('390189')
    changeUser(account.account, { accessTokens: [{ ...token, role: 'SOME_ROLE' }] })
    expect((await refusal(account, pat(secret))).code).toBe('394400')
    changeUser(account.account, { accessTokens: [{ ...token, expiresAt: '2020-01-01T00:00:00Z' }] })
    expect((await refusal(account, pat(secret))).code).toBe('394400')
  })
})

test('other ways to sign in are refused by name', async () => {
  const account = await served()
  const pat = { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token: 'x' }
  expect(await refusal(account, pat)).toMatchObject({ code: '394400' })
  const unknown = { authenticator: 'CARRIER_PIGEON', username: 'admin', password: 'admin' }
  expect((await refusal(account, unknown)).message).toBe(
    "The local account has no authenticator 'CARRIER_PIGEON'.",
  )
})

describe('a session', () => {
  test('goes on when its token has expired, by renewing it', async () => {
    let time = Date.now()
    const account = await served({ now: () => new Date(time) })
    const connection = await connect(account.url)
    const paths: string[] = []
    account.app.server.on('request', ({ url = '' }) => paths.push(url.replace(/\?.*/, '')))
    time += HOUR_MS
    await execute(connection, 'SELECT 1')
    expect(paths.filter((path) => path !== '/telemetry/send')).toEqual([
      '/queries/v1/query-request',
      '/session/token-request',
      '/queries/v1/query-request',
    ])
  })

  test('ends when its master token has expired too', async () => {
    let time = Date.now()
    const account = await served({ now: () => new Date(time) })
    const connection = await connect(account.url)
    time += 4 * HOUR_MS
    expect(await failure(execute(connection, 'SELECT 1'))).toMatchObject({ code: 407002 })
    expect(connection.isUp()).toBe(false)
  })

  test('that is not used is closed when others open', async () => {
    let time = Date.now()
    const account = await served({ now: () => new Date(time) })
    await connect(account.url)
    const used = await connect(account.url)
    time += 4 * HOUR_MS - 1
    expect(await used.isValidAsync()).toBe(true)
    time += 2
    await connect(account.url)
    expect(account.engineLog).toEqual(['connect', 'connect', 'ROLLBACK', 'close', 'connect'])
    expect(await used.isValidAsync()).toBe(true)
  })

  test('is alive as long as its heartbeat is answered, and gone after destroy', async () => {
    const account = await served()
    const connection = await connect(account.url)
    const { token } = tokensOf(connection)
    expect(await connection.isValidAsync()).toBe(true)
    await destroy(connection)
    expect(account.engineLog).toEqual(['connect', 'ROLLBACK', 'close'])
    const response = await account.app.inject({
      method: 'POST',
      url: '/session/heartbeat',
      headers: { authorization: `Snowflake Token="${token}"` },
    })
    expect(response.json()).toMatchObject({ success: false, code: '390111', data: null })
  })

  test('gives a token on ISSUE, with which others speak for it', async () => {
    const { app, url } = await served()
    const { masterToken } = tokensOf(await connect(url))
    const issued = await app.inject({
      method: 'POST',
      url: '/session/token-request',
      headers: { authorization: `Snowflake Token="${masterToken}"` },
      payload: { requestType: 'ISSUE' },
    })
    const { data } = issued.json<{ data: { sessionToken: string; validityInSecondsST: number } }>()
    expect(data.validityInSecondsST).toBe(3600)
    const heartbeat = await app.inject({
      method: 'POST',
      url: '/session/heartbeat',
      headers: { authorization: `Snowflake Token=${data.sessionToken}` },
    })
    expect(heartbeat.json()).toMatchObject({ success: true })
  })
})

function tokensOf(connection: Awaited<ReturnType<typeof connect>>): {
  token: string
  masterToken: string
} {
  const saved = connection.serialize()
  const read = (name: string): string => new RegExp(`"${name}":"([^"]+)"`).exec(saved)?.[1] ?? ''
  return { token: read('sessionToken'), masterToken: read('masterToken') }
}
