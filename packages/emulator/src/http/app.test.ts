import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { FastifyPluginAsync, InjectOptions, RouteOptions } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RowsResult, textColumn } from '../statement-result.ts'
import { testAccount } from '../testing/test-account.ts'
import { buildApp, type RegistryOptions } from './app.ts'
import { done, serve, type Served } from './testing/serve.ts'

const LOGIN = { data: { ACCOUNT_NAME: 'LOCAL', LOGIN_NAME: 'ADMIN', PASSWORD: 'admin' } }

const big = (): RowsResult => ({
  kind: 'rows',
  typeId: 0x1000,
  columns: [textColumn('T')],
  rows: Array.from({ length: 10_001 }, (_, n) => [String(n)]),
})

let served: Served
beforeEach(async () => {
  served = await serve({ 'SELECT 1': done, big }, { allowedHosts: ['account.internal'] })
})
afterEach(() => served.close())

interface Answer {
  success: boolean
  code: string | null
  message: string | null
  data: Record<string, unknown> | null
}

async function post(url: string, payload: InjectOptions['payload'], headers = {}): Promise<Answer> {
  const contentType = { 'content-type': 'application/json' }
  const response = await served.app.inject({
    method: 'POST',
    url,
    headers: { ...contentType, ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
  expect(response.statusCode).toBe(200)
  expect(response.headers['content-type']).toContain('application/json')
  return response.json<Answer>()
}

async function signIn(): Promise<Record<string, string>> {
  const { data } = await post('/session/v1/login-request', LOGIN)
  return { authorization: `Snowflake Token="${String(data?.['token'])}"` }
}

/** What a request with a wrong token is answered, and that it is told so. */
const REFUSALS = {
  session: [200, '390104'],
  master: [200, '390114'],
  stage: [401, undefined],
  secret: [404, undefined],
  assertion: [400, undefined],
  open: [200, undefined],
} as const

/** What each route wants to see before it does anything; a new route has to be added here. */
const GATES: Readonly<Record<string, keyof typeof REFUSALS>> = {
  'POST /session/v1/login-request': 'open',
  'POST /session/token-request': 'master',
  'POST /session/heartbeat': 'session',
  'POST /session': 'session',
  'POST /queries/v1/query-request': 'session',
  'GET /queries/:queryId/result': 'session',
  'HEAD /queries/:queryId/result': 'session',
  'GET /monitoring/queries/:queryId': 'session',
  'HEAD /monitoring/queries/:queryId': 'session',
  'POST /queries/v1/abort-request': 'session',
  'POST /queries/:queryId/abort-request': 'session',
  'GET /results/:secret/:index': 'secret',
  'HEAD /results/:secret/:index': 'secret',
  'POST /telemetry/send': 'open',
  'POST /oauth/token': 'assertion',
  'PUT /stage/stages/:stageId/*': 'stage',
  'HEAD /stage/stages/:stageId/*': 'stage',
  'GET /stage/stages/:stageId/*': 'stage',
  'GET /healthz': 'open',
  'HEAD /healthz': 'open',
  'GET /': 'open',
  'HEAD /': 'open',
}

/** The routes of an app of its own, as they are registered. */
async function routesOf(): Promise<string[]> {
  const { account } = testAccount()
  const app = buildApp(account, { runStatement: () => Promise.resolve(done()) })
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url }: RouteOptions) => {
    for (const each of [method].flat()) routes.push(`${each} ${url}`)
  })
  await app.ready()
  await app.close()
  return routes
}

const METHODS = ['GET', 'HEAD', 'PUT', 'POST'] as const

function requestOf(route: string, headers: Record<string, string>): InjectOptions {
  const [method, pattern = ''] = route.split(' ')
  const url = pattern.replace('*', 'file').replaceAll(/:\w+/g, 'x')
  return { method: METHODS.find((each) => each === method) ?? 'GET', url, headers }
}

