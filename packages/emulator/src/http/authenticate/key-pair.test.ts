import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Account } from '../../account.ts'
import { connect, execute, failure } from '../testing/driver.ts'
import { done, serve, type Served } from '../testing/serve.ts'

async function served(): Promise<Served> {
  const account = await serve({ 'SELECT 1': done })
  onTestFinished(account.close)
  return account
}

function setKeys({ catalog }: Account, publicKeys: readonly string[]): void {
  catalog.users.put({ ...catalog.users.get('ADMIN'), publicKeys })
}

describe('signing in by key pair', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const privateKeyPem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const body = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  const options = { authenticator: 'SNOWFLAKE_JWT', username: 'admin', privateKey: privateKeyPem }

  test('takes the token that the driver signs', async () => {
    const account = await served()
    setKeys(account.account, [body])
    const { statement } = await execute(await connect(account.url, options), 'SELECT 1')
    expect(statement.getStatus()).toBe('complete')
  })

  test('refuses a key that is not the one of the user', async () => {
    const account = await served()
    expect(await failure(connect(account.url, options))).toMatchObject({ code: '390144' })
    expect(account.logged.join('\n')).toContain('iss is no fingerprint of a key of the user')
  })

  test('takes seconds too, and refuses tokens that are old, too long or signed by another', async () => {
    const { account, app, logged } = await served()
    setKeys(account, ['no key at all', body])
    const now = Math.floor(Date.now() / 1000)
    const fingerprint = fingerprintOf(publicKey)
    const claims = {
      iss: `LOCAL.ADMIN.${fingerprint}`,
      sub: 'LOCAL.ADMIN',
      iat: now,
      exp: now + 60,
    }
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const codeOf = async (changes: object, key = privateKey): Promise<unknown> => {
      const TOKEN = jwt({ ...claims, ...changes }, key)
      const data = {
        ACCOUNT_NAME: 'LOCAL',
        AUTHENTICATOR: 'SNOWFLAKE_JWT',
        LOGIN_NAME: 'ADMIN',
        TOKEN,
      }
      const response = await app.inject({
        method: 'POST',
        url: '/session/v1/login-request',
        payload: { data },
      })
      return response.json<{ code: unknown }>().code
    }
    expect(await codeOf({})).toBeNull()
    const refused: [object, KeyObject, string][] = [
      [{ iat: now - 60, exp: now - 1 }, privateKey, 'it has expired'],
      [{ iat: now + 600, exp: now + 660 }, privateKey, 'it is issued in the future'],
      [{ exp: now + 7200 }, privateKey, 'it lives longer than an hour'],
      [{ exp: undefined }, privateKey, 'it has expired'],
      [{ sub: 'OTHER.ADMIN' }, privateKey, 'sub is not of account LOCAL'],
      [{ sub: 'LOCAL.NOBODY' }, privateKey, 'there is no such user'],
      [{}, other, 'the signature is wrong'],
    ]
    for (const [changes, key, reason] of refused) {
      expect([reason, await codeOf(changes, key)]).toEqual([reason, '390144'])
      expect(logged.join('\n')).toContain(reason)
    }
  })
})

function jwt(claims: object, key: KeyObject): string {
  const signed = [{ alg: 'RS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
}

function fingerprintOf(key: KeyObject): string {
  const der = key.export({ format: 'der', type: 'spki' })
  return `SHA256:${createHash('sha256').update(der).digest('base64')}`
}
