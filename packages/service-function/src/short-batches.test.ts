import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance } from 'fastify'
import { Agent, request } from 'undici'
import { describe, expect, onTestFinished, test } from 'vitest'
import { BatchMetrics } from './batch-metrics.ts'
import { batchServer } from './batch-server.ts'
import { defineServiceFunction } from './define-service-function.ts'
import { serviceFunctions, type ServiceFunctionsOptions } from './plugin.ts'

const base = { arguments: { x: 'FLOAT' }, returns: 'FLOAT', handler: (x: number) => x * 2 } as const
const twice = defineServiceFunction({ ...base, name: 'twice', path: '/twice' })
const later = defineServiceFunction({
  ...base,
  name: 'later',
  path: '/later',
  handler: async (x) => x * 2,
})
const broken = defineServiceFunction({
  ...base,
  name: 'broken',
  path: '/broken',
  handler: () => {
    throw new Error('secret')
  },
})
let began = false
const never = defineServiceFunction({
  ...base,
  name: 'never',
  path: '/never',
  handler: (_x, { signal }) => {
    began = true
    return new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
  },
})
const who = defineServiceFunction({
  name: 'who',
  path: '/who',
  arguments: { greeting: 'VARCHAR' },
  returns: 'VARCHAR',
  contextHeaders: ['CURRENT_USER'],
  handler: (greeting, { headers }) => `${greeting}, ${headers.CURRENT_USER}`,
})

interface Service {
  readonly app: FastifyInstance
  readonly url: URL
  /** What Fastify saw: `POST /twice`. */
  readonly seen: string[]
  readonly metrics: BatchMetrics
}

/** A service that listens, until the test ends. */
async function start(
  options: Omit<ServiceFunctionsOptions, 'functions'> = {},
  { isPlain = false, host = '127.0.0.1' } = {},
): Promise<Service> {
  const app = isPlain ? Fastify() : Fastify({ serverFactory: batchServer })
  onTestFinished(() => app.close())
  const seen: string[] = []
  app.addHook('onRequest', async ({ method, url }) => void seen.push(`${method} ${url}`))
  const metrics = new BatchMetrics()
  const functions = [twice, later, broken, never, who]
  await app.register(serviceFunctions, { functions, metrics, ...options })
  await app.register(serviceFunctions, { functions: [twice], prefix: '/v1' })
  return { app, url: new URL(await app.listen({ port: 0, host })), seen, metrics }
}

interface Answer {
  readonly status: number
  readonly headers: object
  readonly body: string
}

