import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Stage } from '../catalog/objects.ts'
import type { TransferResult } from '../statement-result.ts'
import { connect, execute } from './testing/driver.ts'
import { type Answers, serve, type Served } from './testing/serve.ts'

const STAGE: Stage = {
  kind: 'STAGE',
  id: 'st1',
  name: 'SPECS',
  database: 'DB',
  schema: 'PUBLIC',
  createdOn: '2026-01-02T03:04:05.000Z',
  owner: 'SYSADMIN',
  comment: '',
  encryption: 'SNOWFLAKE_SSE',
  directoryEnabled: false,
  sessionId: null,
}
const KEY = 'DB.PUBLIC.SPECS'

let served: Served
let local: string
beforeEach(async () => {
  local = mkdtempSync(join(tmpdir(), 'spcs-local-'))
  served = await serve(transfers())
  served.account.catalog.stages.put(STAGE)
})
afterEach(async () => {
  await served.close()
  rmSync(local, { recursive: true })
})

/** What PUT and GET statements answer: the stage as the driver finds it in Google Cloud Storage. */
function transfers(): Answers {
  return {
    'PUT plain': () => upload(false, true),
    'PUT once': () => upload(false, false),
    'PUT zipped': () => upload(true, true),
    'GET file': () => ({
      kind: 'transfer',
      typeId: 0x4600,
      data: {
        command: 'DOWNLOAD',
        src_locations: ['spec.yaml'],
        localLocation: join(local, 'got'),
        presignedUrls: [null],
        encryptionMaterial: [],
        stageInfo: stageInfo(),
      },
    }),
  }
}

function upload(autoCompress: boolean, overwrite: boolean): TransferResult {
  const data = {
    command: 'UPLOAD',
    src_locations: [join(local, '*.yaml')],
    sourceCompression: 'auto_detect',
    autoCompress,
    overwrite,
    parallel: 4,
    threshold: 209_715_200,
    stageInfo: stageInfo(),
  }
  return { kind: 'transfer', typeId: 0x4600, data }
}

function stageInfo(): object {
  return {
    locationType: 'GCS',
    location: 'stages/st1/folder/',
    region: 'local',
    endPoint: `${served.url}/stage`,
    creds: { GCS_ACCESS_TOKEN: token() },
    presignedUrl: null,
  }
}

function token(): string {
  return served.account.tokens.issue({ kind: 'stage', stage: KEY }, 60_000)
}

function onStage(...path: string[]): string {
  return join(served.account.stages.directory(STAGE), ...path)
}

function call(method: string, path: string, body?: string, bearer = token()): Promise<Response> {
  const headers = { authorization: `Bearer ${bearer}` }
  return fetch(`${served.url}/stage/stages/${path}`, { method, headers, body: body ?? null })
}

async function statusOfPut(bearer: string, stageId = 'st1'): Promise<number> {
  return (await call('PUT', `${stageId}/file`, 'x', bearer)).status
}

describe('PUT and GET through the driver', () => {
  test('bring files to the stage as they are, or gzipped', async () => {
    const connection = await connect(served.url)
    writeFileSync(join(local, 'spec.yaml'), 'spec: {}\n')
    const { rows } = await execute(connection, 'PUT plain')
    expect(rows).toMatchObject([{ source: 'spec.yaml', target: 'spec.yaml', status: 'UPLOADED' }])
    expect(readFileSync(onStage('folder', 'spec.yaml'), 'utf8')).toBe('spec: {}\n')
    await execute(connection, 'PUT zipped')
    expect(gunzipSync(readFileSync(onStage('folder', 'spec.yaml.gz'))).toString()).toBe(
      'spec: {}\n',
    )
  })

  test('leave a file that is there alone unless it is to be overwritten', async () => {
    const connection = await connect(served.url)
    writeFileSync(join(local, 'spec.yaml'), 'old')
    await execute(connection, 'PUT once')
    writeFileSync(join(local, 'spec.yaml'), 'new')
    expect((await execute(connection, 'PUT once')).rows).toMatchObject([{ status: 'SKIPPED' }])
    expect(readFileSync(onStage('folder', 'spec.yaml'), 'utf8')).toBe('old')
  })

  test('bring files back', async () => {
    mkdirSync(onStage('folder'), { recursive: true })
    mkdirSync(join(local, 'got'))
    const content = Buffer.alloc(3_000_000, 'x')
    writeFileSync(onStage('folder', 'spec.yaml'), content)
    const { rows } = await execute(await connect(served.url), 'GET file')
    expect(rows).toMatchObject([{ file: 'spec.yaml', size: 3_000_000, status: 'DOWNLOADED' }])
    expect(readFileSync(join(local, 'got', 'spec.yaml')).equals(content)).toBe(true)
  })
})

