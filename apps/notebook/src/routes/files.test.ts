import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { fakeNotebooks } from '../testing/fake-notebooks.ts'
import { ALICE, CHANGE, listening, testApp, type TestApp } from '../testing/test-app.ts'

const INGRESS = { identity: { mode: 'ingress' } } as const
const HEADERS = { ...ALICE, ...CHANGE }

async function call(
  { app }: TestApp,
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  url: string,
  payload?: object | string,
): Promise<{ status: number; body: unknown; headers: Record<string, unknown>; text: string }> {
  const response = await app.inject({
    method,
    url,
    headers: HEADERS,
    ...(payload === undefined ? {} : { payload }),
  })
  const { statusCode: status, headers, body: text } = response
  const isJson = String(headers['content-type']).startsWith('application/json')
  return { status, headers, text, body: isJson ? response.json() : text }
}

describe('GET /api/files', () => {
  test('lists folders first, with kinds; nothing hidden and no link that leads out (CVE-2022-29238)', async () => {
    const running = fakeNotebooks(undefined, { running: async () => new Set(['b.ipynb']) })
    const served = testApp(INGRESS, { notebooks: running })
    const { directory } = served
    writeFileSync(join(directory, 'b.ipynb'), '{}')
    writeFileSync(join(directory, 'a.txt'), 'hello')
    writeFileSync(join(directory, '.npmrc'), 'secret')
    writeFileSync(join(directory, '<img src=x onerror=alert(1)>.ipynb'), '{}')
    mkdirSync(join(directory, 'z'))
    mkdirSync(join(directory, '.git'))
    symlinkSync('/etc/passwd', join(directory, 'out'))
    const { body } = await call(served, 'GET', '/api/files')
    expect(body).toEqual([
      expect.objectContaining({ name: 'z', path: 'z', kind: 'folder', size: 0, running: false }),
      expect.objectContaining({ name: '<img src=x onerror=alert(1)>.ipynb', kind: 'notebook' }),
      expect.objectContaining({ name: 'a.txt', kind: 'file', size: 5, running: false }),
      expect.objectContaining({ name: 'b.ipynb', kind: 'notebook', running: true }),
    ])
    expect(await call(served, 'GET', '/api/files?path=nowhere')).toMatchObject({ status: 404 })
    expect(await call(served, 'GET', '/api/files?path=a.txt')).toMatchObject({ status: 409 })
    expect(await call(served, 'GET', '/api/files?path=..')).toMatchObject({ status: 403 })
    expect(await call(served, 'GET', '/api/files?path=z&path=..')).toMatchObject({ status: 400 })
  })
})

describe('GET /api/files/image', () => {
  test('gives an image beside the notebook by what it holds, and nothing else', async () => {
    const served = testApp(INGRESS)
    const image = async (address: string, notebook = 'a/b.ipynb'): Promise<object> => {
      const asked = new URLSearchParams({ notebook, address }).toString()
      const { status, headers } = await call(served, 'GET', `/api/files/image?${asked}`)
      return [status, headers['content-type'], headers['content-security-policy']]
    }
    mkdirSync(join(served.directory, 'a/plots'), { recursive: true })
    mkdirSync(join(served.directory, '.hidden'))
    const png = Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1')
    writeFileSync(join(served.directory, 'a/plots/a b.png'), png)
    writeFileSync(join(served.directory, '.hidden/a.png'), png)
    writeFileSync(
      join(served.directory, 'a/drawing.png'),
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
    )
    const policy = "sandbox; default-src 'none'"
    expect(await image('plots/a%20b.png')).toEqual([200, 'image/png', policy])
    for (const other of ['drawing.png', 'none.png', '../.hidden/a.png', '/a/plots/a b.png']) {
      expect(await image(other)).toEqual([204, undefined, policy])
    }
    expect(await image('a.png', '../b.ipynb')).toMatchObject([403, {}, {}])
  })
})

describe('GET /api/files/content', () => {
  test.each([
    'a.html',
    'a.svg',
    'a.sh',
    'a.bat',
    'a.exe',
    'a.pdf',
    'a.xml',
    'a.xhtml',
    'ü "x".ipynb',
  ])(
    'gives %s as an attachment that nothing opens (CVE-2018-21030, CVE-2015-7337, CVE-2023-40170, CVE-2026-73415, CVE-2026-44727)',
    async (name) => {
      const served = testApp(INGRESS)
      writeFileSync(join(served.directory, name), '<script>alert(1)</script>')
      const { status, headers, text } = await call(
        served,
        'GET',
        `/api/files/content?path=${encodeURIComponent(name)}`,
      )
      expect([status, text]).toEqual([200, '<script>alert(1)</script>'])
      expect(headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': expect.stringMatching(
          /^attachment; filename="[\w. -]+"; filename\*=/,
        ),
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
        'content-length': '25',
      })
    },
  )

  test('never gives the session token, hidden files or what is outside (CVE-2022-29238, CVE-2022-29241)', async () => {
    const served = testApp(INGRESS)
    const session = join(served.directory, 'session')
    mkdirSync(session)
    writeFileSync(join(session, 'token'), 'secret')
    const inside = testApp({
      ...INGRESS,
      directory: served.directory,
      sessionDirectory: session,
    })
    writeFileSync(join(served.directory, '.env'), 'secret')
    for (const path of [
      'session/token',
      '/snowflake/session/token',
      '.env',
      '../state/x',
      '..%2f..%2fetc%2fpasswd',
      '%2e%2e/state',
      'a%00b',
    ]) {
      const answer = await call(inside, 'GET', `/api/files/content?path=${path}`)
      expect([path, answer.status]).toEqual([path, 403])
      expect(answer.text).not.toContain('secret')
    }
    expect(await call(inside, 'GET', '/api/files/content?path=nowhere')).toMatchObject({
      status: 404,
      body: { code: 'FILE_MISSING' },
    })
    mkdirSync(join(served.directory, 'folder'))
    expect(await call(inside, 'GET', '/api/files/content?path=folder')).toMatchObject({
      status: 409,
    })
  })
})

