import { startEmulator, type Emulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { toObjects } from '@spcs/sql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildImage, pushWithDocker, whyNoEngine } from './docker-engine.ts'

const skipped = whyNoEngine()
if (skipped !== undefined) console.log(`docker runner: skipped, ${skipped}`)

const IMAGE = 'spcs-test-asked:1'

/** Answers what a service function asks of it, from inside its container. */
const SERVER = `
  import { execFileSync } from 'node:child_process'
  import { appendFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
  import { createServer } from 'node:http'
  const { SNOWFLAKE_HOST, SNOWFLAKE_PORT } = process.env
  const get = async (url) => (await fetch(url, { signal: AbortSignal.timeout(5000) })).text()
  const answers = {
    env: (name) => process.env[name] ?? null,
    user: () => process.getuid() + ' ' + process.pid,
    argv: () => process.argv.slice(2).join(' '),
    read: (path) => readFileSync(path, 'utf8'),
    list: (path) => readdirSync(path).join(' '),
    write: (path) => { writeFileSync(path, 'from inside'); return 'written' },
    print: (text) => { console.log(text); console.error(text + '!'); return 'printed' },
    get,
    hog: () => { const kept = []; for (;;) kept.push(Buffer.alloc(1 << 24, 1)) },
    status: () => readFileSync('/proc/self/status', 'utf8'),
    login: async () => {
      const TOKEN = readFileSync('/snowflake/session/token', 'utf8')
      const data = { AUTHENTICATOR: 'OAUTH', TOKEN, ACCOUNT_NAME: process.env.SNOWFLAKE_ACCOUNT }
      const address = 'http://' + SNOWFLAKE_HOST + ':' + SNOWFLAKE_PORT
      const response = await fetch(address + '/session/v1/login-request?databaseName=DOCKER_DB', {
        method: 'POST', body: JSON.stringify({ data }),
        headers: { 'content-type': 'application/json' },
      })
      const { success, message, data: { sessionInfo } = {} } = await response.json()
      return success ? sessionInfo.roleName : message
    },
  }
  createServer(async (request, response) => {
    if (request.method === 'GET') return response.end('ok from ' + process.env.NAME)
    let body = ''
    for await (const piece of request) body += piece
    try {
      const data = []
      for (const [row, name, argument] of JSON.parse(body).data) {
        data.push([row, await answers[name](argument)])
      }
      response.end(JSON.stringify({ data }))
    } catch (error) { response.writeHead(400).end(String(error.cause ?? error)) }
  }).listen(Number(process.env.PORT ?? 9090), () => console.log('listening'))
  if (process.env.STUBBORN) process.on('SIGTERM', () => console.log('no'))
  else process.on('SIGTERM', () => process.exit(0))
`

const DOCKERFILE = `
FROM node:24-bookworm-slim
WORKDIR /app
COPY server.mjs ./
USER node
ENTRYPOINT ["node"]
CMD ["server.mjs", "from-image"]
`

let emulator: Emulator
let session: Session

describe.skipIf(skipped !== undefined)('an account with the docker runner', () => {
  beforeAll(async () => {
    await buildImage(IMAGE, { Dockerfile: DOCKERFILE, 'server.mjs': SERVER })
    emulator = await startEmulator({ port: 0, ingressPort: 0, runner: 'docker' })
    session = await connect(emulator.connection)
    await run(
      'CREATE DATABASE DOCKER_DB',
      'USE SCHEMA DOCKER_DB.PUBLIC',
      'CREATE STAGE FILES',
      'CREATE IMAGE REPOSITORY REPO',
      'CREATE COMPUTE POOL POOL MIN_NODES = 1 MAX_NODES = 3 INSTANCE_FAMILY = CPU_X64_S',
    )
    const registry = new URL(emulator.connection.accessUrl).host
    await pushWithDocker(session, IMAGE, `${registry}/docker_db/public/repo/asked:1`)
  }, 120_000)

  afterAll(async () => {
    await session?.close()
    await emulator?.close()
  }, 60_000)

  test('runs an image as it is, and its container reaches the account', async () => {
    await using asked = await service('ASKED')
    expect(await asked.ask('argv')).toBe('from-image')
    expect(await asked.ask('user')).toMatch(/^1000 \d+$/)
    expect(await asked.ask('env', 'SNOWFLAKE_SERVICE_NAME')).toBe('ASKED')
    expect(await asked.ask('login')).toBe('ACCOUNTADMIN')
    const status = await asked.ask('status')
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m)
    await expect(asked.ask('write', '/snowflake/session/token')).rejects.toThrow(/read-only/)
  })

  test('has what a container printed in its log', async () => {
    await using asked = await service('ASKED')
    await asked.ask('print', 'Größe 🌡')
    await expect.poll(() => asked.log()).toContain('listening\nGröße 🌡\nGröße 🌡!\n')
  })
})

async function run(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await session.execute(statement)
}

/** A service of the image above, and a function that asks it. */
async function service(
  name: string,
  spec: { container?: string; more?: string; min?: number } = {},
) {
  await run(
    `CREATE SERVICE ${name} IN COMPUTE POOL POOL MIN_INSTANCES = ${spec.min ?? 1} MAX_INSTANCES = ${spec.min ?? 1}
     FROM SPECIFICATION $$
spec:
  containers:
  - name: asked
    image: /docker_db/public/repo/asked:1
    readinessProbe: { port: 9090, path: / }
${spec.container ?? ''}
  endpoints:
  - { name: api, port: 9090 }
${spec.more ?? ''}
$$`,
    `CREATE OR REPLACE FUNCTION ASK_${name}(what VARCHAR, argument VARCHAR) RETURNS VARCHAR
     SERVICE = ${name} ENDPOINT = api AS '/ask'`,
  )
  return {
    ask: async (what: string, argument = ''): Promise<string | null> => {
      const { rows } = await session.execute(`SELECT ASK_${name}(?, ?)`, {
        binds: [what, argument],
      })
      return rows[0]?.[0] as string | null
    },
    log: async (previous = false): Promise<string> => {
      const { rows } = await session.execute(
        `SELECT SYSTEM$GET_SERVICE_LOGS('${name}', 0, 'asked', 1000, ${previous})`,
      )
      return String(rows[0]?.[0])
    },
    containers: async () =>
      toObjects(await session.execute(`SHOW SERVICE CONTAINERS IN SERVICE ${name}`)),
    [Symbol.asyncDispose]: () => run(`DROP SERVICE ${name}`),
  }
}
