import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connect, type Session } from '@spcs/session'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SpcsProcess } from './spcs-process.ts'

const PLAIN_DRIVER = fileURLToPath(new URL('./plain-driver.mjs', import.meta.url))
const run = promisify(execFile)

interface Started {
  readonly accessUrl: string
  readonly account: string
  readonly user: string
  readonly password: string
}

let directory: string
let spcs: SpcsProcess
let account: Started
let session: Session

// One account for all: a start deploys both workloads, which is most of what these tests take.
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spcs-start-'))
  await start()
}, 120_000)

afterAll(async () => {
  await session?.close()
  await spcs?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

async function start(): Promise<void> {
  spcs = new SpcsProcess(['start', '--directory', directory, '--port', '0', '--json'])
  const [text] = await spcs.prints(/^\{[\s\S]*^\}$/m)
  account = JSON.parse(text) as Started
  session = await open()
}

function open(): Promise<Session> {
  const place = { database: 'CONTAINER_HOL_DB', schema: 'PUBLIC' }
  const { accessUrl, user, password } = account
  return connect({ accessUrl, account: account.account, user, password, ...place })
}

/** The processes that the account's services run in now. */
function servicePids(): number[] {
  return readdirSync(join(directory, 'run'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => Number(name.replace('.json', '')))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function isListening(url: string): Promise<boolean> {
  const socket = connectSocket(Number(new URL(url).port), '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

describe('spcs start', () => {
  test('serves any other program', async () => {
    const { stdout } = await run(process.execPath, [PLAIN_DRIVER, account.accessUrl], {
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    })
    expect(JSON.parse(stdout)).toEqual({
      one: [{ F: 53.6 }],
      all: [
        { LOCATION: 'Manchester', TEMP_F: 68 },
        { LOCATION: 'Newcastle', TEMP_F: 70 },
      ],
    })
  })

  test('restarts a service that was killed, and says so', async () => {
    for (const pid of servicePids()) process.kill(pid, 'SIGKILL')
    const { rows } = await session.execute('SELECT CONVERT_UDF(12)')
    expect(rows).toEqual([[53.6]])
    const containers = await session.execute('SHOW SERVICE CONTAINERS IN SERVICE CONVERT_API')
    const restarts = containers.columns.findIndex((column) => column.name === 'restart_count')
    expect(containers.rows[0]?.[restarts]).toBe(1)
    expect(readFileSync(join(directory, 'account.json'), 'utf8')).toContain('"pid"')
  })

  test('finds its state again after it was killed, and ends what that left running', async () => {
    await session.execute('CREATE TABLE KEPT AS SELECT 42 AS ANSWER')
    const left = servicePids()
    expect(left.some(isAlive)).toBe(true)
    spcs.child.kill('SIGKILL')
    await spcs.exitCode()
    await start()
    expect(left.some(isAlive)).toBe(false)
    const { rows } = await session.execute('SELECT ANSWER FROM KEPT')
    expect(rows).toEqual([[42]])
    const converted = await session.execute('SELECT CONVERT_UDF(100)')
    expect(converted.rows).toEqual([[212]])
    expect(spcs.stderr).not.toContain('Create table WEATHER')
  })

  test('leaves nothing behind after Ctrl-C', async () => {
    await session.close()
    const pids = servicePids()
    expect(pids.length).toBeGreaterThan(0)
    expect(pids.every(isAlive)).toBe(true)
    expect(await spcs.interrupt()).toBe(0)
    expect(pids.some(isAlive)).toBe(false)
    expect(await isListening(account.accessUrl)).toBe(false)
  })
})
