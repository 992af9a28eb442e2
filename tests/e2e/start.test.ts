import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connect, type Session } from '@spcs/session'
import { toObjects } from '@spcs/sql'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, reportPage, watchForeignRequests } from './browser.ts'
import { SpcsProcess } from './spcs-process.ts'

const PLAIN_DRIVER = fileURLToPath(new URL('./plain-driver.mjs', import.meta.url))
const run = promisify(execFile)

interface Started {
  readonly accessUrl: string
  readonly account: string
  readonly user: string
  readonly password: string
  readonly urls: readonly { readonly workload: string; readonly url: string }[]
  readonly signIn: { readonly user: string; readonly password: string }
}

let directory: string
let spcs: SpcsProcess
let account: Started
let session: Session
let browser: Browser

// One account for all: a start deploys both workloads, which is most of what these tests take.
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spcs-start-'))
  browser = await launchBrowser()
  await start()
}, 120_000)

afterAll(async () => {
  await session?.close()
  await browser?.close()
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
  const place = { database: 'CONTAINER_HOL_DB', schema: 'PUBLIC', warehouse: 'CONTAINER_HOL_WH' }
  const { accessUrl, user, password } = account
  return connect({ accessUrl, account: account.account, user, password, ...place })
}

function notebookUrl(): string {
  const found = account.urls.find(({ workload }) => workload === 'notebook')
  if (found === undefined) throw new Error('npm start printed no address of the notebook')
  return found.url
}

async function signIn(page: Page, user: string, password: string): Promise<void> {
  await page.goto(notebookUrl())
  await page.getByLabel('User').fill(user)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
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

  test('lets a service sign in by the token in its session folder', async () => {
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    const token = files.find((file) => /^run\/.*\/session\/token$/.test(file)) ?? ''
    const { accessUrl, account: name } = account
    const tokenFilePath = join(directory, token)
    await using service = await connect({ accessUrl, account: name, tokenFilePath })
    expect((await service.execute('SELECT CURRENT_USER()')).rows).toEqual([
      [expect.stringMatching(/^(CONVERT_API|NOTEBOOK_SERVICE)$/)],
    ])
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

  describe('the notebook behind its public endpoint', () => {
    test('refuses an admin role and says why', async () => {
      const page = await browser.newPage()
      reportPage(page)
      await signIn(page, account.user, account.password)
      await page.getByText(/invalid consent request/i).waitFor()
      expect(await page.locator('body').innerText()).toMatch(/ACCOUNTADMIN/)
      await page.close()
    })

    test('runs the sample, keeps what was written over suspend and resume', async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 1400 } })
      const page = await context.newPage()
      reportPage(page)
      const foreign = watchForeignRequests(page, [new URL(notebookUrl()).host])
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(String(error)))
      await signIn(page, account.signIn.user, account.signIn.password)

      await page.getByRole('button', { name: /open the sample/i }).click()
      await page.getByRole('button', { name: 'Run all' }).click()
      const outputs = page.getByRole('group', { name: 'Output' })
      const weather = outputs.filter({ hasText: 'TEMP_F_SNOWPARK' })
      await weather.waitFor({ timeout: 30_000 })
      const table = await weather.innerText()
      const converted = [...table.matchAll(/(\d+\.\d) *\|$/gm)].map(([, degrees]) => degrees)
      expect(converted.join(' ')).toBe('59.0 68.0 62.6 66.2 55.4 51.8 69.8 60.8 64.4 53.6')
      const context0 = await outputs.filter({ hasText: 'CONTAINER_USER_ROLE' }).first().innerText()
      expect(context0).toMatch(/CONTAINER_HOL_WH.*CONTAINER_HOL_DB.*PUBLIC.*CONTAINER_USER_ROLE/s)

      // A cell of one's own, below the last.
      await page
        .getByRole('region', { name: /SQL cell/ })
        .last()
        .click({ position: { x: 5, y: 5 } })
      await page.keyboard.press('b')
      await page.keyboard.press('y')
      await page.keyboard.press('Enter')
      // The image brings the packages that cells import.
      await page.keyboard.type('import { plot } from "@observablehq/plot"; const kept = 6 * 7; ')
      await page.keyboard.type('`the answer is ${kept}, a ${typeof plot}`')
      await page.keyboard.press('Control+Enter')
      await outputs.filter({ hasText: 'the answer is 42, a function' }).waitFor()
      await page.keyboard.press('Control+s')
      await page.getByText(/^Saved/).waitFor()

      const listed = toObjects(await session.execute('LIST @VOLUMES/notebook'))
      const names = listed.map(({ name }) => String(name))
      expect(names.some((name) => name.endsWith('.ipynb'))).toBe(true)

      await session.execute('ALTER SERVICE NOTEBOOK_SERVICE SUSPEND')
      await session.execute('ALTER SERVICE NOTEBOOK_SERVICE RESUME')
      // The endpoint answers again once the new instance is ready; ingress waits for it.
      await page.reload()
      await outputs.filter({ hasText: 'the answer is 42' }).waitFor({ timeout: 30_000 })
      expect(await weather.innerText()).toBe(table)
      expect(await page.locator('body').innerText()).toContain('const kept = 6 * 7')

      expect(foreign).toEqual([])
      expect(problems).toEqual([])
      await context.close()
    })
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
