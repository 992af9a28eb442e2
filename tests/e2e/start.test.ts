import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connect, type Session } from '@spcs/session'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spcs-start-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function startAccount(): SpcsProcess {
  return new SpcsProcess(['start', '--directory', directory, '--port', '0', '--json'])
}

async function started(spcs: SpcsProcess): Promise<Started> {
  const [text] = await spcs.prints(/^\{[\s\S]*^\}$/m)
  return JSON.parse(text) as Started
}

function open({ accessUrl, account, user, password }: Started): Promise<Session> {
  const place = { database: 'CONTAINER_HOL_DB', schema: 'PUBLIC' }
  return connect({ accessUrl, account, user, password, ...place })
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
  test('serves any other program, and leaves nothing behind after Ctrl-C', async () => {
    await using spcs = startAccount()
    const account = await started(spcs)
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
    const pids = servicePids()
    expect(pids.length).toBeGreaterThan(0)
    expect(pids.every(isAlive)).toBe(true)

    expect(await spcs.interrupt()).toBe(0)
    expect(pids.some(isAlive)).toBe(false)
    expect(await isListening(account.accessUrl)).toBe(false)
  })

  test('finds its state again, also after it was killed, and ends what that left running', async () => {
    let left: number[]
    {
      await using spcs = startAccount()
      await using session = await open(await started(spcs))
      await session.execute('CREATE TABLE KEPT AS SELECT 42 AS ANSWER')
      left = servicePids()
      spcs.child.kill('SIGKILL')
      await spcs.exitCode()
    }
    await using again = startAccount()
    await using session = await open(await started(again))
    expect(left.some(isAlive)).toBe(false)
    const { rows } = await session.execute('SELECT ANSWER FROM KEPT')
    expect(rows).toEqual([[42]])
    const converted = await session.execute('SELECT CONVERT_UDF(100)')
    expect(converted.rows).toEqual([[212]])
    expect(again.stderr).not.toContain('Create table WEATHER')
  })

  test('restarts a service that was killed, and says so', async () => {
    await using spcs = startAccount()
    await using session = await open(await started(spcs))
    const [pid] = servicePids()
    if (pid === undefined) throw new Error('no service runs')
    process.kill(pid, 'SIGKILL')
    const { rows } = await session.execute('SELECT CONVERT_UDF(12)')
    expect(rows).toEqual([[53.6]])
    const containers = await session.execute('SHOW SERVICE CONTAINERS IN SERVICE CONVERT_API')
    const restarts = containers.columns.findIndex((column) => column.name === 'restart_count')
    expect(containers.rows[0]?.[restarts]).toBe(1)
    expect(readFileSync(join(directory, 'account.json'), 'utf8')).toContain('"pid"')
  })
})
