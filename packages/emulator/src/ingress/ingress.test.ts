import { once } from 'node:events'
import { type IncomingMessage, request as openRequest } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { rowsOf } from '../testing/test-account.ts'
import { serviceFunctionError } from '../snowflake-error.ts'
import {
  leaseOf,
  openEndpoint,
  type OpenEndpoint,
  type OpenOptions,
} from './testing/open-endpoint.ts'

const BASELINE =
  "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; object-src 'none'; connect-src 'self'; frame-ancestors 'self';"

/** An endpoint, and the Authorization of someone who may use it. */
async function opened(options: OpenOptions = {}): Promise<[OpenEndpoint, string[]]> {
  const endpoint = await openEndpoint(options)
  return [endpoint, ['Authorization', `Snowflake Token="${endpoint.sessionToken('DEV')}"`]]
}

/** Tells the request as the service sees it. */
const echo: OpenOptions = {
  onRequest: (request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { method, url, rawHeaders } = request
      response.end(JSON.stringify({ method, url, rawHeaders, body }))
    })
  },
}

/** A promise, and what fulfils it. */
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: ((value: T) => void) | undefined
  const promise = new Promise<T>((fulfil) => (resolve = fulfil))
  return { promise, resolve: (value) => resolve?.(value) }
}

interface Seen {
  readonly method: string
  readonly url: string
  readonly rawHeaders: string[]
  readonly body: string
}
const seen = (text: string): Seen => JSON.parse(text) as Seen

