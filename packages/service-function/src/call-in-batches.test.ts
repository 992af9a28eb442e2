import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { Agent } from 'undici'
import { describe, expect, onTestFinished, test } from 'vitest'
import { callInBatches, type CallInBatchesOptions } from './call-in-batches.ts'
import { httpExchange } from './http-exchange.ts'
import type { InstanceLease } from './instance-lease.ts'

interface Call {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** The rows of the body; empty for a poll. */
  readonly data: readonly (readonly unknown[])[]
  /** How many requests came before. */
  readonly index: number
}

type Answer = (call: Call, response: ServerResponse) => void

/** A service on 127.0.0.1 that answers as told and keeps what it was asked. */
async function serve(answer: Answer): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = []
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request
    const body = await text(request)
    const { data = [] }: Partial<Call> = body === '' ? {} : JSON.parse(body)
    const received = { method, url, headers, body, data, index: calls.length }
    calls.push(received)
    answer(received, response)
  }
  const server = createServer((request, response) => void receive(request, response))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: await listen(server), calls }
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP address')
  return `http://127.0.0.1:${address.port}`
}

const double: Answer = ({ data }, response) => {
  response.end(JSON.stringify({ data: data.map(([row, x]) => [row, Number(x) * 2]) }))
}

function send(status: number, body = ''): Answer {
  return (_call, response) => response.writeHead(status).end(body)
}

function leaseOf(url: string): InstanceLease {
  return { url, release: () => {} }
}

async function call(url: string, options: Partial<CallInBatchesOptions> = {}): Promise<unknown[]> {
  const dispatcher = new Agent() // without a limit of its own
  onTestFinished(() => dispatcher.destroy())
  return callInBatches({
    lease: async () => leaseOf(url),
    exchange: httpExchange(dispatcher),
    path: '/double',
    rows: [[1], [2], [3]],
    name: 'DOUBLE',
    signature: '(X FLOAT)',
    returnType: 'FLOAT',
    queryId: 'q',
    maxBatchRows: 2,
    retryPauseMs: () => 0,
    ...options,
  })
}

