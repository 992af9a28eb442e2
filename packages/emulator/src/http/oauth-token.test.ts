import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openEndpoint, type OpenEndpoint } from '../ingress/testing/open-endpoint.ts'
import { buildApp } from './app.ts'
import { done } from './testing/serve.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

interface Exchange {
  readonly endpoint: OpenEndpoint
  readonly exchange: (fields: Record<string, string>) => Promise<{ status: number; text: string }>
}

async function opened(): Promise<Exchange> {
  const endpoint = await openEndpoint({ onRequest: (_request, response) => response.end('hello') })
  const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  endpoint.account.catalog.users.change('DEV', { publicKeys: [key] })
  const app = buildApp(endpoint.account, { runStatement: () => Promise.resolve(done()) })
  onTestFinished(() => app.close())
  const exchange: Exchange['exchange'] = async (fields) => {
    const response = await app.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        scope: endpoint.host,
        assertion: assertion('DEV', privateKey),
        ...fields,
      }).toString(),
    })
    return { status: response.statusCode, text: response.body }
  }
  return { endpoint, exchange }
}

describe('POST /oauth/token', () => {
  test('gives the bare text of a token that is good at the endpoint', async () => {
    const { endpoint, exchange } = await opened()
    const { status, text } = await exchange({})
    expect([status, text]).toEqual([200, expect.stringMatching(/^[\w-]+$/)])
    const headers = ['Authorization', `Snowflake Token="${text}"`]
    const answer = await endpoint.ask('/', { headers })
    expect([answer.status, answer.text]).toEqual([200, 'hello'])
  })

  test('takes a role, and the host without a port', async () => {
    const { endpoint, exchange } = await opened()
    const [host = ''] = endpoint.host.split(':')
    const { text } = await exchange({ scope: `session:role:web_role ${host}` })
    expect(endpoint.account.tokens.resolve(text)).toEqual({
      kind: 'ingress',
      user: 'DEV',
      role: 'WEB_ROLE',
      host,
    })
  })

  test.each([
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['no endpoint', { scope: '' }, 'invalid_scope'],
    ['an unknown endpoint', { scope: 'e1-local-local.localhost' }, 'invalid_scope'],
    ['a user of another key', { assertion: assertion('STRANGER', privateKey) }, 'invalid_grant'],
    ['nonsense', { assertion: 'x' }, 'invalid_grant'],
  ])('refuses %s', async (_what, fields, error) => {
    const { exchange } = await opened()
    const { status, text } = await exchange(fields)
    expect([status, JSON.parse(text)]).toMatchObject([400, { error }])
  })

  test('refuses a role that the user has not', async () => {
    const { endpoint, exchange } = await opened()
    const { status, text } = await exchange({ scope: `session:role:sysadmin ${endpoint.host}` })
    expect([status, text]).toEqual([400, expect.stringContaining('has no role \\"SYSADMIN\\"')])
  })
})

function assertion(user: string, key: KeyObject): string {
  const now = Math.floor(Date.now() / 1000)
  const der = publicKey.export({ format: 'der', type: 'spki' })
  const fingerprint = createHash('sha256').update(der).digest('base64')
  const sub = `LOCAL.${user}`
  const claims = { iss: `${sub}.SHA256:${fingerprint}`, sub, iat: now, exp: now + 60 }
  const signed = [{ alg: 'RS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
}
