import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { InstanceLease } from '@spcs/service-function'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ServiceRuntime } from '../spcs/service-runtime.ts'
import { type AskOptions, openEndpoint } from './testing/open-endpoint.ts'

describe('a request that does not reach its instance', () => {
  test('goes to another one, with its whole body', async () => {
    const leases = new Leases([await closedPort(), await listening(echo())])
    const body = 'x'.repeat(1_000_000)
    expect(await leases.ask({ method: 'POST', body })).toEqual([200, body])
    await released(leases)
    expect(leases.taken).toHaveLength(2)
  })

  test('goes to another one after it was sent, when it has no body and changes nothing', async () => {
    const leases = new Leases([await listening(resetting()), await listening(echo())])
    expect((await leases.ask({ method: 'GET' }))[0]).toBe(200)
    await released(leases)
  })

  test.each<AskOptions>([{ method: 'POST', body: 'order' }, { method: 'DELETE' }])(
    'is not sent again when it may have been done: %o',
    async (options) => {
      const leases = new Leases([await listening(resetting()), await listening(echo())])
      expect((await leases.ask(options))[0]).toBe(503)
      expect(leases.taken).toHaveLength(1)
      await released(leases)
    },
  )

  test('is not sent again when an answer has begun', async () => {
    const half = createHttpServer((_request, response) => {
      response.writeHead(200, { 'Content-Length': 10 }).write('half')
      setImmediate(() => response.destroy())
    })
    const leases = new Leases([await listening(half), await listening(echo())])
    await expect(leases.ask({ method: 'GET' })).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(leases.taken).toHaveLength(1)
    await released(leases)
  })

  test('is given up after three instances, and where there is no other', async () => {
    const closed = await closedPort()
    const many = new Leases([closed, closed, closed, await listening(echo())])
    expect((await many.ask({ method: 'GET' }))[0]).toBe(503)
    expect(many.taken).toHaveLength(3)
    const one = new Leases([closed])
    expect((await one.ask({ method: 'GET' }))[0]).toBe(503)
    await Promise.all([released(many), released(one)])
  })
})

describe('a lease', () => {
  test('is held until the whole answer was sent, and not longer', async () => {
    let finish: (() => void) | undefined
    const slow = createHttpServer((_request, response) => {
      response.write('first')
      finish = () => response.end('last')
    })
    const leases = new Leases([await listening(slow)])
    const asking = leases.ask({ method: 'GET' })
    await vi.waitFor(() => expect(finish).toBeDefined())
    expect(leases.held).toBe(1)
    finish?.()
    expect(await asking).toEqual([200, 'firstlast'])
    await released(leases)
  })

  test('ends when the client goes', async () => {
    const leases = new Leases([await listening(createHttpServer(() => {}))])
    const { port, host, authorization } = await leases.open()
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\n\r\n`)
    await vi.waitFor(() => expect(leases.held).toBe(1))
    socket.destroy()
    await released(leases)
  })

  test('of a WebSocket ends when it is open: it goes with its instance', async () => {
    const server = createHttpServer().on('upgrade', (_request, socket: Socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n')
      socket.write('Connection: Upgrade\r\n\r\nhello')
    })
    const leases = new Leases([await listening(server)])
    const { port, host, authorization } = await leases.open()
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\n`)
    socket.write('Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    await vi.waitFor(() => expect(text).toContain('hello'))
    await released(leases)
  })
})

/** The instances of a service, which requests get in this order. */
class Leases {
  readonly taken: string[] = []
  held = 0
  readonly #urls: string[]

  constructor(urls: readonly string[]) {
    this.#urls = [...urls]
  }

  async open() {
    const runtime: Partial<ServiceRuntime> = {
      leaseEndpoint: () => {
        const lease = this.#maybeTake()
        return lease === undefined ? Promise.reject(new Error('none left')) : Promise.resolve(lease)
      },
      maybeLeaseOther: () => this.#maybeTake(),
    }
    const endpoint = await openEndpoint({ runtime })
    const authorization = `Snowflake Token="${endpoint.sessionToken('DEV')}"`
    return { ...endpoint, authorization }
  }

  async ask(options: AskOptions): Promise<[status: number, text: string]> {
    const endpoint = await this.open()
    const headers = ['Authorization', endpoint.authorization]
    const { status, text } = await endpoint.ask('/', { ...options, headers })
    return [status, text]
  }

  #maybeTake(): InstanceLease | undefined {
    const url = this.#urls.shift()
    if (url === undefined) return undefined
    this.taken.push(url)
    this.held += 1
    let isHeld = true
    const release = (): void => {
      if (isHeld) this.held -= 1
      isHeld = false
    }
    return { url, release }
  }
}

async function released(leases: Leases): Promise<void> {
  await vi.waitFor(() => expect(leases.held).toBe(0))
  expect(leases.taken.length).toBeGreaterThan(0)
}

function echo(): Server {
  return createHttpServer((request, response) => void request.pipe(response))
}

/** Takes a request, and breaks the connection. */
function resetting(): Server {
  return createServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
}

/** Where a server listens while the test lasts. */
async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function closedPort(): Promise<string> {
  const server = createServer()
  const url = await listening(server)
  await once(server.close(), 'close')
  return url
}