describe('callInBatches()', () => {
  test('posts batches numbered from 0 and gives one value a row, in row order', async () => {
    const held: (() => void)[] = []
    // Answers come in reverse, so that an order by arrival would show.
    const { url, calls } = await serve((request, response) => {
      held.push(() => double(request, response))
      if (held.length === 3) for (const release of held.toReversed()) release()
    })
    const rows = [[1], [2], [3], [4], [5]]
    expect(await call(url, { rows })).toEqual([2, 4, 6, 8, 10])
    expect(calls.map(({ method, url: path }) => `${method} ${path}`)).toEqual(
      Array(3).fill('POST /double'),
    )
    const byBatchId = calls.map(({ headers, data }) => [batchId(headers), data])
    expect(Object.fromEntries(byBatchId)).toEqual({
      'q:1:1:0:0': [
        [0, 1],
        [1, 2],
      ],
      'q:1:2:0:0': [
        [0, 3],
        [1, 4],
      ],
      'q:1:3:0:0': [[0, 5]],
    })
  })

  test('sends no request for no rows', async () => {
    const { url, calls } = await serve(double)
    expect(await call(url, { rows: [] })).toEqual([])
    expect(calls).toEqual([])
  })

  test("sends Snowflake's headers", async () => {
    const { url, calls } = await serve(double)
    await call(url, { callSite: 3, contextHeaders: { CURRENT_USER: 'DEVELOPER' }, rows: [[1]] })
    expect(calls[0]?.headers).toMatchObject({
      'user-agent': 'snowflake/1.0',
      'sf-external-function-current-query-id': 'q',
      'sf-external-function-query-batch-id': 'q:3:1:0:0',
      'sf-external-function-signature': '(X FLOAT)',
      'sf-context-current-user': 'DEVELOPER',
    })
  })

  test('keeps as many batches under way as it may, and no more', async () => {
    let underWay: (() => void)[] = []
    let most = 0
    // Answered only three at once: fewer would never be answered.
    const { url } = await serve((request, response) => {
      underWay.push(() => double(request, response))
      if (underWay.length !== 3) return
      setImmediate(() => {
        most = Math.max(most, underWay.length)
        for (const release of underWay) release()
        underWay = []
      })
    })
    const rows = Array.from({ length: 30 }, (_, row) => [row])
    const values = await call(url, { rows, maxBatchRows: 1, concurrency: 3 })
    expect(values).toEqual(rows.map(([row]) => Number(row) * 2))
    expect(most).toBe(3)
  })

  test.each([429, 500, 503])('tries again after %i under the same batch id', async (status) => {
    const { url, calls } = await serve((request, response) =>
      (request.index < 3 ? send(status) : double)(request, response),
    )
    expect(await call(url, { rows: [[4]] })).toEqual([8])
    expect(calls.map(({ headers }) => batchId(headers))).toEqual(Array(4).fill('q:1:1:0:0'))
  })

  test('grows the pauses between attempts', async () => {
    const { url } = await serve(send(500))
    const pauses: number[] = []
    const retryPauseMs = (attempt: number): number => (pauses.push(attempt), 0)
    await expect(call(url, { rows: [[1]], retryPauseMs })).rejects.toThrow('it answered 500')
    expect(pauses).toEqual([1, 2, 3])
  })

  test('fails with status and text of the last answer when retries are used up', async () => {
    const { url, calls } = await serve((request, response) =>
      send(500, `boom ${request.index}`)(request, response),
    )
    await expect(call(url, { rows: [[1]], maxBatchRetries: 1 })).rejects.toMatchObject({
      code: 'BATCH_FAILED',
      status: 500,
      body: 'boom 1',
    })
    expect(calls).toHaveLength(2)
  })

  test.each([400, 404, 301, 204])('fails at once on %i', async (status) => {
    const { url, calls } = await serve(send(status, status === 204 ? '' : 'bad row 1'))
    await expect(call(url, { rows: [[1]] })).rejects.toMatchObject({
      code: 'BATCH_REJECTED',
      status,
      body: status === 204 ? '' : 'bad row 1',
    })
    expect(calls).toHaveLength(1)
  })

  test('asks for the address again, and so finds an instance that has moved', async () => {
    const { url } = await serve(double)
    const gone = await closedPort()
    const addresses = [gone, gone, url]
    const found = await call(url, {
      rows: [[1]],
      lease: async () => leaseOf(addresses.shift() ?? 'http://none.invalid'),
    })
    expect(found).toEqual([2])
  })

  test('says that nobody answers, with the cause', async () => {
    const error: unknown = await call(await closedPort()).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'BATCH_UNREACHABLE',
      cause: { code: 'ECONNREFUSED' },
    })
  })

  test('tries again when the connection breaks in the middle of an answer', async () => {
    const { url } = await serve((request, response) => {
      if (request.index > 0) return double(request, response)
      response.writeHead(200, { 'content-length': '100' }).write('{"data"')
      response.socket?.destroy()
    })
    expect(await call(url, { rows: [[1]] })).toEqual([2])
  })

  test('passes on what the address lookup throws, untried', async () => {
    let lookups = 0
    const suspended = new Error('service is suspended')
    const lease = (): Promise<never> => {
      lookups += 1
      return Promise.reject(suspended)
    }
    const options = { lease, rows: [[1]], onBatchFailure: 'return-null' } as const
    await expect(call('', options)).rejects.toBe(suspended)
    expect(lookups).toBe(1)
  })

  test('releases an instance once the attempt is over, also one that comes too late', async () => {
    const { url } = await serve((request, response) =>
      request.index === 0 ? send(503)(request, response) : double(request, response),
    )
    const leases: string[] = []
    const take = (name: string): InstanceLease => {
      leases.push(`take ${name}`)
      return { url, release: () => leases.push(`release ${name}`) }
    }
    await call(url, { rows: [[1]], lease: async () => take(String(leases.length)) })
    expect(leases).toEqual(['take 0', 'release 0', 'take 2', 'release 2'])

    const stopping = new AbortController()
    const late = new Promise<InstanceLease>((resolve) => {
      stopping.signal.addEventListener('abort', () => setImmediate(() => resolve(take('late'))))
    })
    const calling = call(url, { rows: [[1]], lease: () => late, signal: stopping.signal })
    setImmediate(() => stopping.abort(new Error('cancelled')))
    await expect(calling).rejects.toThrow('cancelled')
    await late
    expect(leases.slice(4)).toEqual(['take late', 'release late'])
  })

  test('polls with GET after 202 until the answer is there', async () => {
    const { url, calls } = await serve((request, response) =>
      request.index < 3
        ? send(202)(request, response)
        : response.end(JSON.stringify({ data: [[0, 'done']] })),
    )
    expect(await call(url, { rows: [[1]] })).toEqual(['done'])
    expect(calls.map(({ method, headers }) => [method, batchId(headers)])).toEqual([
      ['POST', 'q:1:1:0:0'],
      ['GET', 'q:1:1:0:0'],
      ['GET', 'q:1:1:0:0'],
      ['GET', 'q:1:1:0:0'],
    ])
    expect(calls[1]?.body).toBe('')
  })

  test('goes on polling after a 503 in between', async () => {
    const statuses = [202, 503]
    const { url, calls } = await serve((_request, response) => {
      const status = statuses.shift()
      if (status === undefined) response.end('{"data":[[0,1]]}')
      else response.writeHead(status).end()
    })
    expect(await call(url, { rows: [[1]] })).toEqual([1])
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET'])
  })

  test('tries again when a request takes too long, then says so', async () => {
    const { url, calls } = await serve(() => {})
    const options = { rows: [[1]], requestTimeoutMs: 20, maxBatchRetries: 1 }
    await expect(call(url, options)).rejects.toMatchObject({
      code: 'BATCH_TIMED_OUT',
      message: 'Cannot call service: no answer within 20 ms',
    })
    expect(calls).toHaveLength(2)
  })

  test('gives a batch up when its whole time is over, whatever the service promises', async () => {
    const { url } = await serve(send(202))
    await expect(call(url, { rows: [[1]], batchTimeoutSecs: 0.05 })).rejects.toMatchObject({
      code: 'BATCH_TIMED_OUT',
      message: 'Cannot call service: batch took over 0.05 s',
    })
  })

  test.each([
    ['no JSON', 'oops', 'it is not {"data": [[row, result], ...]}'],
    ['no data', '{}', 'it is not {"data": [[row, result], ...]}'],
    ['a row too few', '{"data":[[0,1]]}', 'it has 1 rows for 2'],
    ['a row that is no array', '{"data":[[0,1],2]}', 'its row 1 is not an array'],
    ['two values', '{"data":[[0,1],[1,2,3]]}', 'its row 1 has 2 values, not one'],
    ['no value', '{"data":[[0,1],[1]]}', 'its row 1 has 0 values, not one'],
    ['another order', '{"data":[[1,1],[0,2]]}', 'its row 0 has the row number 1'],
  ])('refuses an answer with %s, untried', async (_what, body, state) => {
    const { url, calls } = await serve(send(200, body))
    await expect(call(url, { rows: [[1], [2]] })).rejects.toMatchObject({
      code: 'BATCH_MALFORMED',
      message: `Cannot read answer of the service: ${state}`,
      body,
    })
    expect(calls).toHaveLength(1)
  })

  test('checks Content-MD5 of the bytes as sent, zipped ones too', async () => {
    const zipped = gzipSync('{"data":[[0,7]]}')
    const good = await serve((_request, response) =>
      response.writeHead(200, zippedHeaders(zipped)).end(zipped),
    )
    expect(await call(good.url, { rows: [[1]] })).toEqual([7])
    const bad = await serve((_request, response) =>
      response.writeHead(200, zippedHeaders(Buffer.from('other'))).end(zipped),
    )
    await expect(call(bad.url, { rows: [[1]] })).rejects.toMatchObject({ code: 'BATCH_MALFORMED' })
  })

  test('leaves null in the rows of a lost batch when told to', async () => {
    const { url } = await serve((request, response) =>
      (request.data[0]?.[1] === 1 ? send(400) : double)(request, response),
    )
    expect(await call(url, { onBatchFailure: 'return-null' })).toEqual([null, null, 6])
  })

  test('stops the other batches after the first that is lost', async () => {
    let underWay = 0
    const { url, calls } = await serve((request, response) => {
      underWay += 1
      if (underWay === 3) send(400, 'no')(request, response)
    })
    const rows = [[1], [2], [3], [4], [5]]
    const lost = call(url, { rows, maxBatchRows: 1, concurrency: 3 })
    await expect(lost).rejects.toMatchObject({ code: 'BATCH_REJECTED', body: 'no' })
    expect(calls).toHaveLength(3)
  })

  test.each<['abort' | 'return-null']>([['abort'], ['return-null']])(
    'stops with the reason of the signal, on lost batches: %s',
    async (onBatchFailure) => {
      const controller = new AbortController()
      const reason = new Error('query canceled')
      const { url } = await serve(() => controller.abort(reason))
      const stopped = call(url, { signal: controller.signal, onBatchFailure })
      await expect(stopped).rejects.toBe(reason)
      await expect(call(url, { signal: controller.signal })).rejects.toBe(reason)
    },
  )

  test('stops while the address is being looked up', async () => {
    const controller = new AbortController()
    const reason = new Error('query canceled')
    const lease = (): Promise<InstanceLease> => {
      controller.abort(reason)
      return new Promise(() => {})
    }
    await expect(call('', { lease, signal: controller.signal })).rejects.toBe(reason)
  })
})

function batchId(headers: IncomingMessage['headers']): string {
  return String(headers['sf-external-function-query-batch-id'])
}

function zippedHeaders(checked: Buffer): Record<string, string> {
  const md5 = createHash('md5').update(checked).digest('base64')
  return { 'content-encoding': 'gzip', 'content-md5': md5 }
}

/** The address of a port on which nobody listens any more. */
async function closedPort(): Promise<string> {
  const server = createServer()
  const url = await listen(server)
  server.close()
  await once(server, 'close')
  return url
}