describe('PUT /api/files/content', () => {
  test('writes any body as it is, and says its hash', async () => {
    const served = testApp(INGRESS)
    const bytes = randomBytes(200_000)
    const { app, directory, config } = served
    const put = async (query: string, type: string, payload: Buffer): Promise<[number, object]> => {
      const response = await app.inject({
        method: 'PUT',
        url: `/api/files/content?path=a.json${query}`,
        headers: { ...HEADERS, 'content-type': type },
        payload,
      })
      return [response.statusCode, response.json()]
    }
    const written = (payload: Buffer): [number, object] => [
      201,
      {
        path: 'a.json',
        size: payload.length,
        hash: createHash('sha256').update(payload).digest('hex'),
      },
    ]
    const text = Buffer.from('{')
    const empty = Buffer.alloc(0)
    expect(await put('', 'application/octet-stream', bytes)).toEqual(written(bytes))
    expect(readFileSync(join(directory, 'a.json'))).toEqual(bytes)
    expect(await put('', 'application/json', text)).toMatchObject([409, { code: 'FILE_EXISTS' }])
    expect(await put('&overwrite=true', 'application/json', text)).toEqual(written(text))
    expect(readFileSync(join(directory, 'a.json'), 'utf8')).toBe('{')
    expect(await put('&overwrite=true', 'text/plain', empty)).toEqual(written(empty))
    expect(readFileSync(join(directory, 'a.json'), 'utf8')).toBe('')
    expect(readdirSync(join(config.stateDirectory, 'uploads'))).toEqual([])
  })

  test('takes no more than its limit, announced or not, and leaves the old file as it was', async () => {
    const served = testApp(INGRESS, { mostUploadBytes: 1000 })
    writeFileSync(join(served.directory, 'a'), 'old')
    const host = await listening(served.app)
    const put = (headers: Record<string, string>, bytes: number): Promise<number> =>
      new Promise((resolve, reject) => {
        const upload = request(`http://${host}/api/files/content?path=a&overwrite=true`, {
          method: 'PUT',
          headers: { ...HEADERS, 'content-type': 'application/octet-stream', ...headers },
        })
        upload.on('response', (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        })
        upload.on('error', reject)
        upload.end(Buffer.alloc(bytes))
      })
    expect(await put({}, 1001)).toBe(413)
    expect(await put({ 'transfer-encoding': 'chunked' }, 1001)).toBe(413)
    expect(readFileSync(join(served.directory, 'a'), 'utf8')).toBe('old')
    expect(await put({}, 1000)).toBe(201)
  })

  test('an upload that breaks off leaves the old file, and nothing else', async () => {
    const served = testApp(INGRESS)
    writeFileSync(join(served.directory, 'a'), 'old')
    const host = await listening(served.app)
    const upload = request(`http://${host}/api/files/content?path=a&overwrite=true`, {
      method: 'PUT',
      headers: { ...HEADERS, 'content-type': 'application/octet-stream', 'content-length': '1000' },
    })
    upload.on('error', () => {})
    upload.write('half')
    const spool = join(served.config.stateDirectory, 'uploads')
    await vi.waitUntil(() => existsSync(spool) && readdirSync(spool).length === 1)
    upload.destroy()
    await vi.waitUntil(() => readdirSync(spool).length === 0)
    expect(readFileSync(join(served.directory, 'a'), 'utf8')).toBe('old')
  })
})

