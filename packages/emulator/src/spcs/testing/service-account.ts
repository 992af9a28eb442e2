import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from '../../account.ts'
import type { ImageRepository } from '../../catalog/objects.ts'
import { DirectoryStageFiles } from '../../catalog/directory-stage-files.ts'
import type { Cell } from '../../statement-result.ts'
import {
  rowsOf,
  temporaryDirectory,
  type TestAccount,
  testAccount,
  TEST_TIME,
} from '../../testing/test-account.ts'
import { computePoolCommands } from '../commands/compute-pool.ts'
import { imageRepositoryCommands } from '../commands/image-repository.ts'
import { serviceCommands } from '../commands/service.ts'
import { serviceFunctionCommands } from '../commands/service-function.ts'
import { DirectoryImageStore } from '../directory-image-store.ts'
import { ProcessRunner } from '../process-runner.ts'
import { Services, type ServicesOptions } from '../services.ts'
import { serviceSystemFunctions } from '../system-functions.ts'
import { pushImage, type TestImage } from './push-image.ts'

const commands = [
  computePoolCommands,
  imageRepositoryCommands,
  serviceCommands,
  serviceFunctionCommands,
].flat()

/** An account whose services really run, in a folder of its own. */
export interface ServiceAccount extends TestAccount, AsyncDisposable {
  readonly services: Services
  readonly directory: string
  /** Rows as objects. */
  show(sql: string): Promise<Record<string, string | null>[]>
  /** Calls a `SYSTEM$…` function. */
  system(name: string, ...args: Cell[]): Promise<string | null>
  /** Puts an image into DB.PUBLIC.IMAGE_REPO; returns its digest. */
  push(image: Partial<TestImage>): Promise<string>
}

/** Tests wait for events, so everything that takes time on purpose takes little. */
const QUICK: NonNullable<ServicesOptions['timing']> = {
  poolStartMs: 5,
  poolShrinkMs: 30,
  firstProbesMs: 20,
  settleMs: 20,
  restartMs: 20,
  mostRestartMs: 50,
  drainMs: 2_000,
  graceMs: 2_000,
  stopGraceMs: 500,
  endpointWaitMs: 10_000,
  endpointProvisionMs: 60_000,
}

/** Database DB with schema PUBLIC, which the session is in, and image repository IMAGE_REPO. */
export function serviceAccount(
  options: Partial<ServicesOptions> & { readonly account?: Partial<Account> } = {},
): ServiceAccount {
  const directory = options.directory ?? temporaryDirectory()
  const images = new DirectoryImageStore(join(directory, 'registry'))
  const stages = new DirectoryStageFiles(join(directory, 'stages'))
  const tested = testAccount(
    { images, stages, now: () => new Date(), ...options.account },
    { commands, session: { database: 'DB', schema: 'PUBLIC' } },
  )
  const { account } = tested
  const made = { createdOn: TEST_TIME, owner: 'ACCOUNTADMIN', comment: '' }
  const { catalog } = account
  catalog.databases.put({ ...made, kind: 'DATABASE', name: 'DB', transient: false })
  catalog.schemas.put({ ...made, kind: 'SCHEMA', database: 'DB', name: 'PUBLIC' })
  const repository: ImageRepository = {
    ...made,
    kind: 'IMAGE REPOSITORY',
    database: 'DB',
    schema: 'PUBLIC',
    name: 'IMAGE_REPO',
    encryption: 'SNOWFLAKE_SSE',
  }
  catalog.imageRepositories.put(repository)
  const timing = { ...QUICK, ...options.timing }
  const runner =
    options.runner ??
    new ProcessRunner({
      images,
      imagesDirectory: join(directory, 'images'),
      runDirectory: join(directory, 'run'),
    })
  const services = new Services(account, { directory, timing, runner })
  Object.assign(account, { services })
  return {
    ...tested,
    services,
    directory,
    show: async (sql) => rowsOf(await tested.run(sql)),
    system: async (name, ...args) => {
      const call = serviceSystemFunctions[name]
      if (call === undefined) throw new Error(`no function ${name}`)
      return call(args, tested.context())
    },
    push: (image) => pushImage(images, repository, { ...TINY, ...image }),
    [Symbol.asyncDispose]: async () => {
      await services.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A service of a few lines: answers probes, tells what it sees, converts like the quickstart. */
const TINY_SERVER = `
  const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs')
  const { dirname } = require('node:path')
  const { createServer } = require('node:http')
  const { spawn } = require('node:child_process')
  const answers = {
    '/healthcheck': () => 'ok',
    '/env': () => JSON.stringify(process.env),
    '/pid': () => String(process.pid),
    '/token': () => readFileSync('/snowflake/session/token', 'utf8'),
    '/files': (body) => readFileSync(body, 'utf8'),
    '/write': (body) => {
      mkdirSync(dirname(body), { recursive: true })
      writeFileSync(body, 'from inside')
      return 'written'
    },
    '/append': (body) => { appendFileSync(body, 'more'); return 'written' },
    '/version': () => process.env.VERSION ?? process.version,
    '/spawn': () => String(spawn('sleep', ['600']).pid),
    '/exit': (body) => process.exit(Number(body)),
    '/convert': (body) => {
      const { data } = JSON.parse(body)
      return JSON.stringify({ data: data.map(([row, c]) => [row, c * 9 / 5 + 32]) })
    },
    '/reject': () => { throw new Error('row 0 is bad') },
  }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => { body += chunk })
    request.on('end', () => {
      console.log(request.method, request.url)
      const delay = request.method === 'POST' ? Number(process.env.DELAY ?? 0) : 0
      setTimeout(() => answer(request, response, body), delay)
    })
  })
  const answer = (request, response, body) => {
    try { response.end(answers[request.url](body)) }
    catch (error) { response.writeHead(400).end(error.message) }
  }
  server.listen(Number(process.env.PORT ?? 9090), () => console.log('listening'))
  if (process.env.STUBBORN === undefined) process.on('SIGTERM', () => process.exit(0))
  else process.on('SIGTERM', () => console.log('no'))
`

const TINY: TestImage = {
  name: 'tiny',
  tag: 'dev',
  layers: [{ 'app/main.js': TINY_SERVER }],
  config: { Cmd: ['node', '/app/main.js'], WorkingDir: '/app' },
}

/** A specification that runs the tiny server, as CREATE SERVICE takes it. */
export function tinySpec(more: { container?: string; spec?: string } = {}): string {
  return `$$
spec:
  containers:
  - name: tiny
    image: /db/public/image_repo/tiny:dev
    readinessProbe: { port: 9090, path: /healthcheck }
${more.container ?? ''}
  endpoints:
  - { name: api, port: 9090 }
${more.spec ?? ''}
$$`
}
