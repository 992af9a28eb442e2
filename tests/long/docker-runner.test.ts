import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { composeImage, packLayer, pushImage } from '@spcs/deploy'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { toObjects } from '@spcs/sql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SpcsProcess } from '../e2e/spcs-process.ts'
import { buildImage, docker, noEngine, pushWithDocker } from './docker-engine.ts'

if (noEngine !== undefined) console.log(`docker runner: skipped, ${noEngine}`)

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
LABEL spcs.test=docker-runner
WORKDIR /app
COPY server.mjs ./
USER node
ENTRYPOINT ["node"]
CMD ["server.mjs", "from-image"]
`

/** The state of all accounts below, one after the other: the image is pushed once. */
let directory: string
let emulator: Emulator
let session: Session

/** Selects what the account in a directory has in the engine. */
function ofAccount(folder: string): string[] {
  return ['--filter', `label=spcs.account=${folder}`]
}

describe.skipIf(noEngine !== undefined)('an account with the docker runner', () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'spcs-docker-'))
    await buildImage(IMAGE, { Dockerfile: DOCKERFILE, 'server.mjs': SERVER })
    emulator = await startEmulator({ directory, port: 0, ingressPort: 0, runner: 'docker' })
    session = await connect(emulator.connection)
    await prepare()
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

  test('gives secrets as variables, and as files that follow and cannot be written', async () => {
    await session.execute(
      "CREATE OR REPLACE SECRET LOGIN TYPE = PASSWORD USERNAME = 'svc' PASSWORD = 'first'",
    )
    await using asked = await service('SECRETIVE', {
      container: `    secrets:
    - { snowflakeSecret: login, envVarName: WHO, secretKeyRef: username }
    - { snowflakeSecret: login, directoryPath: /secrets/login }`,
    })
    expect(await asked.ask('env', 'WHO')).toBe('svc')
    expect(await asked.ask('read', '/secrets/login/password')).toBe('first')
    await session.execute("ALTER SECRET LOGIN SET PASSWORD = 'second'")
    expect(await asked.ask('read', '/secrets/login/password')).toBe('second')
    await expect(asked.ask('write', '/secrets/login/password')).rejects.toThrow(/read-only/)
  })

  test('has what a container printed in its log, cut nowhere', async () => {
    await using asked = await service('ASKED')
    await asked.ask('print', 'Größe 🌡')
    // Which of the two streams comes first is anybody's guess.
    await expect.poll(() => asked.log()).toMatch(/^listening\n(?:Größe 🌡!?\n){2}$/)
    await asked.ask('print', 'é'.repeat(10_000))
    await expect.poll(() => asked.log()).toContain(`\n${'é'.repeat(10_000)}!\n`)
  })

  test('takes command, args and variables from the specification', async () => {
    await using asked = await service('ASKED', {
      container: `    command: ["/usr/local/bin/node", "server.mjs"]
    args: ["from", "the specification"]
    env: { GREETING: "hello = world", SNOWFLAKE_HOST: elsewhere }`,
    })
    expect(await asked.ask('argv')).toBe('from the specification')
    expect(await asked.ask('env', 'GREETING')).toBe('hello = world')
    expect(await asked.ask('login')).toBe('ACCOUNTADMIN')
  })

  test('sees a session token that was renewed', async () => {
    await using asked = await service('ASKED')
    const path = '/snowflake/session/token'
    const first = await asked.ask('read', path)
    const folder = await mountedFolder('/snowflake/session')
    expect(readFileSync(join(folder, 'token'), 'utf8')).toBe(first)
    writeFileSync(join(folder, 'token.new'), 'renewed')
    renameSync(join(folder, 'token.new'), join(folder, 'token'))
    expect(await asked.ask('read', path)).toBe('renewed')
  })

  test('has volumes that its user may write, and a stage that both sides see', async () => {
    await using asked = await service('ASKED', {
      container: `    volumeMounts:
    - { name: files, mountPath: /files }
    - { name: local, mountPath: /local }
    - { name: memory, mountPath: /memory }
    - { name: block, mountPath: /block }`,
      more: `  volumes:
  - { name: files, source: stage, uid: 1000, gid: 1000, stageConfig: { name: "@FILES/in" } }
  - { name: local, source: local }
  - { name: memory, source: memory, size: 16Mi }
  - { name: block, source: block, size: 1Gi, uid: 1000, gid: 1000 }`,
    })
    for (const volume of ['files', 'local', 'memory', 'block']) {
      expect(await asked.ask('write', `/${volume}/written.txt`)).toBe('written')
      expect(await asked.ask('list', `/${volume}`)).toBe('written.txt')
    }
    expect(await asked.ask('read', '/proc/mounts')).toMatch(/^tmpfs \/memory tmpfs .*size=16384k/m)
    const listed = toObjects(await session.execute('LIST @FILES'))
    expect(listed.map(({ name }) => name)).toEqual(['files/in/written.txt'])
    await session.execute('ALTER SERVICE ASKED SUSPEND')
    await session.execute('ALTER SERVICE ASKED RESUME')
    expect(await asked.ask('list', '/block')).toBe('written.txt')
    expect(await asked.ask('list', '/local')).toBe('')
  })

  test('says that a container took more memory than its limit', async () => {
    await using asked = await service('ASKED', {
      container: `    command: ["node", "-e", "const kept = []; for (;;) kept.push(Buffer.alloc(1 << 24, 1))"]
    resources: { requests: { memory: 64Mi }, limits: { memory: 128Mi, cpu: "64" } }`,
    })
    await expect(asked.ask('argv')).rejects.toThrow(/OOMKilled due to resource usage/)
    const [container] = await asked.containers()
    expect(container).toMatchObject({ status: 'FAILED', last_exit_code: 137 })
  })

  test('lets containers of one instance share its network, and one start again without the other', async () => {
    await using asked = await service('ASKED', {
      container: `    env: { NAME: asked }
    volumeMounts: [{ name: both, mountPath: /both }, { name: quick, mountPath: /quick }]
  - name: beside
    image: /docker_db/public/repo/asked:1
    env: { NAME: beside, PORT: 9191 }
    readinessProbe: { port: 9191, path: / }
    volumeMounts: [{ name: both, mountPath: /both }, { name: quick, mountPath: /quick }]`,
      more: `  volumes:
  - { name: both, source: local }
  - { name: quick, source: memory, size: 1Mi }`,
    })
    const beside = 'http://127.0.0.1:9191/'
    expect(await asked.ask('get', beside)).toBe('ok from beside')
    for (const folder of ['both', 'quick']) {
      await asked.ask('write', `/${folder}/written.txt`)
      const there = await docker('exec', await containerOf('beside'), 'ls', `/${folder}`)
      expect(there).toBe('written.txt')
    }
    await docker('kill', '--signal', 'KILL', await containerOf('asked'))
    expect(await asked.ask('get', beside)).toBe('ok from beside')
    expect(await asked.ask('list', '/both')).toBe('written.txt')
    expect(await asked.ask('list', '/quick')).toBe('written.txt')
    const restarts = (await asked.containers()).map((row) => [
      row['container_name'],
      row['restart_count'],
    ])
    expect(restarts).toEqual([
      ['asked', 1],
      ['beside', 0],
    ])
  })

  test('finds services by their names', async () => {
    await using asked = await service('ASKED')
    await using other = await service('OTHER_ONE', { container: '    env: { NAME: other }' })
    expect(await other.ask('argv')).toBe('from-image')
    const [shown] = toObjects(await session.execute("SHOW SERVICES LIKE 'OTHER_ONE'"))
    const name = String(shown?.['dns_name'])
    expect(name).toMatch(/^other-one\.\w+\.svc\.spcs\.internal$/)
    for (const host of [name, 'other-one', `instances.${name}`]) {
      expect(await asked.ask('get', `http://${host}:9090/`)).toBe('ok from other')
    }
  })

  test('lets nobody but its own containers in by the way that is theirs', async () => {
    await using asked = await service('ASKED')
    const port = (await asked.ask('env', 'SNOWFLAKE_PORT')) ?? ''
    const [network = ''] = (await docker('network', 'ls', '-q', ...ofAccount(directory))).split(
      '\n',
    )
    const format = '{{(index .IPAM.Config 0).Gateway}}'
    const gateway = await docker('network', 'inspect', network, '--format', format)
    const print = `require('node:http').get('http://${gateway}:${port}/', (response) =>
      console.log(response.statusCode)).on('error', (error) => console.log(error.code))`
    const elsewhere = await docker('run', '--rm', 'node:24-bookworm-slim', 'node', '-e', print)
    expect(elsewhere).toBe('ECONNRESET')
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', print])
    expect(stdout.trim()).toBe('ECONNRESET')
  })

  test('says what to do about an image that has no base', async () => {
    const { accessUrl } = emulator.connection
    const settings = {
      cmd: ['node', '/app/main.js'],
      workingDir: '/app',
      user: '',
      env: {},
      exposedPorts: [],
      labels: {},
    }
    const file = { path: 'app/main.js', content: Buffer.from('') }
    const image = composeImage({
      name: 'bare',
      platform: 'linux/amd64',
      layers: [await packLayer([file])],
      settings,
    })
    const repositoryUrl = `${new URL(accessUrl).host}/docker_db/public/repo`
    const credentials = session.registryCredentials(repositoryUrl)
    await pushImage(image, { repositoryUrl, credentials, tag: '1' })
    await using bare = await service('BARE', { image: 'bare:1' })
    await expect(bare.ask('argv')).rejects.toThrow(/fatal error while starting container/)
    expect((await bare.log(true)) + (await bare.log())).toContain(
      'Cannot start "node": the image has no such program, for it has no base image; build it with',
    )
  })
})

