import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import Fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import {
  ALICE,
  CHANGE,
  listening,
  signIn,
  testApp,
  TestSocket,
  TOKEN,
} from '../testing/test-app.ts'
import { ServerError } from '../errors.ts'
import { maybeForeign } from './access.ts'
import { addGate } from './gate.ts'

const HOST = { host: '127.0.0.1:8888' }
/** What a browser accepts for an address that somebody opens. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const OWN_ORIGIN = { origin: 'http://127.0.0.1:8888' }

/** Every route of the running router: [method, path, is a socket]. */
async function routesOf(): Promise<[string, string, boolean][]> {
  const routes: [string, string, boolean][] = []
  const { app } = testApp({ shells: true })
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const each of [method].flat()) routes.push([each, url, config?.isSocket === true])
  })
  await app.ready()
  return routes
}

describe('addGate()', () => {
  test('lets nobody without credentials through any route or upgrade, but to /health (CVE-2026-39987, CVE-2024-28188)', async () => {
    const routes = await routesOf()
    expect(routes.length).toBeGreaterThan(20)
    expect(routes.filter(([, , isSocket]) => isSocket).map(([, path]) => path)).toEqual(
      expect.arrayContaining(['/api/notebook-socket', '/api/terminal-socket']),
    )
    for (const identity of [
      { mode: 'token', token: TOKEN, user: 'tester' },
      { mode: 'ingress' },
    ] as const) {
      const { app } = testApp({ identity, shells: true })
      for (const [method, path] of routes) {
        const url = path.replace('*', 'x.js')
        const options = { method: method as 'GET', url, headers: { ...HOST, ...CHANGE } }
        const { statusCode, headers } = await app.inject(options)
        expect([method, path, statusCode]).toEqual([
          method,
          path,
          path === '/health' ? 200 : path.endsWith('-socket') ? 403 : 401,
        ])
        expect(headers['x-content-type-options']).toBe('nosniff')
      }
      expect((await app.inject({ url: '/nowhere', headers: HOST })).statusCode).toBe(401)

      const host = await listening(app)
      for (const path of new Set(routes.map(([, each]) => each.replace('*', 'x.js')))) {
        const socket = new TestSocket(`ws://${host}${path}`, { origin: `http://${host}` })
        const status = await socket.handshake()
        expect([path, status]).toEqual([path, 401])
      }
    }
  }, 20_000)

  test('refuses, at the start, a route that declares no policy (CVE-2026-39987, CVE-2024-28188)', async () => {
    const app = Fastify()
    addGate(app, { identity: { mode: 'ingress' }, host: '127.0.0.1' })
    expect(() => app.get('/forgotten', () => 'x')).toThrow(
      'GET /forgotten declares no access policy',
    )
  })

  test('says to a browser on a page why it stays outside, to all others in JSON', async () => {
    const { app } = testApp()
    const opened = await app.inject({
      url: '/?path=a.ipynb',
      headers: { ...HOST, accept: BROWSER },
    })
    expect([opened.statusCode, opened.headers['content-type']]).toEqual([
      401,
      'text/html; charset=utf-8',
    ])
    expect(opened.body).toContain('<h1>Cannot answer: you are not signed in</h1>')
    expect(opened.body).toContain('<p>Open the address with the token, which the notebook printed')
    expect(opened.body).not.toContain('<script')
    const asked = await app.inject({ url: '/?path=a.ipynb', headers: { ...HOST, accept: '*/*' } })
    expect([asked.statusCode, asked.json()]).toMatchObject([401, { code: 'NOT_SIGNED_IN' }])
  })

  test('opens no socket where there is none, and answers no call where there is one', async () => {
    const { app } = testApp({ identity: { mode: 'ingress' } })
    const host = await listening(app)
    const headers = { ...ALICE, origin: `http://${host}` }
    expect(await new TestSocket(`ws://${host}/api/me`, headers).handshake()).toBe(405)
    expect(await new TestSocket(`ws://${host}/nowhere`, headers).handshake()).toBe(404)
    expect(await new TestSocket(`ws://${host}/health`, headers).handshake()).toBe(405)
    const called = await app.inject({ url: '/api/notebook-socket', headers: { ...headers, host } })
    expect(called.statusCode).toBe(405)
  })
})

