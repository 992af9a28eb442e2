import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { gunzip, gzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify'
import { Agent, request } from 'undici'
import { describe, expect, onTestFinished, test } from 'vitest'
import { defineServiceFunction } from './define-service-function.ts'
import { serviceFunctions } from './plugin.ts'

const convert = defineServiceFunction({
  name: 'convert_udf',
  path: '/convert',
  arguments: { temp_c: 'FLOAT' },
  returns: 'FLOAT',
  handler: (celsius) => (celsius * 9) / 5 + 32,
})

interface AppOptions {
  readonly bodyLimit?: number
  readonly log?: { push(line: string): unknown }
}

async function appWith({ bodyLimit, log }: AppOptions = {}): Promise<FastifyInstance> {
  const stream = { write: (line: string): void => void log?.push(line) }
  const app = Fastify({ logger: log !== undefined && { stream } })
  onTestFinished(() => app.close())
  await app.register(serviceFunctions, { functions: [convert], bodyLimit })
  return app
}

async function post(
  payload: string | Buffer,
  headers: Record<string, string>,
  options?: AppOptions,
): Promise<LightMyRequestResponse> {
  const app = await appWith(options)
  return app.inject({
    method: 'POST',
    url: '/convert',
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

describe('serviceFunctions(), reading bodies,', () => {
  test('accepts gzip', async () => {
    const response = await post(gzipSync('{"data":[[0,12]]}'), {
      'content-encoding': 'gzip',
    })
    expect(response.body).toBe('{"data":[[0,53.6]]}')
  })

  test.each([
    ['gzip that is none', '{"data":[]}', { 'content-encoding': 'gzip' }, 400, 'BODY_UNREADABLE'],
    [
      'gzip that breaks off',
      gzipSync('{"data":[[0,12]]}').subarray(0, 20),
      { 'content-encoding': 'gzip' },
      400,
      'BODY_UNREADABLE',
    ],
    ['other encodings', '{}', { 'content-encoding': 'br' }, 415, 'ENCODING_UNSUPPORTED'],
    ['other types', 'a=b', { 'content-type': 'text/plain' }, 415, 'CONTENT_TYPE_UNSUPPORTED'],
  ])('refuses %s', async (_what, payload, headers, status, code) => {
    const response = await post(payload, headers)
    expect(response.statusCode).toBe(status)
    expect(response.json()).toEqual({ code, error: expect.any(String) })
  })

  test.each([
    ['plain', '{"data":[]}' + ' '.repeat(100), {}],
    ['unzipped', gzipSync(' '.repeat(10_000_000)), { 'content-encoding': 'gzip' }],
  ])('answers 413 to a body over the limit, %s', async (_what, payload, headers) => {
    const response = await post(payload, headers, { bodyLimit: 64 })
    expect(response.statusCode).toBe(413)
    expect(response.json()).toEqual({
      code: 'BODY_TOO_LARGE',
      error:
        'Cannot read batch: the body is over the limit of this service. ' +
        'Lower MAX_BATCH_ROWS of the function, so that fewer rows travel at once',
    })
  })

  test.each([
    ['plain', 413, randomBytes(8_000_000), {}],
    [
      'gzip',
      413,
      gzipSync(Buffer.concat([randomBytes(3_000_000), Buffer.alloc(2_000_000)])),
      { 'content-encoding': 'gzip' },
    ],
    ['wrong gzip', 400, randomBytes(3_000_000), { 'content-encoding': 'gzip' }],
  ])('reads a large %s body to its end, so that %i arrives', async (_what, status, body, zip) => {
    const app = await appWith({ bodyLimit: 4_000_000 })
    const url = new URL('/convert', await app.listen({ port: 0, host: '127.0.0.1' }))
    const dispatcher = new Agent({ connections: 1 })
    onTestFinished(() => dispatcher.close())
    const headers = { 'content-type': 'application/json', ...zip }
    const statuses: number[] = []
    for (let index = 0; index < 3; index++) {
      const response = await request(url, { method: 'POST', headers, body, dispatcher })
      await response.body.dump()
      expect(response.headers['connection']).not.toBe('close')
      statuses.push(response.statusCode)
    }
    expect(statuses).toEqual([status, status, status])
  })

  test.each([
    ['plain', ''],
    ['gzip', 'content-encoding: gzip\r\n'],
  ])('gives up a %s body whose caller hangs up in the middle', async (_what, header) => {
    const { promise, push } = nextLine()
    const app = await appWith({ log: { push } })
    const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
    const arrived = once(app.server, 'request')
    const socket = connect(Number(url.port), url.hostname)
    socket.write(
      'POST /convert HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n' +
        `${header}content-length: 1000\r\n\r\n\x1f`,
    )
    await arrived
    socket.destroy()
    expect(await promise).toContain('BODY_UNREADABLE')
  })

  test('outlives broken gzip that nobody reads', async () => {
    const app = Fastify()
    onTestFinished(() => app.close())
    const unzip = promisify(gunzip)
    // Answers only when the body's unzipping, begun before this one, has failed.
    app.addHook('onSend', async (received) => {
      if (!received.raw.readableEnded) await once(received.raw, 'end')
      await unzip(gzipSync(randomBytes(1_000_000)))
    })
    await app.register(serviceFunctions, { functions: [convert] })
    const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip' }
    const payload = 'no gzip'
    const response = await app.inject({ method: 'POST', url: '/convert', headers, payload })
    expect(response.statusCode).toBe(415)
  })
})

/** The first line of a log that is about a batch. */
function nextLine(): { promise: Promise<string>; push: (line: string) => number } {
  const lines = new EventEmitter()
  const promise = once(lines, 'batch').then(([line]) => String(line))
  return { promise, push: (line) => Number(line.includes('"batch"') && lines.emit('batch', line)) }
}
