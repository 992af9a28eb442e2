import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repositoryUrl } from '@spcs/deploy'
import { startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { toObjects } from '@spcs/sql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SpcsProcess } from '../e2e/spcs-process.ts'
import { pushProgram } from '../services/push-program.ts'

const INSTANCES = 3
const CONTAINERS = ['api', 'proxy']
const LINES_PER_SECOND = 500
const WANTED_LINES = 20_000
const SERVICE = 'CONTAINER_HOL_DB.PUBLIC.TALKER'

/** Prints numbered lines at an even rate, to both streams; its last line says how many there were. */
const TALKER = `
  const run = process.env.NAME + '-' + process.pid + '-' + Date.now()
  const started = performance.now()
  const filler = 'x'.repeat(60)
  let count = 0
  setInterval(() => {
    const due = (performance.now() - started) / 1000 * ${LINES_PER_SECOND / INSTANCES / CONTAINERS.length}
    while (count < due) {
      const stream = count % 5 === 0 ? process.stderr : process.stdout
      stream.write(run + ' ' + count++ + ' ' + filler + '\\n')
    }
  }, 10)
  process.on('SIGTERM', () => {
    process.stdout.write(run + ' end ' + count + '\\n', () => process.exit(0))
  })
`

/** Prints a few lines and ends, as an app that lacks something does. */
const CRASHER = `
  const run = 'crash-' + process.pid + '-' + Date.now()
  for (let count = 0; count < 5; count += 1) console.log(run + ' ' + count)
  console.error(run + ' end 5')
  setTimeout(() => process.exit(1), 100)
`

/** What was read of one run of a container. */
interface Run {
  readonly numbers: number[]
  /** How many lines it says it printed; undefined while it goes on. */
  count: number | undefined
}

let directory: string
let session: Session
let emulator: Awaited<ReturnType<typeof startEmulator>>

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spcs-logs-'))
  emulator = await startEmulator({ directory, port: 0 })
  session = await connect(emulator.connection)
  for (const sql of [
    'CREATE ROLE CONTAINER_USER_ROLE',
    'CREATE DATABASE CONTAINER_HOL_DB',
    'CREATE WAREHOUSE CONTAINER_HOL_WH',
    'CREATE IMAGE REPOSITORY CONTAINER_HOL_DB.PUBLIC.IMAGE_REPO',
    `CREATE COMPUTE POOL POOL MIN_NODES = ${INSTANCES} MAX_NODES = ${INSTANCES} INSTANCE_FAMILY = CPU_X64_M INITIALLY_SUSPENDED = TRUE AUTO_RESUME = FALSE`,
    'GRANT ROLE CONTAINER_USER_ROLE TO USER ADMIN',
    'GRANT USAGE ON DATABASE CONTAINER_HOL_DB TO ROLE CONTAINER_USER_ROLE',
    'GRANT USAGE ON SCHEMA CONTAINER_HOL_DB.PUBLIC TO ROLE CONTAINER_USER_ROLE',
    'GRANT USAGE ON WAREHOUSE CONTAINER_HOL_WH TO ROLE CONTAINER_USER_ROLE',
  ]) {
    await session.execute(sql)
  }
})

afterAll(async () => {
  await session?.close()
  await emulator?.close()
  rmSync(directory, { recursive: true, force: true })
})

