import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { checkEndpointAccess, waitForEndpoints, waitForService } from '@spcs/deploy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DeployerAccount } from '../services/deployer-account.ts'

const SERVICE = 'DB.PUBLIC.WEB'
const PASSWORD = 'correct horse'
const ROLES = 'USAGE ON DATABASE DB, USAGE ON SCHEMA DB.PUBLIC'.split(', ')
const USERS: Readonly<Record<string, string>> = {
  VIEWER_USER: 'DEFAULT_ROLE = VIEWER',
  PARENT_USER: 'DEFAULT_ROLE = PARENT',
  OWNER_USER: 'DEFAULT_ROLE = DEV',
  STRANGER_USER: 'DEFAULT_ROLE = STRANGER DEFAULT_SECONDARY_ROLES = ()',
  SECONDARY_USER: 'DEFAULT_ROLE = STRANGER',
  PUBLIC_USER: 'DEFAULT_SECONDARY_ROLES = ()',
  BOSS_USER: 'DEFAULT_ROLE = ACCOUNTADMIN',
  LOST_USER: 'DEFAULT_ROLE = VIEWER DEFAULT_SECONDARY_ROLES = ()',
  OUTSIDE_USER: 'DEFAULT_ROLE = OUTSIDER',
}

let account: DeployerAccount
let host: string

beforeAll(async () => {
  account = await DeployerAccount.start()
  const { admin, deployer } = account
  const image = await account.push(
    'web',
    "require('node:http').createServer((_, answer) => answer.end('ok')).listen(9090)",
  )
  await deployer.execute(`CREATE SERVICE ${SERVICE} IN COMPUTE POOL POOL FROM SPECIFICATION $$
spec:
  containers: [{ name: web, image: ${image} }]
  endpoints: [{ name: page, port: 9090, public: true }]
serviceRoles:
- { name: page_user, endpoints: [page] }
$$`)
  for (const role of ['VIEWER', 'PARENT', 'STRANGER', 'OUTSIDER']) {
    await admin.execute(`CREATE ROLE ${role}`)
    if (role !== 'OUTSIDER') {
      for (const privilege of ROLES) await admin.execute(`GRANT ${privilege} TO ROLE ${role}`)
    }
  }
  await admin.execute('GRANT ROLE VIEWER TO ROLE PARENT')
  for (const role of ['VIEWER', 'OUTSIDER']) {
    await deployer.execute(`GRANT SERVICE ROLE ${SERVICE}!PAGE_USER TO ROLE ${role}`)
  }
  for (const [user, properties] of Object.entries(USERS)) {
    await admin.execute(`CREATE USER ${user} PASSWORD = '${PASSWORD}' ${properties}`)
    const [, role] = /DEFAULT_ROLE = (\w+)/.exec(properties) ?? []
    if (role !== undefined && user !== 'LOST_USER') {
      await admin.execute(`GRANT ROLE ${role} TO USER ${user}`)
    }
  }
  await admin.execute('GRANT ROLE VIEWER TO USER SECONDARY_USER')
  await admin.execute('GRANT ROLE VIEWER TO USER BOSS_USER')
  await waitForService(deployer, SERVICE)
  const [endpoint] = await waitForEndpoints(deployer, SERVICE)
  host = endpoint?.ingressUrl ?? ''
})
afterAll(async () => {
  await account[Symbol.asyncDispose]()
})

/** True when the user, signed in with a password, gets to the page. */
async function opens(user: string): Promise<boolean> {
  const body = new URLSearchParams({ user, password: PASSWORD }).toString()
  const signedIn = await ask('POST', '/sfc-endpoint/login', {}, body)
  const cookie = signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const page = await ask('GET', '/', { cookie })
  return page.statusCode === 200
}

async function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<IncomingMessage> {
  const port = account.emulator.ingressPort
  const all = { host, 'content-type': 'application/x-www-form-urlencoded', ...headers }
  const asked = request({ host: '127.0.0.1', port, method, path, headers: all }).end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  return answer
}

function check(user: string) {
  return checkEndpointAccess(account.deployer, {
    service: SERVICE,
    user,
    adminRole: 'ACCOUNTADMIN',
  })
}

describe('checkEndpointAccess() says what ingress does', () => {
  test.each(['VIEWER_USER', 'PARENT_USER', 'OWNER_USER', 'SECONDARY_USER'])(
    '%s opens the page',
    async (user) => {
      expect(await check(user)).toBeUndefined()
      expect(await opens(user)).toBe(true)
    },
  )

  test.each([
    ['BOSS_USER', 'ROLE_BLOCKED', 'ALTER USER BOSS_USER SET DEFAULT_ROLE = VIEWER'],
    ['OUTSIDE_USER', 'SERVICE_ROLE_MISSING', 'GRANT USAGE ON DATABASE DB TO ROLE OUTSIDER'],
    ['LOST_USER', 'SERVICE_ROLE_MISSING', 'GRANT ROLE VIEWER TO USER LOST_USER'],
    [
      'STRANGER_USER',
      'SERVICE_ROLE_MISSING',
      `GRANT SERVICE ROLE ${SERVICE}!PAGE_USER TO ROLE STRANGER`,
    ],
    // Last: what PUBLIC has, everybody has.
    ['PUBLIC_USER', 'SERVICE_ROLE_MISSING', 'GRANT USAGE ON DATABASE DB TO ROLE PUBLIC'],
  ])('%s does not: %s, until %s', async (user, code, statement) => {
    expect(await check(user)).toMatchObject({ code, hint: expect.stringContaining(statement) })
    expect(await opens(user)).toBe(false)

    await account.admin.execute(statement)
    for (let more = await check(user); more !== undefined; more = await check(user)) {
      const [next = ''] = /(?:GRANT .*? TO ROLE \w+)/.exec(more.hint ?? '') ?? []
      await account.admin.execute(next)
    }
    expect(await opens(user)).toBe(true)
  })

  test('nobody does when the owner may not have public endpoints any more', async () => {
    await account.admin.execute('REVOKE BIND SERVICE ENDPOINT ON ACCOUNT FROM ROLE DEV')
    expect(await check('VIEWER_USER')).toMatchObject({ code: 'BIND_ENDPOINT_MISSING' })
    expect(await opens('VIEWER_USER')).toBe(false)
  })

  test('goes back to the role of the session', async () => {
    const { rows } = await account.deployer.execute('SELECT CURRENT_ROLE()')
    expect(rows).toEqual([['DEV']])
  })
})
