import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { InstanceLease } from '@spcs/service-function'
import { onTestFinished } from 'vitest'
import type { Account } from '../../account.ts'
import type { Service } from '../../catalog/objects.ts'
import { externalAccessIntegrationCommands } from '../../commands/external-access-integration.ts'
import { grantCommands } from '../../commands/grant.ts'
import { networkRuleCommands } from '../../commands/network-rule.ts'
import { roleCommands } from '../../commands/role.ts'
import { userCommands } from '../../commands/user.ts'
import { hashPassword } from '../../password.ts'
import type { ServiceRuntime } from '../../spcs/service-runtime.ts'
import { testAccount, type TestAccount, TEST_TIME } from '../../testing/test-account.ts'
import { testService } from '../../testing/test-service.ts'
import { buildIngress } from '../ingress.ts'
import { endpointHost } from '../public-endpoint.ts'

const commands = [
  userCommands,
  roleCommands,
  grantCommands,
  networkRuleCommands,
  externalAccessIntegrationCommands,
].flat()

/** Made once: it takes long on purpose. */
const SECRET = hashPassword('secret')

/** An account with a public endpoint, behind which the test itself listens, and users who may and may not use it. */
export interface OpenEndpoint extends TestAccount {
  /** `ID-local-local.localhost:PORT` */
  readonly host: string
  readonly port: number
  /** The service in the catalog. */
  readonly service: () => Service
  ask(path: string, options?: AskOptions): Promise<Answer>
  /** Signs in by the form, as `dev` with the password `secret`; gives the Cookie header, empty when refused. */
  signIn(user?: string, password?: string): Promise<string>
  /** A token of the drivers' API for a user. */
  sessionToken(user: string): string
}

export interface AskOptions {
  readonly method?: string
  /** Header, value, header, value, …; Host is added where it is missing. */
  readonly headers?: readonly string[]
  readonly body?: string
  readonly host?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly text: string
}

export interface OpenOptions {
  /** What the service does; nothing listens behind the endpoint without it. */
  readonly onRequest?: Parameters<typeof createServer>[1]
  readonly onUpgrade?: (request: IncomingMessage, socket: Socket) => void
  readonly runtime?: Partial<ServiceRuntime>
  readonly account?: Partial<Account>
  /** What follows the name and port of the endpoint in the specification. */
  readonly endpoint?: Record<string, unknown>
  readonly executeAsCaller?: boolean
  readonly idleMs?: number
}

export async function openEndpoint(options: OpenOptions = {}): Promise<OpenEndpoint> {
  const behind = createServer(options.onRequest)
  if (options.onUpgrade !== undefined) behind.on('upgrade', options.onUpgrade)
  behind.listen(0, '127.0.0.1')
  await new Promise((resolve) => behind.once('listening', resolve))
  const address = `http://127.0.0.1:${(behind.address() as AddressInfo).port}`
  onTestFinished(() => {
    behind.close()
    behind.closeAllConnections()
  })
  const runtime: Partial<ServiceRuntime> = {
    hasAddress: () => true,
    leaseEndpoint: async () => leaseOf(address),
    maybeLeaseOther: () => undefined,
    ...options.runtime,
  }
  const tested = testAccount(
    { services: runtime as ServiceRuntime, now: () => new Date(), ...options.account },
    { commands, session: { database: 'DB', schema: 'PUBLIC' } },
  )
  const { account } = tested
  await fill(tested, options)

  const users = new Map<string, string>()
  const ingress = buildIngress({
    account,
    idleMs: options.idleMs,
    findSession: (id) => (users.has(id) ? { user: users.get(id) ?? '' } : undefined),
  })
  const port = await ingress.listen('127.0.0.1', 0)
  onTestFinished(() => ingress.close())

  const service = (): Service => account.catalog.services.get('DB.PUBLIC.WEB')
  const host = `${endpointHost(account, service(), 'web')}:${port}`
  const askHere = (path: string, asked: AskOptions = {}): Promise<Answer> =>
    ask(port, path, { host, ...asked })
  return {
    ...tested,
    host,
    port,
    service,
    ask: askHere,
    signIn: async (user = 'dev', password = 'secret') => {
      const answer = await askHere('/sfc-endpoint/login', signInForm(host, { user, password }))
      return /^[^;]*/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[0] ?? ''
    },
    sessionToken: (user) => {
      const sessionId = String(users.size + 1)
      users.set(sessionId, user)
      return account.tokens.issue({ kind: 'session', sessionId }, 60_000)
    },
  }
}

/** A lease that nobody waits for. */
export function leaseOf(url: string): InstanceLease {
  return { url, release: () => {} }
}

/** A sign-in as a browser posts it. */
export function signInForm(
  host: string,
  fields: Readonly<Record<string, string>>,
  origin = `http://${host}`,
): AskOptions {
  const body = new URLSearchParams(fields).toString()
  return {
    method: 'POST',
    headers: ['Content-Type', 'application/x-www-form-urlencoded', 'Origin', origin],
    body,
  }
}

function ask(port: number, path: string, options: AskOptions & { host: string }): Promise<Answer> {
  const { method = 'GET', headers = [], body, host } = options
  const length = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))]
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: ['Host', host, ...headers, ...length],
        agent: false,
        setHost: false,
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            rawHeaders: answer.rawHeaders,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    asked.on('error', reject)
    asked.end(body)
  })
}

async function fill(tested: TestAccount, options: OpenOptions): Promise<void> {
  const { catalog } = tested.account
  const made = { createdOn: TEST_TIME, owner: 'ACCOUNTADMIN', comment: '' }
  catalog.databases.put({ ...made, kind: 'DATABASE', name: 'DB', transient: false })
  catalog.schemas.put({ ...made, kind: 'SCHEMA', database: 'DB', name: 'PUBLIC' })
  const spec = {
    spec: {
      containers: [{ name: 'main', image: '/db/public/repo/web:1' }],
      endpoints: [
        { name: 'web', port: 8888, public: true, ...options.endpoint },
        { name: 'inner', port: 9999 },
      ],
    },
    serviceRoles: [{ name: 'web_user', endpoints: ['web'] }],
    capabilities: { securityContext: { executeAsCaller: options.executeAsCaller === true } },
  }
  catalog.services.put(testService({ name: 'WEB', spec: JSON.stringify(spec) }))
  for (const sql of [
    'CREATE ROLE web_role',
    'GRANT USAGE ON DATABASE db TO ROLE web_role',
    'GRANT USAGE ON SCHEMA db.public TO ROLE web_role',
    'GRANT SERVICE ROLE db.public.web!web_user TO ROLE web_role',
    'CREATE USER dev DEFAULT_ROLE = web_role',
    'GRANT ROLE web_role TO USER dev',
    'CREATE USER stranger',
  ]) {
    await tested.run(sql)
  }
  for (const user of ['DEV', 'STRANGER']) catalog.users.change(user, { passwordHash: SECRET })
}
