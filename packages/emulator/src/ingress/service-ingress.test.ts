import { type IncomingMessage, request } from 'node:http'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ServiceAccount, serviceAccount, tinySpec } from '../spcs/testing/service-account.ts'
import { buildIngress } from './ingress.ts'

const PENDING = 'Endpoints provisioning in progress... check back in a few minutes'
const PUBLIC = tinySpec({ spec: '  - { name: web, port: 9090, public: true }' })

/** A service that really runs, with a public endpoint that has its address at once. */
async function accountWithService(provisionMs = 0): Promise<ServiceAccount> {
  const account = serviceAccount({ timing: { endpointProvisionMs: provisionMs } })
  onTestFinished(() => account[Symbol.asyncDispose]())
  await account.push({})
  await account.run(
    'CREATE COMPUTE POOL pool MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS',
  )
  await account.run(`CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION ${PUBLIC}`)
  return account
}

async function urlOf(account: ServiceAccount): Promise<string> {
  const endpoints = await account.show('SHOW ENDPOINTS IN SERVICE tiny')
  return endpoints.find((row) => row['name'] === 'web')?.['ingress_url'] ?? ''
}

/** Asks the service behind its public endpoint, as a user with the owner's role. */
async function asker(
  account: ServiceAccount,
): Promise<(path: string) => Promise<[number, string]>> {
  const { catalog, tokens } = account.account
  catalog.users.put({ ...catalog.users.get('ADMIN'), name: 'DEV', defaultRole: 'DEV_ROLE' })
  const grant = (on: string, name: string, to: 'ROLE' | 'USER', grantee: string) =>
    ({
      privilege: 'USAGE',
      on,
      name,
      to,
      grantee,
      grantOption: false,
      grantedBy: '',
      createdOn: '',
    }) as const
  catalog.grants = [
    ...catalog.grants,
    grant('ROLE', 'DEV_ROLE', 'USER', 'DEV'),
    grant('DATABASE', 'DB', 'ROLE', 'DEV_ROLE'),
    grant('SCHEMA', 'DB.PUBLIC', 'ROLE', 'DEV_ROLE'),
    grant('SERVICE ROLE', 'DB.PUBLIC.TINY!ALL_ENDPOINTS_USAGE', 'ROLE', 'DEV_ROLE'),
  ]
  const ingress = buildIngress({ account: account.account, findSession: () => ({ user: 'DEV' }) })
  onTestFinished(() => ingress.close())
  const port = await ingress.listen('127.0.0.1', 0)
  const token = tokens.issue({ kind: 'session', sessionId: '1' }, 60_000)
  return async (path) => {
    const headers = { host: await urlOf(account), authorization: `Snowflake Token="${token}"` }
    const asked = request({ port, path, headers, agent: false }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    let text = ''
    for await (const chunk of answer as AsyncIterable<Buffer>) text += chunk.toString()
    return [answer.statusCode ?? 0, text]
  }
}

describe('the public endpoint of a service that runs', () => {
  test('is reached once an instance is ready, and resumes its service', async () => {
    const account = await accountWithService()
    const ask = await asker(account)
    const [status, first] = await ask('/pid')
    expect([status, first]).toEqual([200, expect.stringMatching(/^\d+$/)])
    await account.run('ALTER SERVICE tiny SUSPEND')
    const [again, second] = await ask('/pid')
    expect([again, second]).toEqual([200, expect.stringMatching(/^\d+$/)])
    expect(second).not.toBe(first)
  }, 20_000)

  test('answers 503 when the service is suspended and may not resume', async () => {
    const account = await accountWithService()
    const ask = await asker(account)
    await account.run('ALTER SERVICE tiny SET AUTO_RESUME = FALSE')
    await account.run('ALTER SERVICE tiny SUSPEND')
    const [status, text] = await ask('/pid')
    expect([status, text]).toEqual([503, expect.stringContaining('its AUTO_RESUME is FALSE')])
  }, 20_000)
})

describe('ingress_url', () => {
  test('is host and port, and null for private endpoints', async () => {
    const account = await accountWithService()
    const rows = await account.show('SHOW ENDPOINTS IN SERVICE tiny')
    expect(rows.map((row) => row['ingress_url'])).toEqual([
      null,
      expect.stringMatching(/^e[a-z0-9]+-local-local\.localhost:8085$/),
    ])
  })

  test('is a sentence at first, also of an endpoint that is added later', async () => {
    const account = await accountWithService(60_000)
    expect(await urlOf(account)).toBe(PENDING)
    // A restart of the account finds what was there before ready.
    await account.services.start()
    expect(await urlOf(account)).toMatch(/localhost:8085$/)
    const more = tinySpec({
      spec: '  - { name: web, port: 9090, public: true }\n  - { name: more, port: 9091, public: true }',
    })
    await account.run(`ALTER SERVICE tiny FROM SPECIFICATION ${more}`)
    const urls = (await account.show('SHOW ENDPOINTS IN SERVICE tiny')).map(
      (row) => row['ingress_url'],
    )
    expect(urls).toEqual([null, expect.stringMatching(/localhost:8085$/), PENDING])
  })

  test('stays when the service is suspended, resumed or changed, and is new when it is made anew', async () => {
    const account = await accountWithService()
    const url = await urlOf(account)
    for (const change of ['SUSPEND', 'RESUME', `FROM SPECIFICATION ${PUBLIC}`]) {
      await account.run(`ALTER SERVICE tiny ${change}`)
      expect([change, await urlOf(account)]).toEqual([change, url])
    }
    await account.run('DROP SERVICE tiny')
    await account.run(`CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION ${PUBLIC}`)
    expect(await urlOf(account)).toMatch(/^e[a-z0-9]+-local-local/)
    expect(await urlOf(account)).not.toBe(url)
  }, 20_000)
})