describe('the ingress', () => {
  test('knows hosts of public endpoints alone', async () => {
    const [endpoint, headers] = await opened(echo)
    const [host] = endpoint.host.split(':')
    const statusAt = async (name: string): Promise<number> =>
      (await endpoint.ask('/', { host: name, headers })).status
    expect(await statusAt(endpoint.host)).toBe(200)
    expect(await statusAt(`${host?.toUpperCase()}:1`)).toBe(200)
    for (const other of [
      'localhost',
      '127.0.0.1',
      'evil.example',
      `x.${host}`,
      `${host}.evil.example`,
      '',
    ]) {
      expect([other, await statusAt(other)]).toEqual([other, 404])
    }
    const page = await endpoint.ask('/', { host: 'x.localhost', headers: ['Accept', 'text/html'] })
    expect(page.text).toContain('The account has no public endpoint at &#34;x.localhost&#34;.')
  })

  test('does not know an endpoint that has no address yet', async () => {
    const [endpoint, headers] = await opened({ ...echo, runtime: { hasAddress: () => false } })
    expect((await endpoint.ask('/', { headers })).status).toBe(404)
  })

  test("needs BIND SERVICE ENDPOINT of the service's owner", async () => {
    const [endpoint, headers] = await opened(echo)
    const grant = 'BIND SERVICE ENDPOINT ON ACCOUNT'
    endpoint.account.catalog.services.changeCommon('DB.PUBLIC.WEB', { owner: 'SYSADMIN' })
    const refused = await endpoint.ask('/', { headers })
    expect([refused.status, refused.text]).toEqual([
      404,
      expect.stringContaining(`GRANT ${grant} TO ROLE SYSADMIN;`),
    ])
    await endpoint.run(`GRANT ${grant} TO ROLE sysadmin`)
    expect((await endpoint.ask('/', { headers })).status).toBe(200)
  })

  test('passes a request on as it came, and tells who asks', async () => {
    const [endpoint, headers] = await opened(echo)
    const sent = ['X-Own', 'a', 'X-Own', 'b', 'sf-context-current-user', 'ADMIN', 'Cookie', 'a=1']
    const answer = await endpoint.ask('/a/../b%2F?x=1', {
      method: 'PATCH',
      headers: [...headers, ...sent],
      body: 'hello',
    })
    expect(seen(answer.text)).toEqual({
      method: 'PATCH',
      url: '/a/../b%2F?x=1',
      body: 'hello',
      rawHeaders: [
        ['Host', endpoint.host, 'X-Own', 'a', 'X-Own', 'b', 'Cookie', 'a=1'],
        ['Content-Length', '5', 'Sf-Context-Current-User', 'DEV', 'Connection', 'close'],
      ].flat(),
    })
  })

  test.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'passes %s on without a body',
    async (method) => {
      const [endpoint, headers] = await opened(echo)
      const answer = await endpoint.ask('/', { method, headers })
      const text = method === 'HEAD' ? '{"method":"HEAD","body":""}' : answer.text
      expect([answer.status, seen(text).method, seen(text).body]).toEqual([200, method, ''])
    },
  )

  test.each([
    ['TRACE / HTTP/1.1', 405],
    ['CONNECT evil.example:443 HTTP/1.1', 405],
    ['GET http://evil.example/ HTTP/1.1', 400],
    ['OPTIONS * HTTP/1.1', 400],
  ])('refuses %s', async (line, status) => {
    const [{ host, port }] = await opened(echo)
    const socket = connect(port, '127.0.0.1')
    socket.end(`${line}\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    let text = ''
    for await (const chunk of socket as AsyncIterable<Buffer>) text += chunk.toString()
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  test('without a sign-in redirects, whoever asks', async () => {
    const endpoint = await openEndpoint(echo)
    const locationOf = async (method: string, path: string): Promise<unknown> => {
      const { status, headers } = await endpoint.ask(path, { method })
      return [status, headers.location]
    }
    expect(await locationOf('GET', '/a?b')).toEqual([302, '/sfc-endpoint/login?return=%2Fa%3Fb'])
    expect(await locationOf('GET', '//evil.example')).toEqual([302, '/sfc-endpoint/login'])
    expect(await locationOf('POST', '/a')).toEqual([302, '/sfc-endpoint/login'])
  })

  test('takes a token with and without quotes, and removes it', async () => {
    const [endpoint] = await opened(echo)
    const token = endpoint.sessionToken('DEV')
    for (const authorization of [`Snowflake Token="${token}"`, `Snowflake Token=${token}`]) {
      const answer = await endpoint.ask('/', { headers: ['Authorization', authorization] })
      expect([answer.status, seen(answer.text).rawHeaders.includes('Authorization')]).toEqual([
        200,
        false,
      ])
    }
  })

  test('refuses tokens that are no good', async () => {
    const endpoint = await openEndpoint(echo)
    const { tokens } = endpoint.account
    const ingress = (host: string, user = 'DEV', lifeMs = 60_000): string =>
      tokens.issue({ kind: 'ingress', user, role: undefined, host }, lifeMs)
    const [host = ''] = endpoint.host.split(':')
    const statusWith = async (token: string): Promise<number> =>
      (await endpoint.ask('/', { headers: ['Authorization', `Snowflake Token="${token}"`] })).status
    expect(await statusWith(ingress(host))).toBe(200)
    expect(await statusWith(ingress('other.localhost'))).toBe(401)
    expect(await statusWith(ingress(host, 'NOBODY'))).toBe(401)
    expect(await statusWith(ingress(host, 'DEV', -1))).toBe(401)
    expect(await statusWith(tokens.issue({ kind: 'session', sessionId: '77' }, 60_000))).toBe(401)
    expect(
      await statusWith(tokens.issue({ kind: 'service', service: 'DB.PUBLIC.WEB' }, 60_000)),
    ).toBe(401)
    expect(await statusWith('nonsense')).toBe(401)
    // A cookie does not make a bad token good.
    const cookie = await endpoint.signIn()
    const headers = ['Authorization', 'Snowflake Token="nonsense"', 'Cookie', cookie]
    expect((await endpoint.ask('/', { headers })).status).toBe(401)
  })

  test('takes a programmatic access token, until it is removed', async () => {
    const endpoint = await openEndpoint(echo)
    const added = rowsOf(await endpoint.run('ALTER USER dev ADD PAT for_ci'))
    const headers = ['Authorization', `Snowflake Token="${added[0]?.['token_secret']}"`]
    expect((await endpoint.ask('/', { headers })).status).toBe(200)
    await endpoint.run('ALTER USER dev REMOVE PAT for_ci')
    expect((await endpoint.ask('/', { headers })).status).toBe(401)
  })

  test('takes the role that an access token names', async () => {
    const endpoint = await openEndpoint(echo)
    const [host = ''] = endpoint.host.split(':')
    await endpoint.run('GRANT ROLE web_role TO USER stranger')
    await endpoint.run('GRANT ROLE accountadmin TO USER stranger')
    const statusAs = async (role: string | undefined): Promise<number> => {
      const token = endpoint.account.tokens.issue(
        { kind: 'ingress', user: 'STRANGER', role, host },
        60_000,
      )
      const headers = ['Authorization', `Snowflake Token="${token}"`]
      return (await endpoint.ask('/', { headers })).status
    }
    expect(await statusAs('WEB_ROLE')).toBe(200)
    expect(await statusAs('PUBLIC')).toBe(403)
    expect(await statusAs('ACCOUNTADMIN')).toBe(403)
    await endpoint.run('REVOKE ROLE web_role FROM USER stranger')
    await endpoint.run('REVOKE ROLE accountadmin FROM USER stranger')
    expect(await statusAs('WEB_ROLE')).toBe(403)
  })

  test('keeps a sign-in cookie from the service, and leaves it an Authorization of its own', async () => {
    const endpoint = await openEndpoint(echo)
    const cookie = await endpoint.signIn()
    const headers = ['Cookie', `a=1; ${cookie}`, 'Authorization', 'Bearer own']
    const { text } = await endpoint.ask('/', { headers })
    expect(seen(text).rawHeaders).toEqual(
      expect.arrayContaining(['Cookie', 'a=1', 'Authorization', 'Bearer own']),
    )
    expect(text).not.toContain(cookie)
  })

  test('a cookie of one endpoint is none of another', async () => {
    const [one, other] = [await openEndpoint(echo), await openEndpoint(echo)]
    const cookie = await one.signIn()
    expect((await other.ask('/', { headers: ['Cookie', cookie] })).status).toBe(302)
  })

  test('gives a service with executeAsCaller a token of the caller', async () => {
    const [endpoint, headers] = await opened({ ...echo, executeAsCaller: true })
    const { rawHeaders } = seen((await endpoint.ask('/', { headers })).text)
    const token = rawHeaders[rawHeaders.indexOf('Sf-Context-Current-User-Token') + 1] ?? ''
    expect(endpoint.account.tokens.resolve(token)).toEqual({
      kind: 'caller',
      service: 'DB.PUBLIC.WEB',
      user: 'DEV',
      role: 'WEB_ROLE',
    })
  })

  test('sets and removes headers of answers', async () => {
    const [endpoint, headers] = await opened({
      onRequest: (_request, response) => {
        const own = [
          ['Server', 'x', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Frame-Options', 'ALLOWALL'],
          ['Content-Security-Policy', "img-src 'none'", 'Access-Control-Allow-Origin', '*'],
        ]
        response.writeHead(201, 'Made', own.flat())
        response.end('made')
      },
    })
    const answer = await endpoint.ask('/', { headers })
    expect([answer.status, answer.text]).toEqual([201, 'made'])
    expect(answer.headers).toMatchObject({
      'set-cookie': ['a=1', 'b=2'],
      'x-frame-options': 'DENY',
      'content-security-policy': `img-src 'none', ${BASELINE}`,
    })
    expect(answer.headers['server']).toBeUndefined()
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })

  test('opens the policy to the hosts of external access integrations', async () => {
    const [endpoint, headers] = await opened(echo)
    await endpoint.run(
      "CREATE NETWORK RULE db.public.r TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('api.example.com', 'other.example.com:8443')",
    )
    await endpoint.run(
      'CREATE EXTERNAL ACCESS INTEGRATION eai ALLOWED_NETWORK_RULES = (db.public.r) ENABLED = TRUE',
    )
    endpoint.account.catalog.services.change('DB.PUBLIC.WEB', {
      externalAccessIntegrations: ['EAI'],
    })
    const policy = async (): Promise<unknown> =>
      (await endpoint.ask('/', { headers })).headers['content-security-policy']
    expect(await policy()).toBe(
      "default-src 'self' 'unsafe-inline' 'unsafe-eval' http://api.example.com https://api.example.com http://other.example.com:8443 https://other.example.com:8443 blob: data:; object-src 'none'; connect-src 'self' http://api.example.com https://api.example.com http://other.example.com:8443 https://other.example.com:8443 wss://api.example.com wss://other.example.com:8443; frame-ancestors 'self';",
    )
    await endpoint.run('ALTER EXTERNAL ACCESS INTEGRATION eai SET ENABLED = FALSE')
    expect(await policy()).toBe(BASELINE)
  })

  test('refuses to give out programs', async () => {
    const [endpoint, headers] = await opened({
      onRequest: (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/x-msdownload' }).end('MZ')
      },
    })
    const answer = await endpoint.ask('/', { headers })
    expect([answer.status, answer.text.includes('MZ')]).toEqual([403, false])
  })

  test('answers preflights of listed origins, without a sign-in', async () => {
    const origin = 'https://app.example.com'
    const [endpoint, headers] = await opened({
      ...echo,
      endpoint: { corsSettings: { 'Access-Control-Allow-Origin': [origin] } },
    })
    const asked = ['Origin', origin, 'Access-Control-Request-Method', 'POST']
    const preflight = await endpoint.ask('/', { method: 'OPTIONS', headers: asked })
    expect(preflight.status).toBe(204)
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '7200',
      vary: 'Origin',
    })
    const answer = await endpoint.ask('/', {
      method: 'POST',
      headers: [...headers, 'Origin', origin],
    })
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, origin])
    const other = await endpoint.ask('/', { headers: [...headers, 'Origin', 'https://b.example'] })
    expect(other.headers['access-control-allow-origin']).toBeUndefined()
  })

  test('refuses a change from another origin by the cookie alone', async () => {
    const endpoint = await openEndpoint(echo)
    const headers = ['Cookie', await endpoint.signIn(), 'Origin', 'https://evil.example']
    const answer = await endpoint.ask('/', { method: 'POST', headers })
    expect([answer.status, answer.text]).toEqual([
      403,
      'Rejecting a CORS request since cookie was present, and request does not have an auth header\n',
    ])
    expect((await endpoint.ask('/', { headers })).status).toBe(200)
  })

  test.each([
    [
      'no instance is ready',
      {
        leaseEndpoint: () =>
          Promise.reject(serviceFunctionError('service DB.PUBLIC.WEB is PENDING')),
      },
      'service DB.PUBLIC.WEB is PENDING.',
    ],
    [
      'nothing listens',
      { leaseEndpoint: async () => leaseOf('http://127.0.0.1:1') },
      'ECONNREFUSED',
    ],
  ])('answers 503 when %s', async (_when, runtime, reason) => {
    const [endpoint, headers] = await opened({ runtime })
    const answer = await endpoint.ask('/', { headers })
    expect([answer.status, answer.text.includes(reason)]).toEqual([503, true])
  })

  test('stops waiting for an instance when the client has gone', async () => {
    const { promise: gone, resolve } = deferred<void>()
    const { promise: waiting, resolve: onWaiting } = deferred<void>()
    const [{ port, host }, [, authorization]] = await opened({
      runtime: {
        leaseEndpoint: (_service, _endpoint, signal) => {
          onWaiting()
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              resolve()
              reject(serviceFunctionError('cancelled'))
            })
          })
        },
      },
    })
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\n\r\n`)
    await waiting
    socket.destroy()
    await expect(gone).resolves.toBeUndefined()
  })
})