describe('token mode', () => {
  test('takes the token once, gives a cookie for it, and drops it from the address', async () => {
    const { app } = testApp()
    const { statusCode, headers } = await app.inject({
      url: `/?token=${TOKEN}&path=a%20b.ipynb`,
      headers: HOST,
    })
    expect([statusCode, headers.location]).toEqual([303, '/?path=a+b.ipynb'])
    expect(headers['set-cookie']).toMatch(
      /^spcs-notebook-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    expect(String(headers['set-cookie'])).not.toContain(TOKEN)
    const cookie = String(headers['set-cookie']).split(';')[0] ?? ''
    const me = await app.inject({ url: '/api/me', headers: { ...HOST, cookie } })
    expect(me.json()).toEqual({
      user: 'tester',
      mode: 'token',
      shells: false,
      account: null,
      version: expect.any(String),
    })
  })

  test('takes no other token, none in other places, and no identity header', async () => {
    const { app } = testApp()
    const attempts: InjectOptions[] = [
      { url: `/?token=${TOKEN}x` },
      { url: `/?token=` },
      { url: `/?token=${TOKEN.slice(0, -1)}` },
      { url: `/api/me?token=${TOKEN}` },
      { url: '/api/me', headers: { cookie: `spcs-notebook-0=${TOKEN}` } },
      { url: '/api/me', headers: { authorization: `Bearer ${TOKEN}` } },
      { url: '/api/me', headers: ALICE },
    ]
    for (const { url, headers } of attempts) {
      const { statusCode } = await app.inject({ url: url ?? '', headers: { ...HOST, ...headers } })
      expect([url, statusCode]).toEqual([url, 401])
    }
  })

  test('a session of before a restart is none (CVE-2026-40934)', async () => {
    const cookie = await signIn(testApp().app)
    const { statusCode } = await testApp().app.inject({
      url: '/api/me',
      headers: { ...HOST, cookie },
    })
    expect(statusCode).toBe(401)
  })

  test.each([
    ['a path as host', '//evil.example'],
    ['backslashes', '/\\evil.example'],
    ['three slashes', '///evil.example'],
    ['an absolute address', 'http://evil.example/'],
  ])(
    'redirects to no other site by %s (CVE-2019-10255, CVE-2019-10856, CVE-2020-26215, CVE-2020-26232, CVE-2020-26275, CVE-2023-39968, CVE-2025-61669)',
    async (_name, path) => {
      const { app } = testApp()
      const { headers } = await app.inject({ url: `${path}?token=${TOKEN}`, headers: HOST })
      const { location } = headers
      expect(location === undefined || /^\/(?:$|\?)/.test(location)).toBe(true)
      const next = await app.inject({
        url: `/?token=${TOKEN}&next=//evil.example&next=https:///evil.example`,
        headers: HOST,
      })
      expect(new URL(String(next.headers.location), 'http://127.0.0.1').host).toBe('127.0.0.1')
    },
  )

  test.each([
    ['127.0.0.1:8888', 200],
    ['localhost:8888', 200],
    ['[::1]:8888', 200],
    ['rebound.example', 403],
    ['127.0.0.1.rebound.example', 403],
    ['localhost.rebound.example:8888', 403],
    ['192.168.1.5:8888', 403],
  ])('answers to Host %s with %i', async (host, status) => {
    const { app } = testApp()
    const cookie = await signIn(app)
    const { statusCode } = await app.inject({ url: '/api/me', headers: { host, cookie } })
    expect(statusCode).toBe(status)
  })
})

describe('ingress mode', () => {
  test('knows the user by the header of the ingress alone', async () => {
    const { app } = testApp({ identity: { mode: 'ingress' }, account: 'ACME' })
    const host = 'abc-acme.snowflakecomputing.app'
    const me = await app.inject({ url: '/api/me', headers: { host, ...ALICE } })
    expect(me.json()).toMatchObject({ user: 'ALICE', mode: 'ingress', account: 'ACME' })
    for (const headers of [{ 'sf-context-current-user': '' }, { cookie: 'spcs-notebook-0=x' }]) {
      const { statusCode } = await app.inject({ url: '/api/me', headers: { host, ...headers } })
      expect(statusCode).toBe(401)
    }
    const token = await app.inject({ url: `/?token=${TOKEN}`, headers: { host } })
    expect([token.statusCode, token.headers['set-cookie']]).toEqual([401, undefined])
  })
})

/** Origins that are none of ours, for a server at 127.0.0.1:8888 or at abc-acme.snowflakecomputing.app. */
const FOREIGN = (scheme: string, host: string): string[] => [
  'null',
  '',
  `${scheme}://evil.example`,
  `${scheme}://${host}.evil.example`,
  `${scheme}://evil-${host}`,
  `${scheme}://sibling.${host}`,
  `${scheme}://other-${host.replace(/^[^.]+\./, '')}`,
  `${scheme}://${host}:9999`,
  `${scheme}://${host.replace(/:\d+$/, '')}:1`,
  `${scheme}://${host}/`,
  `${scheme}://user@${host}`,
  `${scheme.toUpperCase()}://${host}`,
  `${scheme}://${host.toUpperCase()}x`,
  `ws://${host}`,
  `file://${host}`,
]

describe('the origin check', () => {
  const places = [
    ['token', '127.0.0.1:8888', 'http'],
    ['ingress', 'abc-acme.snowflakecomputing.app', 'https'],
  ] as const

  test.each(places)(
    'refuses changing calls of other sites in %s mode (CVE-2026-40110, CVE-2015-5607, CVE-2020-36191)',
    async (mode, host, scheme) => {
      const { app } = testApp(mode === 'ingress' ? { identity: { mode } } : {})
      const credentials = mode === 'ingress' ? ALICE : { cookie: await signIn(app) }
      const call = async (headers: Record<string, string>): Promise<number> =>
        (
          await app.inject({
            method: 'POST',
            url: '/api/files/folder',
            headers: { host, ...credentials, ...CHANGE, ...headers },
            payload: { path: `folder-${Math.random()}` },
          })
        ).statusCode
      expect(await call({ origin: `${scheme}://${host}` })).toBe(201)
      expect(await call({})).toBe(201)
      for (const origin of FOREIGN(scheme, host)) {
        expect([origin, await call({ origin })]).toEqual([origin, 403])
      }
      // Over http where the ingress has https, and the other way round.
      const other = scheme === 'http' ? 'https' : 'http'
      expect(await call({ origin: `${other}://${host}` })).toBe(403)
      for (const site of ['cross-site', 'same-site']) {
        expect(await call({ origin: `${scheme}://${host}`, 'sec-fetch-site': site })).toBe(403)
      }
    },
  )

  test('refuses the sockets of other sites, and of what sends no origin (CVE-2014-3429, CVE-2023-26114, GHSA-frjg-g767-7363)', async () => {
    const { app } = testApp({ identity: { mode: 'ingress' } })
    const own = await listening(app)
    const queries: Readonly<Record<string, string>> = {
      '/api/notebook-socket': 'path=a.ipynb',
      '/api/terminal-socket': 'shell=x',
    }
    const sockets = (await routesOf()).filter(([, , isSocket]) => isSocket)
    for (const place of new Set(sockets.map(([, each]) => each))) {
      const path = `${place}?${queries[place] ?? ''}`
      const handshake = (headers: Record<string, string>): Promise<number> =>
        new TestSocket(`ws://${own}${path}`, { ...ALICE, ...headers }).handshake()
      expect(await handshake({ origin: `http://${own}` })).toBe(101)
      expect(await handshake({})).toBe(403)
      for (const origin of FOREIGN('http', own)) {
        expect([path, origin, await handshake({ origin })]).toEqual([path, origin, 403])
      }
      const host = 'abc-acme.snowflakecomputing.app'
      expect(await handshake({ host, origin: `https://${host}` })).toBe(101)
      for (const origin of FOREIGN('https', host)) {
        expect([path, origin, await handshake({ host, origin })]).toEqual([path, origin, 403])
      }
    }
  }, 20_000)

  test('wants x-spcs-notebook with every changing call: a form cannot send it (CVE-2015-5607, CVE-2020-36191)', async () => {
    const { app } = testApp()
    const cookie = await signIn(app)
    const post = { method: 'POST', url: '/api/files/folder', payload: '{"path":"x"}' } as const
    const plain = await app.inject({
      ...post,
      headers: { ...HOST, cookie, 'content-type': 'application/json' },
    })
    expect([plain.statusCode, plain.json().code]).toEqual([403, 'HEADER_MISSING'])
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const form = await app.inject({
        ...post,
        headers: { ...HOST, ...OWN_ORIGIN, ...CHANGE, cookie, 'content-type': type },
      })
      expect([type, form.statusCode]).toEqual([type, 415])
    }
  })

  test('wants it at every route that changes anything, whoever asks (CVE-2015-5607, CVE-2020-36191)', async () => {
    const { app } = testApp({ shells: true })
    const cookie = await signIn(app)
    const changing = (await routesOf()).filter(([method]) => !/^(?:GET|HEAD|OPTIONS)$/.test(method))
    expect(changing.length).toBeGreaterThan(6)
    for (const [method, path] of changing) {
      const options = { method: method as 'POST', url: path, headers: { ...HOST, cookie } }
      const { statusCode, body } = await app.inject(options)
      expect([method, path, statusCode, JSON.parse(body).code]).toEqual([
        method,
        path,
        403,
        'HEADER_MISSING',
      ])
    }
  })

  test('allows no other origin to read anything: no CORS, no preflight (srcbook)', async () => {
    const { app } = testApp({ identity: { mode: 'ingress' }, shells: true })
    const preflight = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-spcs-notebook',
    }
    const ask = async (method: string, path: string): Promise<readonly [number, string[]]> => {
      const { statusCode, headers } = await app.inject({
        method: method as 'GET',
        url: path.replace('*', 'x.js'),
        headers: { host: 'x.example', ...ALICE, ...CHANGE, ...preflight },
      })
      return [statusCode, Object.keys(headers).filter((name) => name.startsWith('access-control-'))]
    }
    for (const [method, path] of await routesOf()) {
      expect([method, path, (await ask(method, path))[1]]).toEqual([method, path, []])
      expect([path, await ask('OPTIONS', path)]).toEqual([path, [404, []]])
    }
  })

  test('answers no read of another site, but for a link to the page (CVE-2019-9644, CVE-2023-40170)', async () => {
    const { app } = testApp({ identity: { mode: 'ingress' } })
    const read = async (url: string, headers: Record<string, string>): Promise<number> =>
      (await app.inject({ url, headers: { host: 'x.example', ...ALICE, ...headers } })).statusCode
    const script = { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }
    const link = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    for (const site of ['cross-site', 'same-site']) {
      const headers = { 'sec-fetch-site': site }
      expect(await read('/api/me', { ...headers, ...script })).toBe(403)
      expect(await read('/api/files', { ...headers, ...link })).toBe(403)
      expect(await read('/output-frame', { ...headers, ...link })).toBe(403)
      expect(await read('/', { ...headers, ...script })).toBe(403)
      expect(await read('/', { ...headers, ...link })).toBe(200)
    }
    expect(await read('/api/me', { 'sec-fetch-site': 'same-origin' })).toBe(200)
  })
})