interface Batch {
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

async function post(url: URL, { path = '/twice', headers, body = '{"data":[[0,4]]}' }: Batch = {}) {
  const sent = { 'content-type': 'application/json', ...headers }
  const dispatcher = new Agent()
  onTestFinished(() => dispatcher.close())
  const response = await request(new URL(path, url), {
    method: 'POST',
    headers: sent,
    body,
    dispatcher,
  })
  const { date: _date, ...answered } = response.headers
  const answer: Answer = {
    status: response.statusCode,
    headers: answered,
    body: await response.body.text(),
  }
  return answer
}

/** Writes text to a service as it is, and reads until the service hangs up. */
async function converse(url: URL, ...pieces: string[]): Promise<string> {
  const socket = connect(Number(url.port), url.hostname)
  await once(socket, 'connect')
  for (const piece of pieces) {
    socket.write(piece)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return text(socket)
}

const head = (length: number, more = ''): string =>
  `POST /twice HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${more}content-length: ${length}\r\n\r\n`

describe('batchServer()', () => {
  test.each<[string, Batch]>([
    ['a batch', {}],
    ['a batch of an async handler', { path: '/later' }],
    ['no rows', { body: '{"data":[]}' }],
    [
      'a context header',
      { path: '/who', headers: { 'sf-context-current-user': 'ZO' }, body: '{"data":[[0,"Hi"]]}' },
    ],
    ['a context header that is missing', { path: '/who', body: '{"data":[[0,"Hi"]]}' }],
    [
      'an answer that is no ASCII',
      {
        path: '/who',
        headers: { 'sf-context-current-user': 'ZO' },
        body: '{"data":[[0,"Zoë 😀"]]}',
      },
    ],
    ['a failure that is no ASCII', { body: '{"data":[[0,"Zoë 😀"]]}' }],
    ['a handler that throws', { path: '/broken' }],
    ['no JSON', { body: '{' }],
    ['a function under a prefix', { path: '/v1/twice' }],
  ])('answers %s as Fastify does, and without it', async (_what, batch) => {
    const short = await start()
    const plain = await start({}, { isPlain: true })
    const answer = await post(short.url, batch)
    expect(answer).toEqual(await post(plain.url, batch))
    expect(short.seen).toEqual([])
    expect(plain.seen).toHaveLength(1)
    expect(short.metrics.inFlight()).toBe(0)
    expect(short.metrics.snapshot()).toMatchObject(
      plain.metrics.snapshot().map(({ batches, rows, errors }) => ({ batches, rows, errors })),
    )
  })

  test.each<[string, number, Batch]>([
    ['gzip', 200, { headers: { 'content-encoding': 'gzip' }, body: gzipSync('{"data":[[0,4]]}') }],
    ['another type', 415, { headers: { 'content-type': 'text/plain' } }],
    [
      'its type with a charset',
      200,
      { headers: { 'content-type': 'application/json; charset=utf-8' } },
    ],
    ['a body over the limit', 413, { body: `{"data":[]}${' '.repeat(2000)}` }],
    ['no body', 400, { body: '' }],
    ['a query string', 200, { path: '/twice?a=1' }],
    ['an unknown path', 404, { path: '/thrice' }],
  ])('leaves %s to Fastify, which answers %i', async (_what, status, batch) => {
    const { url, seen } = await start({ bodyLimit: 1000 })
    expect((await post(url, batch)).status).toBe(status)
    expect(seen).toHaveLength(1)
  })

  test('leaves a body that comes in pieces to Fastify', async () => {
    const { url, seen } = await start()
    const body = '{"data":[[0,4]]}'
    const sent = [`${head(body.length, 'connection: close\r\n')}${body.slice(0, 5)}`, body.slice(5)]
    expect(await converse(url, ...sent)).toMatch(/^HTTP\/1.1 200 OK[^]*\{"data":\[\[0,8\]\]\}$/)
    expect(seen).toEqual(['POST /twice'])
  })

  test('answers requests that come at once one after the other', async () => {
    const { url, seen } = await start()
    const bodies = ['{"data":[[0,1]]}', '{"data":[[0,2]]}', '{"data":[[0,3]]}']
    const sent = bodies.map(
      (body, index) => `${head(body.length, index === 2 ? 'connection: close\r\n' : '')}${body}`,
    )
    const answers = await converse(url, sent.join(''))
    expect(answers.match(/\{"data.*?\}/g)).toEqual([
      '{"data":[[0,2]]}',
      '{"data":[[0,4]]}',
      '{"data":[[0,6]]}',
    ])
    expect(seen.length).toBeLessThan(3)
  })

  test('knows a batch that came by the other way', async () => {
    const { url, seen } = await start()
    const headers = { 'SF-External-Function-Query-Batch-Id': 'q:1' }
    const first = await post(url, { headers })
    const zipped = { ...headers, 'content-encoding': 'gzip' }
    const again = await post(url, { headers: zipped, body: gzipSync('{"data":[[0,4]]}') })
    expect(again).toEqual(first)
    expect(seen).toHaveLength(1)
  })

  test('refuses what is too much with 429', async () => {
    const { url, seen, metrics } = await start({ maxBatchesInFlight: 1 })
    const half = connect(Number(url.port), url.hostname)
    onTestFinished(() => void half.destroy())
    half.write(`${head(100)}{"data"`)
    await expect.poll(() => metrics.inFlight()).toBe(1)
    expect((await post(url)).status).toBe(429)
    expect(seen).toEqual(['POST /twice', 'POST /twice'])
  })

  test('listens at both addresses of localhost', async () => {
    const { app, url, seen } = await start({}, { host: 'localhost' })
    for (const { address, port } of app.addresses() as AddressInfo[]) {
      const host = address.includes(':') ? `[${address}]` : address
      expect((await post(new URL(`http://${host}:${port}`))).status).toBe(200)
    }
    expect((await post(url)).status).toBe(200)
    expect(seen).toEqual([])
  })

  test.each([false, true])(
    'ends the connections of what it answers while it closes (without it: %s)',
    async (isPlain) => {
      const { app, url } = await start({ stopAfterMs: 20 }, { isPlain })
      began = false
      const answer = post(url, { path: '/never' })
      await expect.poll(() => began).toBe(true)
      await app.close()
      expect(await answer).toMatchObject({ status: 500, headers: { connection: 'close' } })
    },
  )

  test('has the timeouts that Fastify has been given', async () => {
    const timeouts = { keepAliveTimeout: 1111, requestTimeout: 2222, connectionTimeout: 3333 }
    const app = Fastify({ serverFactory: batchServer, ...timeouts, maxRequestsPerSocket: 4 })
    onTestFinished(() => app.close())
    const { keepAliveTimeout, requestTimeout, timeout, maxRequestsPerSocket } = app.server
    expect([keepAliveTimeout, requestTimeout, timeout, maxRequestsPerSocket]).toEqual([
      1111, 2222, 3333, 4,
    ])
  })

  test('refuses to be a server of another kind', () => {
    const options = { serverFactory: batchServer, https: {} } as object
    expect(() => Fastify(options)).toThrow(
      expect.objectContaining({
        code: 'SERVER_UNSUPPORTED',
        message: expect.stringContaining('"https"'),
      }),
    )
  })
})
