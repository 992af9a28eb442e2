import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { batchServer, defineServiceFunction, serviceFunctions } from '@spcs/service-function'
import * as fc from 'fast-check'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'

const BODY = Buffer.from(
  `{"data":[${Array.from({ length: 200 }, (_, row) => `[${row},"é${row}"]`).join(',')}]}`,
)
/** No answer may take longer. */
const MOST_MS = 5_000

interface BrokenRequest {
  readonly bytes: Buffer
  /** Where the bytes are torn apart, to be sent one piece after the other. */
  readonly cuts: readonly number[]
  /** How many of the bytes are sent at all. */
  readonly sent: number
  readonly end: 'wait' | 'end' | 'destroy'
}

const head = fc.record({
  encoding: fc.constantFrom('', 'content-encoding: gzip\r\n', 'content-encoding: br\r\n'),
  zipped: fc.constantFrom('no', 'yes', 'half', 'twice'),
  length: fc.oneof(
    { weight: 3, arbitrary: fc.constant<number | 'chunked'>(0) },
    { weight: 1, arbitrary: fc.integer({ min: -20, max: 20 }) },
    { weight: 1, arbitrary: fc.constant<'chunked'>('chunked') },
  ),
  odd: fc.constantFrom('', '', 'expect: 100-continue\r\n', 'content-length: x\r\n', 'te: \0\r\n'),
})

const requests: fc.Arbitrary<BrokenRequest> = head
  .map(({ encoding, zipped, length, odd }) => {
    const body = packed(zipped)
    const framing =
      length === 'chunked'
        ? 'transfer-encoding: chunked'
        : `content-length: ${body.length + length}`
    const lines = `POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${encoding}${odd}${framing}\r\n\r\n`
    return Buffer.concat([Buffer.from(lines), length === 'chunked' ? chunked(body) : body])
  })
  .chain((bytes) =>
    fc.record({
      bytes: fc.constant(bytes),
      cuts: fc.array(fc.nat(bytes.length), { maxLength: 3 }),
      sent: fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length)),
      end: fc.constantFrom('wait', 'end', 'destroy'),
    }),
  )

const CONTINUE = /^HTTP\/1\.1 100 .*\r\n\r\n/
/** Nothing, a refusal, or all rows. */
const SOUND = /^$|^HTTP\/1\.1 4\d\d |\[199,"é199"\]\]\}$/

describe('serviceFunctions() over a socket', () => {
  test.each([
    ['', () => Fastify()],
    [' with short batches past Fastify', () => Fastify({ serverFactory: batchServer })],
  ])(
    'outlives 1,000 broken requests, and takes the next one after each%s',
    async (_how, create) => {
      const port = await startService(create())
      await fc.assert(
        fc.asyncProperty(requests, async (broken) => {
          expect((await send(port, broken)).replace(CONTINUE, '')).toMatch(SOUND)
          await expectFree(port)
        }),
        { numRuns: 1_000 },
      )
    },
    120_000,
  )
})

/** A function that gives its argument back, in a service that takes one batch at a time. */
async function startService(app: FastifyInstance): Promise<number> {
  const echo = defineServiceFunction({
    name: 'echo',
    path: '/echo',
    arguments: { x: 'VARCHAR' },
    returns: 'VARCHAR',
    handler: (text) => text,
  })
  onTestFinished(() => app.close())
  app.register(serviceFunctions, { functions: [echo], maxBatchesInFlight: 1 })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

function packed(zipped: string): Buffer {
  if (zipped === 'no') return BODY
  const zip = gzipSync(BODY)
  if (zipped === 'twice') return gzipSync(zip)
  return zipped === 'half' ? zip.subarray(0, zip.length / 2) : zip
}

function chunked(body: Buffer): Buffer {
  const size = Buffer.from(`${body.length.toString(16)}\r\n`)
  return Buffer.concat([size, body, Buffer.from('\r\n0\r\n\r\n')])
}

/** Sends what is to be sent, piece by piece; gives what comes back before the connection ends, or nothing comes. */
async function send(port: number, { bytes, cuts, sent, end }: BrokenRequest): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}) // the service may hang up
  await once(socket, 'connect')
  const places = [...cuts, sent].filter((place) => place <= sent).toSorted((a, b) => a - b)
  let from = 0
  for (const to of places) {
    socket.write(bytes.subarray(from, to))
    from = to
    await pause(1)
  }
  const isWhole = sent === bytes.length
  if (end === 'destroy') {
    socket.destroy()
    return ''
  }
  if (end === 'end') socket.end()
  return answerOf(socket, isWhole ? 200 : 20)
}

/** What a socket receives until the answer ends, it is closed, or nothing comes for a while. */
async function answerOf(socket: Socket, silentMs: number): Promise<string> {
  const chunks: Buffer[] = []
  socket.setTimeout(silentMs, () => socket.destroy())
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    if (chunk.at(-1) === CLOSE) socket.destroy()
  })
  if (!socket.closed) await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

/** What every answer's body ends with. */
const CLOSE = '}'.charCodeAt(0)

/** A sound batch is answered as soon as the service has noticed that the one before it is gone. */
async function expectFree(port: number): Promise<void> {
  const signal = AbortSignal.timeout(MOST_MS)
  const ask = (): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: BODY,
      signal,
    })
  let response = await ask()
  while (response.status === 429) {
    await response.text()
    response = await ask()
  }
  expect(await response.text()).toBe(BODY.toString())
}
