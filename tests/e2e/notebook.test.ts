import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Session } from '@spcs/session'
import { toObjects } from '@spcs/sql'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, reportPage, watchForeignRequests } from './browser.ts'
import { SpcsProcess } from './spcs-process.ts'

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
let browser: Browser
let started: Started
let session: Session

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spcs-notebook-'))
  spcs = new SpcsProcess(['start', '--directory', directory, '--port', '0', '--json'])
  browser = await launchBrowser()
  const [text] = await spcs.prints(/^\{[\s\S]*^\}$/m)
  started = JSON.parse(text) as Started
  const { accessUrl, account, user, password } = started
  const place = { database: 'CONTAINER_HOL_DB', schema: 'PUBLIC', warehouse: 'CONTAINER_HOL_WH' }
  session = await connect({ accessUrl, account, user, password, ...place })
}, 120_000)

afterAll(async () => {
  await session?.close()
  await browser?.close()
  await spcs?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

function notebookUrl(): string {
  const found = started.urls.find(({ workload }) => workload === 'notebook')
  if (found === undefined) throw new Error('npm start printed no address of the notebook')
  return found.url
}

async function signIn(page: Page, user: string, password: string): Promise<void> {
  await page.goto(notebookUrl())
  await page.getByLabel('User').fill(user)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

describe('the notebook behind its public endpoint', () => {
  test('refuses an admin role and says why', async () => {
    const page = await browser.newPage()
    reportPage(page)
    await signIn(page, started.user, started.password)
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
    await signIn(page, started.signIn.user, started.signIn.password)

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