describe.skipIf(noEngine !== undefined)('an account with the docker runner that ends', () => {
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true })
    const images = await docker('images', '-q', '--filter', 'label=spcs.test=docker-runner')
    if (images !== '') await docker('rmi', '--force', ...new Set(images.split('\n')))
  })

  test('leaves nothing behind, and after kill -9 the next one cleans up', async () => {
    const words = ['local', '--runner', 'docker', '--directory', directory, '--port', '0', '--json']
    const killed = new SpcsProcess(words)
    {
      await using first = await sessionOf(killed)
      await first.session.execute('USE SCHEMA DOCKER_DB.PUBLIC')
      // It does not heed SIGTERM.
      const spec = { container: '    env: { STUBBORN: "yes" }' }
      await using stubborn = await service('STUBBORN', spec, first.session, 'KEEP')
      expect(await stubborn.ask('argv')).toBe('from-image')
    }
    const left = (await docker('ps', '-q', ...ofAccount(directory))).split('\n')
    expect(left).toHaveLength(2)
    killed.child.kill('SIGKILL')
    await killed.exitCode()
    expect((await docker('ps', '-q', ...ofAccount(directory))).split('\n')).toEqual(left)

    await using next = new SpcsProcess(words)
    {
      await using second = await sessionOf(next)
      await second.session.execute('USE SCHEMA DOCKER_DB.PUBLIC')
      const { rows } = await second.session.execute("SELECT ASK_STUBBORN('argv', '')")
      expect(rows).toEqual([['from-image']])
    }
    const now = (await docker('ps', '-aq', ...ofAccount(directory))).split('\n')
    expect(now).toHaveLength(2)
    expect(now.filter((id) => left.includes(id))).toEqual([])
    const before = performance.now()
    expect(await next.interrupt()).toBe(0)
    expect(performance.now() - before).toBeLessThan(5_000)
    expect(await docker('ps', '-aq', ...ofAccount(directory))).toBe('')
    expect(await docker('network', 'ls', '-q', ...ofAccount(directory))).toBe('')
    expect(await docker('volume', 'ls', '-q', ...ofAccount(directory))).toBe('')
  })
})

