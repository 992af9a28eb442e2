import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, test } from 'vitest'
import type { Grant, ImageRepository } from '../catalog/objects.ts'
import { hashPassword } from '../password.ts'
import { DirectoryImageStore } from '../spcs/directory-image-store.ts'
import { digestOf } from '../spcs/images/blob-store.ts'
import { temporaryDirectory, TEST_TIME, testAccount } from '../testing/test-account.ts'
import { registry } from './registry.ts'

describe('registry', () => {
  test('asks whoever did not sign in to do so, and where', async () => {
    const { app } = await registryApp()
    const response = await app.inject({ url: '/v2/', headers: { host: '127.0.0.1:8084' } })
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toBe(
      'Bearer realm="http://127.0.0.1:8084/login",service="snowflake-registry"',
    )
    expect(response.json()).toEqual({
      errors: [{ code: 'UNAUTHORIZED', message: 'sign in first' }],
    })
  })

  test.each([
    ['user and password', () => basic('admin', 'admin')],
    [
      'a session token',
      (token: string) => basic('0sessiontoken', JSON.stringify({ token, expires_in: 9 })),
    ],
  ])('gives a bearer token for %s', async (_way, authorization) => {
    const { app, sessionToken } = await registryApp()
    const headers = { authorization: authorization(sessionToken) }
    expect((await app.inject({ url: '/v2/', headers })).statusCode).toBe(200)
    const { token } = (await app.inject({ url: '/login', headers })).json<{ token: string }>()
    const response = await app.inject({
      url: '/v2/',
      headers: { authorization: `Bearer ${token}` },
    })
    expect(response.statusCode).toBe(200)
    expect(response.headers['docker-distribution-api-version']).toBe('registry/2.0')
  })

  test.each([
    ['a wrong password', basic('ADMIN', 'wrong')],
    ['an unknown user', basic('NOBODY', 'admin')],
    ['a bare session token', basic('0sessiontoken', 'spcs-session-x')],
    ['an unknown session token', basic('0sessiontoken', '{"token":"spcs-session-x"}')],
    ['JSON without a token', basic('0sessiontoken', '{}')],
    ['an unknown bearer', 'Bearer spcs-registry-x'],
    ['another scheme', 'Digest x'],
  ])('refuses %s', async (_what, authorization) => {
    const { app } = await registryApp()
    for (const url of ['/login', '/v2/']) {
      expect((await app.inject({ url, headers: { authorization } })).statusCode).toBe(401)
    }
  })

  test('takes an image pushed in one piece, and gives it back', async () => {
    const { request } = await registryApp()
    const layer = Buffer.from('layer')
    const uploaded = await request(
      'POST',
      `${IMAGE}/blobs/uploads/?digest=${digestOf(layer)}`,
      layer,
    )
    expect(uploaded.statusCode).toBe(201)
    expect(uploaded.headers['location']).toBe(`${IMAGE}/blobs/${digestOf(layer)}`)

    const head = await request('HEAD', `${IMAGE}/blobs/${digestOf(layer)}`)
    expect(head).toMatchObject({ statusCode: 200, payload: '' })
    expect(head.headers['content-length']).toBe('5')
    const blob = await request('GET', `${IMAGE}/blobs/${digestOf(layer)}`)
    expect(blob.payload).toBe('layer')
    const part = await request('GET', `${IMAGE}/blobs/${digestOf(layer)}`, undefined, {
      range: 'bytes=1-3',
    })
    expect(part).toMatchObject({ statusCode: 206, payload: 'aye' })
    expect(part.headers['content-range']).toBe('bytes 1-3/5')

    const manifest = manifestOf(layer, layer)
    const put = await request('PUT', `${IMAGE}/manifests/dev`, manifest, {
      'content-type': DOCKER_TYPE,
    })
    expect(put.statusCode).toBe(201)
    expect(put.headers['docker-content-digest']).toBe(digestOf(manifest))
    for (const reference of ['dev', digestOf(manifest)]) {
      const got = await request('GET', `${IMAGE}/manifests/${reference}`)
      expect(got.rawPayload).toEqual(manifest)
      expect(got.headers).toMatchObject({
        'content-type': DOCKER_TYPE,
        'docker-content-digest': digestOf(manifest),
      })
      const known = await request('HEAD', `${IMAGE}/manifests/${reference}`)
      expect(known.headers['content-length']).toBe(String(manifest.length))
    }
    expect((await request('GET', `${IMAGE}/tags/list`)).json()).toEqual({
      name: 'db/public/image_repo/convert-api',
      tags: ['dev'],
    })
  })

  test('takes a blob in chunks, each at its place', async () => {
    const { request } = await registryApp()
    const started = await request('POST', `${IMAGE}/blobs/uploads/`)
    expect(started.statusCode).toBe(202)
    const upload = String(started.headers['location'])
    const first = await request('PATCH', upload, Buffer.from('lay'), { 'content-range': '0-2' })
    expect(first).toMatchObject({ statusCode: 202 })
    expect(first.headers['range']).toBe('0-2')
    const wrong = await request('PATCH', upload, Buffer.from('er'), { 'content-range': '9-10' })
    expect(wrong.statusCode).toBe(416)
    expect((await request('GET', upload)).headers['range']).toBe('0-2')
    const digest = digestOf(Buffer.from('layer'))
    const done = await request('PUT', `${upload}?digest=${digest}`, Buffer.from('er'))
    expect(done.statusCode).toBe(201)
    expect((await request('GET', `${IMAGE}/blobs/${digest}`)).payload).toBe('layer')
    expect((await request('GET', upload)).statusCode).toBe(404)
  })

  test('ends an upload that is cancelled', async () => {
    const { request } = await registryApp()
    const upload = String((await request('POST', `${IMAGE}/blobs/uploads/`)).headers['location'])
    expect((await request('DELETE', upload)).statusCode).toBe(204)
    expect((await request('PATCH', upload, Buffer.from('x'))).json()).toMatchObject({
      errors: [{ code: 'BLOB_UPLOAD_UNKNOWN' }],
    })
  })

  test('mounts a blob from another repository, or else opens an upload', async () => {
    const { request } = await registryApp()
    const layer = Buffer.from('layer')
    await request('POST', `${IMAGE}/blobs/uploads/?digest=${digestOf(layer)}`, layer)
    const from = 'from=db/public/image_repo/convert-api'
    const to = '/v2/db/public/other_repo/notebook/blobs'
    expect((await request('HEAD', `${to}/${digestOf(layer)}`)).statusCode).toBe(404)
    const mounted = await request('POST', `${to}/uploads/?mount=${digestOf(layer)}&${from}`)
    expect(mounted.statusCode).toBe(201)
    expect((await request('HEAD', `${to}/${digestOf(layer)}`)).statusCode).toBe(200)
    const missing = await request(
      'POST',
      `${to}/uploads/?mount=${digestOf(Buffer.from('?'))}&${from}`,
    )
    expect(missing.statusCode).toBe(202)
  })

  test('takes an index, as BuildKit pushes it', async () => {
    const { request } = await registryApp()
    const layer = Buffer.from('layer')
    await request('POST', `${IMAGE}/blobs/uploads/?digest=${digestOf(layer)}`, layer)
    const manifest = manifestOf(layer, layer)
    const digest = digestOf(manifest)
    const index = Buffer.from(
      JSON.stringify({ manifests: [{ mediaType: DOCKER_TYPE, digest, size: manifest.length }] }),
    )
    const headers = { 'content-type': 'application/vnd.oci.image.index.v1+json' }
    const early = await request('PUT', `${IMAGE}/manifests/dev`, index, headers)
    expect(early.json()).toMatchObject({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN' }] })
    await request('PUT', `${IMAGE}/manifests/${digest}`, manifest, { 'content-type': DOCKER_TYPE })
    expect((await request('PUT', `${IMAGE}/manifests/dev`, index, headers)).statusCode).toBe(201)
  })

  test.each([
    ['GET', '/v2/db/public/no_repo/x/tags/list', 404, 'NAME_UNKNOWN'],
    ['GET', `/v2/db/public/image_repo/unknown/tags/list`, 404, 'NAME_UNKNOWN'],
    ['GET', `/v2/db/public/image_repo/x/manifests/dev`, 404, 'MANIFEST_UNKNOWN'],
    ['GET', `/v2/db/public/image_repo/x/blobs/sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
    ['GET', `/v2/db/public/image_repo/x/blobs/sha256:..`, 400, 'DIGEST_INVALID'],
    ['GET', `/v2/DB/PUBLIC/IMAGE_REPO/x/tags/list`, 400, 'NAME_INVALID'],
    ['GET', `/v2/db/public/image_repo/%2e%2e%2fx/tags/list`, 400, 'NAME_INVALID'],
    ['GET', `/v2/db/tags/list`, 400, 'NAME_INVALID'],
    ['GET', `/v2/${'a/'.repeat(60)}tags/list`, 400, 'NAME_INVALID'],
    ['DELETE', `/v2/db/public/image_repo/x/manifests/dev`, 405, 'UNSUPPORTED'],
    ['POST', `/v2/`, 405, 'UNSUPPORTED'],
  ] as const)('answers %s %s with %i %s', async (method, url, status, code) => {
    const { request } = await registryApp()
    const response = await request(method, url)
    expect(response.json()).toMatchObject({ errors: [{ code }] })
    expect(response.statusCode).toBe(status)
  })

  test('lets a role push with WRITE, pull with READ, and do neither without', async () => {
    const { app, account } = await registryApp()
    const layer = Buffer.from('layer')
    const push = async (user: string): Promise<number> => {
      const url = `${IMAGE}/blobs/uploads/?digest=${digestOf(layer)}`
      const headers = { authorization: basic(user, 'pw') }
      return (await app.inject({ method: 'POST', url, payload: layer, headers })).statusCode
    }
    const pull = async (user: string): Promise<number> => {
      const headers = { authorization: basic(user, 'pw') }
      return (await app.inject({ url: `${IMAGE}/blobs/${digestOf(layer)}`, headers })).statusCode
    }
    addUser(account, 'WRITER', 'WRITE')
    addUser(account, 'READER', 'READ')
    addUser(account, 'STRANGER', undefined)
    expect([await push('STRANGER'), await push('READER'), await push('WRITER')]).toEqual([
      403, 403, 201,
    ])
    expect([await pull('STRANGER'), await pull('READER'), await pull('WRITER')]).toEqual([
      403, 200, 200,
    ])
  })
})

const IMAGE = '/v2/db/public/image_repo/convert-api'
const DOCKER_TYPE = 'application/vnd.docker.distribution.manifest.v2+json'

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function descriptor(mediaType: string, content: Buffer) {
  return { mediaType, digest: digestOf(content), size: content.length }
}

function manifestOf(config: Buffer, layer: Buffer): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: DOCKER_TYPE,
      config: descriptor('application/vnd.docker.container.image.v1+json', config),
      layers: [descriptor('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
    }),
  )
}

async function registryApp() {
  const images = new DirectoryImageStore(temporaryDirectory())
  const { account } = testAccount({ images })
  for (const name of ['IMAGE_REPO', 'OTHER_REPO'])
    account.catalog.imageRepositories.put(repository(name))
  const app: FastifyInstance = Fastify()
  const session = { user: 'ADMIN', role: 'ACCOUNTADMIN' }
  await app.register(registry, {
    account,
    findSession: (id: string) => (id === '7' ? session : undefined),
  })
  const sessionToken = account.tokens.issue({ kind: 'session', sessionId: '7' }, 60_000)
  const request = (
    method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: Buffer,
    headers: Record<string, string> = {},
  ) =>
    app.inject({
      method,
      url,
      ...(payload !== undefined && { payload }),
      headers: { authorization: basic('admin', 'admin'), ...headers },
    })
  return { app, account, request, sessionToken }
}

function repository(name: string): ImageRepository {
  return {
    kind: 'IMAGE REPOSITORY',
    database: 'DB',
    schema: 'PUBLIC',
    name,
    createdOn: TEST_TIME,
    owner: 'SYSADMIN',
    comment: '',
    encryption: 'SNOWFLAKE_SSE',
  }
}

type TestedAccount = ReturnType<typeof testAccount>['account']

/** A user whose default role, of the same name, has one privilege on IMAGE_REPO. */
function addUser({ catalog }: TestedAccount, name: string, privilege: string | undefined): void {
  const [admin] = catalog.users.list()
  if (admin === undefined) throw new Error('no administrator to copy')
  const passwordHash = hashPassword('pw')
  catalog.users.put({ ...admin, name, loginName: name, defaultRole: name, passwordHash })
  const grant = { grantee: name, grantOption: false, grantedBy: '', createdOn: TEST_TIME }
  const roleGrant: Grant = { ...grant, privilege: 'USAGE', on: 'ROLE', name, to: 'USER' }
  const key = 'DB.PUBLIC.IMAGE_REPO'
  catalog.grants = [
    ...catalog.grants,
    roleGrant,
    ...(privilege === undefined
      ? []
      : [{ ...grant, privilege, on: 'IMAGE REPOSITORY', name: key, to: 'ROLE' } as const]),
  ]
}