describe('changing files', () => {
  test('makes, renames and deletes files and folders', async () => {
    const served = testApp(INGRESS)
    const { directory } = served
    expect(await call(served, 'POST', '/api/files/folder', { path: 'f' })).toMatchObject({
      status: 201,
      body: { path: 'f' },
    })
    expect(await call(served, 'POST', '/api/files/folder', { path: 'f' })).toMatchObject({
      status: 409,
      body: { code: 'FILE_EXISTS' },
    })
    writeFileSync(join(directory, 'f/a.txt'), 'hello')
    const renamed = await call(served, 'POST', '/api/files/rename', { from: 'f', to: 'g' })
    expect(renamed).toMatchObject({ status: 200, body: { path: 'g' } })
    expect(readFileSync(join(directory, 'g/a.txt'), 'utf8')).toBe('hello')
    expect(existsSync(join(directory, 'f'))).toBe(false)

    expect(await call(served, 'DELETE', '/api/files?path=g')).toMatchObject({
      status: 409,
      body: { code: 'FOLDER_NOT_EMPTY' },
    })
    expect(await call(served, 'DELETE', '/api/files?path=g/a.txt')).toMatchObject({ status: 204 })
    expect(await call(served, 'DELETE', '/api/files?path=g')).toMatchObject({ status: 204 })
    expect(await call(served, 'DELETE', '/api/files?path=g')).toMatchObject({ status: 404 })
    expect(await call(served, 'DELETE', '/api/files?path=')).toMatchObject({ status: 403 })
    expect(readdirSync(directory)).toEqual([])
  })

  test('renames onto nothing that is there, and no folder into itself', async () => {
    const served = testApp(INGRESS)
    writeFileSync(join(served.directory, 'a'), 'a')
    writeFileSync(join(served.directory, 'b'), 'b')
    mkdirSync(join(served.directory, 'f'))
    const rename = (from: string, to: string): Promise<{ status: number }> =>
      call(served, 'POST', '/api/files/rename', { from, to })
    expect((await rename('a', 'b')).status).toBe(409)
    expect((await rename('f', 'f/g')).status).toBe(403)
    expect((await rename('a', '../a')).status).toBe(403)
    expect((await rename('nowhere', 'c')).status).toBe(404)
    expect(readFileSync(join(served.directory, 'b'), 'utf8')).toBe('b')
    expect(existsSync(join(served.directory, 'a'))).toBe(true)
  })

  test('deletes the link that leads out, and nothing outside', async () => {
    const served = testApp(INGRESS)
    const outside = join(served.config.stateDirectory, 'outside')
    writeFileSync(outside, 'kept')
    symlinkSync(outside, join(served.directory, 'out'))
    expect(await call(served, 'DELETE', '/api/files?path=out')).toMatchObject({ status: 204 })
    expect([existsSync(outside), readdirSync(served.directory)]).toEqual([true, []])
  })

  test('an open notebook is closed before its file is deleted, and renamed by itself', async () => {
    const asked: string[] = []
    const notebooks = fakeNotebooks(undefined, {
      openPaths: () => ['f/a.ipynb'],
      remove: async (path) => void asked.push(`remove ${path}`),
      rename: async (from, to) => void asked.push(`rename ${from} ${to}`),
    })
    const served = testApp(INGRESS, { notebooks })
    mkdirSync(join(served.directory, 'f'))
    writeFileSync(join(served.directory, 'f/a.ipynb'), '{}')
    const rename = (from: string, to: string): Promise<{ status: number }> =>
      call(served, 'POST', '/api/files/rename', { from, to })
    expect((await rename('f/a.ipynb', 'b.ipynb')).status).toBe(200)
    expect((await rename('f/a.ipynb', 'b.txt')).status).toBe(403)
    expect((await rename('f', 'g')).status).toBe(409)
    expect((await call(served, 'DELETE', '/api/files?path=f/a.ipynb')).status).toBe(204)
    expect(asked).toEqual(['rename f/a.ipynb b.ipynb', 'remove f/a.ipynb'])
  })

  test('refuses bodies of another shape, by name', async () => {
    const served = testApp(INGRESS)
    for (const payload of [{}, { path: 1 }, [], { path: null }, '{"__proto__":{"path":"x"}}']) {
      const { app } = served
      const response = await app.inject({
        method: 'POST',
        url: '/api/files/folder',
        headers: { ...HEADERS, 'content-type': 'application/json' },
        payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
      })
      expect([payload, response.statusCode]).toEqual([payload, 400])
      expect(response.json().code).toBe('REQUEST_INVALID')
    }
    expect(readdirSync(served.directory)).toEqual([])
  })
})

describe('POST /api/notebooks', () => {
  test('makes notebooks whose names are free, in a folder or as they are named', async () => {
    const served = testApp(INGRESS)
    mkdirSync(join(served.directory, 'f'))
    const make = async (body: object): Promise<unknown> => {
      const answer = await call(served, 'POST', '/api/notebooks', body)
      return answer.status === 201 ? (answer.body as { path: string }).path : answer.status
    }
    expect(await make({ path: '' })).toBe('Untitled.ipynb')
    expect(await make({ path: '' })).toBe('Untitled 2.ipynb')
    expect(await make({ path: 'f' })).toBe('f/Untitled.ipynb')
    expect(await make({ path: 'f/mine.ipynb' })).toBe('f/mine.ipynb')
    expect(await make({ path: 'f/mine.ipynb' })).toBe(409)
    expect(await make({ path: '../x.ipynb' })).toBe(403)
    expect(await make({ path: '', sample: true })).toBe('Sample.ipynb')
    expect(await make({ path: '', sample: 'yes' })).toBe(400)
  })
})