test('spcs logs -f loses and doubles no line over 3 instances, 2 containers and an upgrade', async () => {
  const image = await push('talker', TALKER)
  await session.execute(
    `CREATE SERVICE ${SERVICE} IN COMPUTE POOL POOL ${specification(image, 'one')} MIN_INSTANCES = ${INSTANCES}`,
  )
  await session.execute(`GRANT MONITOR ON SERVICE ${SERVICE} TO ROLE CONTAINER_USER_ROLE`)
  await using follower = new SpcsProcess([
    'logs',
    '-f',
    'TALKER',
    '--lines',
    '100000',
    '--json',
    '--directory',
    directory,
  ])

  await until(follower, () => follower.stderr.includes('✔ Connect'))
  await session.execute('ALTER COMPUTE POOL POOL RESUME')

  await reads(follower, WANTED_LINES * 0.3)
  await session.execute(`ALTER SERVICE ${SERVICE} ${specification(image, 'two')}`)
  await reads(follower, WANTED_LINES)
  await untilUpgraded()
  expect(await follower.interrupt(), follower.stderr).toBe(0)

  const { runs, notices } = readRuns(follower.stdout)
  expect(notices).toEqual([])
  const ended = [...runs.values()].filter(({ count }) => count !== undefined)
  expect(runs.size).toBe(2 * INSTANCES * CONTAINERS.length)
  expect(ended.length).toBe(INSTANCES * CONTAINERS.length)
  for (const [name, { numbers, count }] of runs) {
    const sorted = numbers.toSorted((a, b) => a - b)
    expect(sorted, name).toEqual(Array.from({ length: count ?? sorted.length }, (_, n) => n))
  }
}, 120_000)

test('spcs logs -f tells whole runs of a container that crashes again and again', async () => {
  await session.execute('ALTER COMPUTE POOL POOL RESUME')
  const image = await push('crasher', CRASHER)
  await session.execute(`CREATE SERVICE CONTAINER_HOL_DB.PUBLIC.CRASHER IN COMPUTE POOL POOL FROM SPECIFICATION $$
spec:
  containers:
  - { name: crasher, image: ${image} }
$$`)
  await session.execute(
    'GRANT MONITOR ON SERVICE CONTAINER_HOL_DB.PUBLIC.CRASHER TO ROLE CONTAINER_USER_ROLE',
  )
  const words = ['logs', '-f', 'CRASHER', '--previous', '--json', '--directory', directory]
  await using follower = new SpcsProcess(words)
  await until(follower, () => [...readRuns(follower.stdout).runs].length > 4)
  expect(await follower.interrupt(), follower.stderr).toBe(0)
  for (const [name, { numbers, count }] of [...readRuns(follower.stdout).runs].slice(0, -1)) {
    expect([...numbers.toSorted((a, b) => a - b), count], name).toEqual([0, 1, 2, 3, 4, 5])
  }
}, 120_000)

async function push(name: string, program: string): Promise<string> {
  const url = await repositoryUrl(session, 'CONTAINER_HOL_DB.PUBLIC.IMAGE_REPO')
  return pushProgram(session, url, { name, program })
}

function specification(image: string, version: string): string {
  const containers = CONTAINERS.map(
    (name) => `
  - name: ${name}
    image: ${image}
    env: { NAME: ${name}, VERSION: ${version} }`,
  )
  return `FROM SPECIFICATION $$
spec:
  containers:${containers.join('')}
$$`
}

/** Until the follower has printed so many lines. */
function reads(follower: SpcsProcess, lines: number): Promise<void> {
  return until(follower, () => follower.stdout.split('\n').length > lines)
}

async function until(follower: SpcsProcess, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    if (follower.child.exitCode !== null) throw new Error(follower.stderr)
  }
}

async function untilUpgraded(): Promise<void> {
  for (;;) {
    const [service] = toObjects(await session.execute(`DESCRIBE SERVICE ${SERVICE}`))
    if (service?.['is_upgrading'] === 'false') return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function readRuns(stdout: string): { runs: Map<string, Run>; notices: string[] } {
  const runs = new Map<string, Run>()
  const notices: string[] = []
  for (const json of stdout.split('\n').slice(0, -1)) {
    const { text, notice } = JSON.parse(json) as { text?: string; notice?: string }
    if (notice !== undefined) notices.push(notice)
    const [name = '', number, count] = text?.split(' ') ?? []
    const run = runs.get(name) ?? { numbers: [], count: undefined }
    runs.set(name, run)
    if (number === 'end') run.count = Number(count)
    else run.numbers.push(Number(number))
  }
  return { runs, notices }
}