describe('what others have and this server has not', () => {
  test.each([
    [
      'a proxy',
      '/proxy/8080/',
      'CVE-2022-21697, CVE-2024-28179, CVE-2024-35225, code-server 4.99.4',
    ],
    ['a proxy', '/proxy/evil.example/', 'code-server 4.99.4'],
    ['a proxy', '/api/proxy?url=http://evil.example/', 'CVE-2022-21697'],
    ['exported HTML as a page', '/nbconvert/html/a.ipynb', 'CVE-2026-44727'],
    ['files under addresses of their own', '/files/a.html', 'CVE-2026-44727, CVE-2018-19351'],
    ['a scheduler', '/scheduler/jobs', 'CVE-2024-28188'],
    ['extensions', '/lab/api/extensions', 'jupyterlab#19003'],
    ['a login with a target', '/login?next=//evil.example', 'CVE-2019-10255, CVE-2023-39968'],
  ])('%s: nothing is at %s (%s)', async (_what, url) => {
    const { app, directory } = testApp({ shells: true })
    writeFileSync(join(directory, 'a.html'), 'kept')
    const cookie = await signIn(app)
    for (const method of ['GET', 'POST'] as const) {
      const { statusCode, body } = await app.inject({
        method,
        url,
        headers: { ...HOST, ...CHANGE, cookie },
      })
      expect([method, statusCode, JSON.parse(body).code]).toEqual([method, 404, 'NOT_FOUND'])
    }
  })
})

describe('policies', () => {
  test('are decided at once: there is no promise that could be forgotten (GHSA-whvh-wf3x-g77j)', () => {
    const headers = { origin: 'https://evil.example', host: '127.0.0.1:8888' }
    const asked = { access: 'change', isSocket: false, isEntry: false, headers } as const
    expect(maybeForeign(asked, 'token')).toBeInstanceOf(ServerError)
    const settings = new URL('../../../../.oxlintrc.json', import.meta.url)
    const { rules } = JSON.parse(readFileSync(settings, 'utf8')) as { rules: object }
    expect(rules).toMatchObject({
      'typescript/no-floating-promises': 'error',
      'typescript/no-misused-promises': 'error',
    })
  })
})