describe('a file of a stage', () => {
  test('is described by HEAD', async () => {
    await call('PUT', 'st1/a%20b/c.txt', 'hello')
    const response = await call('HEAD', 'st1/a%20b/c.txt')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe('5')
    expect(response.headers.get('x-goog-meta-sfc-digest')).toBe(
      'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
    )
    expect(await (await call('GET', 'st1/a%20b/c.txt')).text()).toBe('hello')
  })

  test('may be empty', async () => {
    await call('PUT', 'st1/empty')
    const response = await call('GET', 'st1/empty')
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(response.headers.get('content-length')).toBe('0')
  })

  test('is 404 when it is not there, a folder, outside the stage, or a link', async () => {
    await call('PUT', 'st1/folder/file', 'x')
    writeFileSync(onStage('..', 'secret'), 'secret')
    symlinkSync(onStage('..', 'secret'), onStage('link'))
    symlinkSync(onStage('folder'), onStage('linked-folder'))
    const outside = ['%2e%2e%2fsecret', 'folder%2f%2e%2e%2f%2e%2e%2fsecret', 'a%00b']
    for (const path of [
      'nothing',
      'folder',
      'folder/file/x',
      'link',
      'linked-folder/file',
      ...outside,
    ]) {
      for (const method of ['GET', 'HEAD']) {
        expect([path, (await call(method, `st1/${path}`)).status]).toEqual([path, 404])
      }
    }
  })

  test('needs a token for that stage', async () => {
    const expired = served.account.tokens.issue({ kind: 'stage', stage: KEY }, -1)
    const session = served.account.tokens.issue({ kind: 'session', sessionId: '1' }, 60_000)
    const gone = served.account.tokens.issue({ kind: 'stage', stage: 'DB.PUBLIC.GONE' }, 60_000)
    expect(await statusOfPut('unknown')).toBe(401)
    expect(await statusOfPut(expired)).toBe(401)
    expect(await statusOfPut(session)).toBe(401)
    expect(await statusOfPut(gone)).toBe(403)
    expect(await statusOfPut(token(), 'st2')).toBe(403)
    expect(await statusOfPut(token())).toBe(200)
  })

  test('of more than the limit of other bodies streams through', async () => {
    const size = 300 * 1024 * 1024
    const piece = Buffer.alloc(1024 * 1024)
    const before = process.memoryUsage().rss
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token()}`, 'content-length': size }
      const sending = request(`${served.url}/stage/stages/st1/large`, { method: 'PUT', headers })
      sending
        .on('response', (response) => resolve(response.resume().statusCode))
        .on('error', reject)
      let sent = 0
      const send = (): void => {
        while (sent < size) {
          sent += piece.length
          if (!sending.write(piece)) return void sending.once('drain', send)
        }
        sending.end()
      }
      send()
    })
    expect(status).toBe(200)
    expect((await call('HEAD', 'st1/large')).headers.get('content-length')).toBe(String(size))
    expect(process.memoryUsage().rss - before).toBeLessThan(size / 2)
  }, 30_000)

  test('whose sending breaks off is what it was before', async () => {
    await call('PUT', 'st1/file', 'before')
    const failed = served.untilLogged('stage request failed')
    const headers = { authorization: `Bearer ${token()}`, 'content-length': 10_000_000 }
    const sending = request(`${served.url}/stage/stages/st1/file`, { method: 'PUT', headers })
    sending.on('error', () => {}) // it is our own doing
    served.app.server.once('request', (incoming: IncomingMessage) => {
      incoming.once('data', () => sending.destroy())
    })
    sending.write(Buffer.alloc(100_000))
    await failed
    expect(readFileSync(onStage('file'), 'utf8')).toBe('before')
  })
})