describe('streams', () => {
  test('both ways go on as they come', async () => {
    const [{ port, host }, [, authorization = '']] = await opened({
      onRequest: (request, response) => {
        response.flushHeaders()
        request.on('data', (chunk: Buffer) => response.write(`got ${chunk.toString()}`))
        request.on('end', () => response.end('end'))
      },
    })
    const asked = openRequest({
      port,
      method: 'DELETE',
      headers: { host, authorization, 'transfer-encoding': 'chunked' },
    })
    asked.flushHeaders()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const chunks = answer[Symbol.asyncIterator]()
    const next = async (): Promise<string> => String((await chunks.next()).value)
    asked.write('one')
    expect(await next()).toBe('got one')
    asked.write('two')
    expect(await next()).toBe('got two')
    asked.end()
    expect(await next()).toBe('end')
  })

  test('large bodies pass whole', async () => {
    const size = 20_000_000
    const [{ port, host }, [, authorization = '']] = await opened({
      onRequest: (request, response) => void request.pipe(response),
    })
    const asked = openRequest({ port, method: 'POST', headers: { host, authorization } })
    asked.end(Buffer.alloc(size, 'x'))
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    let received = 0
    for await (const chunk of answer as AsyncIterable<Buffer>) received += chunk.length
    expect(received).toBe(size)
  })

  test('the service learns that the client has gone', async () => {
    const { promise: gone, resolve } = deferred<void>()
    const [{ port, host }, [, authorization = '']] = await opened({
      onRequest: (_request, response) => {
        response.write('first')
        response.on('close', resolve)
      },
    })
    const asked = openRequest({ port, headers: { host, authorization } })
    asked.end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.destroy()
    await expect(gone).resolves.toBeUndefined()
  })

  test('an answer that is cut short is cut short for the client', async () => {
    const [endpoint, headers] = await opened({
      onRequest: (_request, response) => {
        response.writeHead(200, { 'Content-Length': 10 })
        response.write('half.', () => response.destroy())
      },
    })
    await expect(endpoint.ask('/', { headers })).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test('keeps a connection between two requests as long as an idle one may last', async () => {
    const [{ port, host }, [, authorization]] = await opened({ ...echo, idleMs: 90_000 })
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\n\r\n`)
    const [head] = (await once(socket, 'data')) as [Buffer]
    expect(head.toString()).toContain('Keep-Alive: timeout=90\r\n')
  })

  test('an answer that cannot be sent on is a 502', async () => {
    const behind = createServer((socket) => socket.end('HTTP/1.1 099 Odd\r\n\r\n'))
    behind.listen(0, '127.0.0.1')
    onTestFinished(() => void behind.close())
    await once(behind, 'listening')
    const { port } = behind.address() as AddressInfo
    const [endpoint, headers] = await opened({
      runtime: { leaseEndpoint: async () => leaseOf(`http://127.0.0.1:${port}`) },
    })
    expect((await endpoint.ask('/', { headers })).status).toBe(502)
  })

  test('a service that sends nothing is cut: 504 before its answer, the connection after', async () => {
    const [endpoint, headers] = await opened({
      idleMs: 500,
      onRequest: (request, response) => void (request.url === '/begun' && response.write('begun')),
    })
    const answer = await endpoint.ask('/', { headers })
    expect([answer.status, answer.text.includes('nothing was sent')]).toEqual([504, true])
    await expect(endpoint.ask('/begun', { headers })).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test('a stream that sends now and then is not cut', async () => {
    const [endpoint, headers] = await opened({
      idleMs: 1200,
      onRequest: (_request, response) => {
        let left = 4
        const timer = setInterval(() => {
          response.write('.')
          left -= 1
          if (left > 0) return
          clearInterval(timer)
          response.end()
        }, 400)
      },
    })
    expect((await endpoint.ask('/', { headers })).text).toBe('....')
  })
})

describe('WebSockets', () => {
  /** Says what the handshake told, then everything that it hears. */
  function talking(): OpenOptions {
    const sockets = new WebSocketServer({ noServer: true })
    return {
      onUpgrade: (request, socket) => {
        sockets.handleUpgrade(request, socket, Buffer.alloc(0), (webSocket) => {
          webSocket.send(String(request.headers['sf-context-current-user']))
          webSocket.on('message', (message: Buffer) =>
            webSocket.send(`heard ${message.toString()}`),
          )
        })
      },
    }
  }

  const dial = ({ port, host }: OpenEndpoint, headers: Record<string, string>): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${port}/socket`, { headers: { host, ...headers } })

  const statusOf = async (socket: WebSocket): Promise<number | undefined> => {
    socket.on('error', () => {})
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
    socket.terminate()
    return response.statusCode
  }

  test('are tied together, in both directions, with the caller told', async () => {
    const endpoint = await openEndpoint(talking())
    const socket = dial(endpoint, {
      cookie: await endpoint.signIn(),
      'sf-context-current-user': 'ADMIN',
    })
    expect(String((await once(socket, 'message'))[0])).toBe('DEV')
    socket.send('hello')
    expect(String((await once(socket, 'message'))[0])).toBe('heard hello')
    const large = 'x'.repeat(1_000_000)
    socket.send(large)
    expect(String((await once(socket, 'message'))[0])).toBe(`heard ${large}`)
    socket.close(4001)
    expect((await once(socket, 'close'))[0]).toBe(4001)
  })

  test('without a sign-in are refused with 401, and with 403 without a role', async () => {
    const endpoint = await openEndpoint(talking())
    expect(await statusOf(dial(endpoint, {}))).toBe(401)
    const authorization = `Snowflake Token="${endpoint.sessionToken('STRANGER')}"`
    expect(await statusOf(dial(endpoint, { authorization }))).toBe(403)
    expect(await statusOf(dial(endpoint, { host: 'x.localhost' }))).toBe(404)
  })

  test('that the service refuses are answered by the service', async () => {
    const [endpoint, [, authorization = '']] = await opened({
      onRequest: (_request, response) => void response.writeHead(418).end('no'),
    })
    expect(await statusOf(dial(endpoint, { authorization }))).toBe(418)
  })

  test('are answered 503 when nothing is ready', async () => {
    const [endpoint, [, authorization = '']] = await opened({
      runtime: { leaseEndpoint: () => Promise.reject(serviceFunctionError('not ready')) },
    })
    expect(await statusOf(dial(endpoint, { authorization }))).toBe(503)
  })

  test('on which nobody says anything are cut', async () => {
    const [endpoint, [, authorization = '']] = await opened({ ...talking(), idleMs: 500 })
    const socket = dial(endpoint, { authorization })
    await once(socket, 'message')
    expect((await once(socket, 'close'))[0]).toBe(1006)
  })

  test('end when the service goes', async () => {
    const { promise, resolve } = deferred<() => void>()
    const { onUpgrade } = talking()
    const [endpoint, [, authorization = '']] = await opened({
      onUpgrade: (request, socket) => {
        onUpgrade?.(request, socket)
        resolve(() => socket.destroy())
      },
    })
    const socket = dial(endpoint, { authorization })
    await once(socket, 'message')
    const closed = once(socket, 'close')
    ;(await promise)()
    expect((await closed)[0]).toBe(1006)
  })

  test('are the only protocol to change to', async () => {
    const [endpoint, headers] = await opened(echo)
    const h2c = ['Connection', 'Upgrade', 'Upgrade', 'h2c']
    expect((await endpoint.ask('/', { headers: [...headers, ...h2c] })).status).toBe(400)
  })
})