async function sessionOf(spcs: SpcsProcess) {
  const [, url = ''] = await spcs.prints(/"accessUrl": "(.*)"/)
  const opened = await connect({
    accessUrl: url,
    account: 'LOCAL',
    user: 'admin',
    password: 'admin',
  })
  return { session: opened, [Symbol.asyncDispose]: () => opened.close() }
}

/** A database with a pool and the image above. */
async function prepare(): Promise<void> {
  for (const statement of [
    'CREATE DATABASE DOCKER_DB',
    'USE SCHEMA DOCKER_DB.PUBLIC',
    'CREATE STAGE FILES',
    'CREATE IMAGE REPOSITORY REPO',
    'CREATE COMPUTE POOL POOL MIN_NODES = 1 MAX_NODES = 3 INSTANCE_FAMILY = CPU_X64_S',
  ]) {
    await session.execute(statement)
  }
  const { host } = new URL(emulator.connection.accessUrl)
  await pushWithDocker(session, IMAGE, `${host}/docker_db/public/repo/asked:1`)
  // From here on the account is the only one that has it; the layers of its base stay in the engine.
  await docker('rmi', IMAGE)
}

interface TestSpec {
  readonly image?: string
  /** Fields of its container, and of the whole. */
  readonly container?: string
  readonly more?: string
}

