import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { defineServiceFunction } from './define-service-function.ts'
import { appWith, postBatch } from './testing/test-app.ts'

const echo = defineServiceFunction({
  name: 'echo',
  path: '/echo',
  arguments: { x: 'VARCHAR' },
  returns: 'VARCHAR',
  handler: (x) => x,
})

const md5 = (body: Buffer | string): string => createHash('md5').update(body).digest('base64')

test.each(['plain', 'Zoë 😀', 'x'.repeat(100_000)])(
  'an answer has the checksum of its bytes: %.10s',
  async (text) => {
    const response = await postBatch(await appWith(echo), '/echo', [[0, text]])
    expect(response.headers['content-md5']).toBe(md5(response.rawPayload))
    expect(response.headers['content-length']).toBe(String(response.rawPayload.length))
    expect(response.json()).toEqual({ data: [[0, text]] })
  },
)

test.each([
  ['gzip', 'gzip'],
  ['deflate, gzip;q=0.5', 'gzip'],
  ['identity', undefined],
  ['gzip;q=0', undefined],
  ['', undefined],
])('a long answer to a caller who accepts "%s" has the encoding %s', async (accepted, encoding) => {
  const app = await appWith(echo, { gzipFromBytes: 1000 })
  const rows = [[0, 'x'.repeat(2000)]]
  const headers = { 'accept-encoding': accepted }
  const response = await postBatch(app, '/echo', rows, { headers })
  const { rawPayload } = response
  expect(response.headers['content-encoding']).toBe(encoding)
  expect(response.headers['content-md5']).toBe(md5(rawPayload))
  const body = encoding === undefined ? rawPayload : gunzipSync(rawPayload)
  expect(JSON.parse(body.toString())).toEqual({ data: rows })
})

test('a short answer is not packed', async () => {
  const headers = { 'accept-encoding': 'gzip' }
  const response = await postBatch(await appWith(echo), '/echo', [[0, 'x']], { headers })
  expect(response.headers['content-encoding']).toBeUndefined()
})