describe('every route', () => {
  test('is listed with its gate', async () => {
    expect((await routesOf()).toSorted()).toEqual(Object.keys(GATES).toSorted())
  })

  test.each(Object.entries(GATES))('%s is behind its gate: %s', async (route, gate) => {
    const response = await served.app.inject(
      requestOf(route, { authorization: 'Snowflake Token="x"' }),
    )
    const [status, code] = REFUSALS[gate]
    expect(response.statusCode).toBe(status)
    // HEAD has no body, and what is open answers in a form of its own.
    const isTold = typeof code === 'string' && response.body !== ''
    expect(isTold ? response.json<Answer>().code : code).toBe(code)
  })

  test.each(Object.keys(GATES))('%s refuses web pages and other host names', async (route) => {
    const origins = ['http://evil.example', 'null', 'http://localhost:8084']
    for (const headers of [
      ...origins.map((origin) => ({ origin })),
      ...[
        'evil.example',
        'localhost.evil.example',
        '127.0.0.1.evil.example',
        'localhost.',
        '[::2]:80',
        'a@localhost',
      ].map((host) => ({ host })),
    ]) {
      const response = await served.app.inject(requestOf(route, headers))
      expect([headers, response.statusCode]).toEqual([headers, 403])
    }
    for (const host of [
      'localhost',
      '127.0.0.1:8084',
      '[::1]:8084',
      'API.localhost:1',
      'Account.Internal:80',
    ]) {
      const response = await served.app.inject(requestOf(route, { host }))
      expect([host, response.statusCode]).not.toEqual([host, 403])
    }
  })
})

test('the registry is behind the same door, and finds sessions', async () => {
  const found: unknown[] = []
  const registry: FastifyPluginAsync<RegistryOptions> = (app, { findSession }) => {
    app.get('/v2/', () => {
      found.push(findSession('1'))
      return {}
    })
    return Promise.resolve()
  }
  const { account } = testAccount()
  const app = buildApp(account, { runStatement: () => Promise.resolve(done()), registry })
  expect((await app.inject('/v2/')).statusCode).toBe(200)
  expect((await app.inject({ url: '/v2/', headers: { origin: 'null' } })).statusCode).toBe(403)
  expect((await app.inject({ url: '/v2/', headers: { host: 'evil.example' } })).statusCode).toBe(
    403,
  )
  expect(found).toEqual([undefined])
  await app.close()
})

describe('bodies', () => {
  test('are read whether gzipped or not, whatever their content type', async () => {
    const text = JSON.stringify(LOGIN)
    const zipped = { 'content-encoding': 'gzip' }
    expect(await post('/session/v1/login-request', text)).toMatchObject({ success: true })
    expect(await post('/session/v1/login-request', gzipSync(text), zipped)).toMatchObject({
      success: true,
    })
    const plain = { 'content-type': 'text/plain' }
    expect(await post('/session/v1/login-request', text, plain)).toMatchObject({ success: true })
  })

  test('may be large', async () => {
    const value = Array.from({ length: 200_000 }, () => 'a value of a bulk insert')
    const payload = { sqlText: 'SELECT 1', bindings: { '1': { type: 'TEXT', value } } }
    const answer = await post('/queries/v1/query-request?requestId=r', payload, await signIn())
    expect(answer).toMatchObject({ success: true })
  })

  test('may be empty though they are called JSON', async () => {
    const headers = await signIn()
    expect(await post('/session/heartbeat', undefined, headers)).toEqual({
      data: null,
      code: null,
      message: null,
      success: true,
      headers: null,
    })
  })

  test('that are no JSON or no gzip are told so', async () => {
    for (const [payload, headers] of [
      ['{"data":', {}],
      ['{}', { 'content-encoding': 'gzip' }],
    ] as const) {
      const response = await served.app.inject({
        method: 'POST',
        url: '/session/v1/login-request',
        headers,
        payload,
      })
      expect(response.statusCode).toBe(400)
      expect(response.json<Answer>()).toMatchObject({ success: false, data: null })
    }
  })

  test('of another shape are refused logins and statements, never faults', async () => {
    for (const payload of [
      '[]',
      'null',
      '"x"',
      '{"data":null}',
      '{"data":{"LOGIN_NAME":{"a":1}}}',
    ]) {
      expect(await post('/session/v1/login-request', payload)).toMatchObject({ code: '390100' })
    }
    const headers = await signIn()
    const codes = []
    for (const payload of [
      '[]',
      'null',
      '{"sqlText":1}',
      '{"sqlText":"SELECT 1","bindings":{"1":null}}',
      '{"sqlText":"SELECT 1","bindings":{"1":{"type":"TEXT","value":{}}}}',
      '{"sqlText":"SELECT 1","bindStage":"@SYSTEM$BIND/1"}',
    ]) {
      const { code, data } = await post('/queries/v1/query-request?requestId=', payload, headers)
      expect(data?.['sqlState']).toEqual(expect.any(String))
      codes.push(code)
    }
    expect(codes).toEqual(['000900', '000900', '391902', '391902', '391902', '000002'])
    expect(served.logged.join('\n')).not.toMatch(/unexpectedly/)
  })
})