/** A service of the image above, and a function that asks it; is dropped at the end of the block. */
async function service(
  name: string,
  spec: TestSpec = {},
  of = session,
  end: 'DROP' | 'KEEP' = 'DROP',
) {
  await of.execute(`CREATE SERVICE ${name} IN COMPUTE POOL POOL FROM SPECIFICATION $$
spec:
  containers:
  - name: asked
    image: /docker_db/public/repo/${spec.image ?? 'asked:1'}
    readinessProbe: { port: 9090, path: / }
${spec.container ?? ''}
  endpoints:
  - { name: api, port: 9090 }
${spec.more ?? ''}
$$`)
  await of.execute(
    `CREATE OR REPLACE FUNCTION ASK_${name}(what VARCHAR, argument VARCHAR) RETURNS VARCHAR
     SERVICE = ${name} ENDPOINT = api AS '/ask'`,
  )
  return {
    ask: async (what: string, argument = ''): Promise<string | null> => {
      const { rows } = await of.execute(`SELECT ASK_${name}(?, ?)`, { binds: [what, argument] })
      return rows[0]?.[0] as string | null
    },
    log: async (previous = false): Promise<string> => {
      const { rows } = await of.execute(
        `SELECT SYSTEM$GET_SERVICE_LOGS('${name}', 0, 'asked', 1000, ${previous})`,
      )
      return String(rows[0]?.[0])
    },
    containers: async () =>
      toObjects(await of.execute(`SHOW SERVICE CONTAINERS IN SERVICE ${name}`)),
    [Symbol.asyncDispose]: async () => {
      if (end === 'DROP') await of.execute(`DROP SERVICE ${name} FORCE`)
    },
  }
}

/** The engine's id of the account's container with this name in its specification. */
async function containerOf(container: string): Promise<string> {
  const id = await docker('ps', '-q', ...ofAccount(directory), '--filter', `name=-${container}$`)
  expect(id).toMatch(/^\w+$/)
  return id
}

/** The folder of this machine that is mounted at a path of the one container that runs. */
async function mountedFolder(path: string): Promise<string> {
  const mounts = JSON.parse(
    await docker('inspect', await containerOf('asked'), '--format', '{{json .Mounts}}'),
  ) as { Source: string; Destination: string }[]
  return mounts.find(({ Destination }) => Destination === path)?.Source ?? ''
}