describe('answers', () => {
  test('are complete for drivers that read more than the one of Node', async () => {
    const headers = await signIn()
    const answer = await post(
      '/queries/v1/query-request?requestId=r1',
      '{"sqlText":"SELECT 1"}',
      headers,
    )
    expect(answer).toMatchObject({
      success: true,
      code: null,
      data: {
        rowtype: [
          { name: 'status', type: 'text', database: '', schema: '', table: '', collation: null },
        ],
        rowset: [['Statement executed successfully.']],
        returned: 1,
        total: 1,
        queryResultFormat: 'json',
        version: 1,
        finalRoleName: 'ACCOUNTADMIN',
        statementTypeId: 0x6000,
      },
    })
    const formats = ['DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ']
    const names = [
      'TIMEZONE',
      'BINARY_OUTPUT_FORMAT',
      ...formats.map((type) => `${type}_OUTPUT_FORMAT`),
    ]
    const parameters = names.map((name): unknown => expect.objectContaining({ name }))
    // The driver crashes without these.
    expect(answer.data).toHaveProperty('parameters', expect.arrayContaining(parameters))
  })

  test('to questions about unknown statements are errors with a state, or an empty list', async () => {
    const headers = await signIn()
    const result = await served.app.inject({ url: '/queries/nothing/result', headers })
    expect(result.json()).toMatchObject({ code: '000709', data: { sqlState: '02000' } })
    const monitored = await served.app.inject({ url: '/monitoring/queries/nothing', headers })
    expect(monitored.json()).toMatchObject({ success: true, data: { queries: [] } })
    const abort = await post('/queries/nothing/abort-request', undefined, headers)
    expect(abort).toMatchObject({ success: false, code: '000605' })
    const abortByRequest = await post('/queries/v1/abort-request', '{"requestId":"r"}', headers)
    expect(abortByRequest).toMatchObject({ success: false, code: '000605' })
  })

  test('name their chunks by the host that the client knows, as gzipped rows without brackets', async () => {
    const headers = { ...(await signIn()), host: 'api.localhost:1234' }
    const { data } = await post(
      '/queries/v1/query-request?requestId=r',
      '{"sqlText":"big"}',
      headers,
    )
    const url = /"(http:[^"]+)"/.exec(JSON.stringify(data?.['chunks']))?.[1] ?? ''
    expect(url).toMatch(/^http:\/\/api\.localhost:1234\/results\/[\w-]{32}\/0$/)
    const chunk = await served.app.inject(new URL(url).pathname)
    expect(chunk.headers).toMatchObject({
      'content-type': 'binary/octet-stream',
      'content-encoding': 'gzip',
    })
    expect(gunzipSync(chunk.rawPayload).toString()).toBe('["10000"]')
    expect(data).toMatchObject({
      returned: 10_001,
      total: 10_001,
      chunks: [{ rowCount: 1, uncompressedSize: 9, compressedSize: chunk.rawPayload.length }],
    })
    expect((await served.app.inject(new URL(url.replace(/0$/, '1')).pathname)).statusCode).toBe(404)
  })

  test('to unknown addresses are 404 in the same form', async () => {
    const response = await served.app.inject('/api/v2/databases')
    expect([response.statusCode, response.json()]).toEqual([
      404,
      { success: false, code: '404', message: 'Not found', data: null },
    ])
  })
})

describe('GET /', () => {
  test('says how to connect, to people and to programs', async () => {
    const json = await served.app.inject({ url: '/', headers: { host: 'localhost:8084' } })
    expect(json.json()).toMatchObject({
      connect: { accessUrl: 'http://localhost:8084', account: 'LOCAL' },
    })
    const page = await served.app.inject({ url: '/', headers: { accept: 'text/html,*/*' } })
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.body).toContain("account: 'LOCAL'")
  })
})

test('an idle kept-alive connection does not hold the account up', async () => {
  const { hostname, port } = new URL(served.url)
  const socket = dial(Number(port), hostname)
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(socket, 'data')
  const closed = once(socket, 'close')
  await served.app.close()
  await closed
  expect(socket.destroyed).toBe(true)
})
