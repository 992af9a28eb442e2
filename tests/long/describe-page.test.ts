import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { defineServiceFunction, serviceFunctions } from '@spcs/service-function'
import Fastify from 'fastify'
import type { Locator, Page } from 'playwright-core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { faultsIn } from '../e2e/axe.ts'
import { launchBrowser, reportPage, watchForeignRequests } from '../e2e/browser.ts'

const CONVERT_UDF = defineServiceFunction({
  name: 'CONVERT_UDF',
  path: '/convert',
  arguments: { temp_c: 'FLOAT' },
  returns: 'FLOAT',
  handler: (celsius) => (celsius * 9) / 5 + 32,
})

const MERGE = defineServiceFunction({
  name: 'MERGE',
  path: '/merge',
  arguments: { id: 'NUMBER', title: 'VARCHAR', is_new: 'BOOLEAN', more: 'VARIANT' },
  returns: 'VARIANT',
  nullHandling: 'called-on-null-input',
  handler: (values) => values,
})

const SLOW = defineServiceFunction({
  name: 'SLOW',
  path: '/slow',
  arguments: {},
  returns: 'VARCHAR',
  longRunning: true,
  contextHeaders: ['CURRENT_USER'],
  handler: async ({ headers }) => {
    await sleep(600)
    return headers.CURRENT_USER
  },
})

async function startService(): Promise<string> {
  const app = Fastify({ forceCloseConnections: true })
  onTestFinished(() => app.close())
  await app.register(serviceFunctions, { functions: [CONVERT_UDF, MERGE, SLOW] })
  return app.listen({ port: 0, host: '127.0.0.1' })
}

/** Opens the page; what its policy stops is collected. */
async function open(page: Page, url: string): Promise<readonly string[]> {
  const stopped: string[] = []
  page.on('console', (message) => void stopped.push(message.text()))
  page.setDefaultTimeout(15_000)
  reportPage(page)
  await page.goto(`${url}/describe`)
  return stopped
}

function tryForm(page: Page, name: string): Locator {
  return page.getByRole('form', { name: `Try ${name}` })
}

async function send(page: Page, name: string, status: string): Promise<string> {
  const found = tryForm(page, name)
  await found.getByRole('button').click()
  await found.getByRole('status').getByText(status).waitFor()
  return found.getByRole('status').locator('pre').innerText()
}

test('the page calls functions, with values as they are typed', async () => {
  const url = await startService()
  await using browser = await launchBrowser()
  const page = await browser.newPage()
  const foreign = watchForeignRequests(page, [new URL(url).host])
  const stopped = await open(page, url)

  await page.getByLabel('TEMP_C FLOAT').fill('12')
  expect(await send(page, 'CONVERT_UDF', '200 OK')).toBe('{"data":[[0,53.6]]}')
  await page.getByLabel('TEMP_C FLOAT').fill('warm')
  expect(await send(page, 'CONVERT_UDF', '400 Bad Request')).toContain('TEMP_C is \\"warm\\"')

  const merge = tryForm(page, 'MERGE')
  await merge.getByLabel('ID NUMBER').fill('12345678901234567890')
  await merge.getByLabel('TITLE VARCHAR').fill('Zoë\n"é"')
  await merge.getByLabel('IS_NEW BOOLEAN').selectOption('false')
  await merge.getByLabel('NULL for MORE').check()
  expect(await send(page, 'MERGE', '200 OK')).toBe(
    String.raw`{"data":[[0,{"id":12345678901234567890,"title":"Zoë\n\"é\"","is_new":false,"more":null}]]}`,
  )
  await merge.getByLabel('NULL for MORE').uncheck()
  await merge.getByLabel('MORE VARIANT').fill('{"a":')
  expect(await send(page, 'MERGE', 'Not sent: this is no JSON')).toBe('{"a":')

  await tryForm(page, 'SLOW').getByLabel('CURRENT_USER').fill('ZOË')
  expect(await send(page, 'SLOW', '200 OK')).toBe('{"data":[[0,"ZOË"]]}')
  expect([foreign, stopped.filter((text) => !text.includes('400'))]).toEqual([[], []])
})

test('the page has no accessibility fault, light or dark, and is as narrow as a phone', async () => {
  const url = await startService()
  await using browser = await launchBrowser()
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 } })
  await open(page, url)
  await send(page, 'CONVERT_UDF', '200 OK')
  await page.getByLabel('MORE VARIANT').fill('{')
  await send(page, 'MERGE', 'Not sent: this is no JSON')
  expect(await faultsIn(page, 'html')).toEqual([])
  await page.setViewportSize({ width: 420, height: 900 })
  expect(await faultsIn(page, 'html')).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(420)
})

test("the page's commands work in a shell", async () => {
  const url = await startService()
  const page = await (await fetch(`${url}/describe`)).text()
  const answers: string[] = []
  for (const [, code = ''] of page.matchAll(/<code>(curl .*?)<\/code>/gs)) {
    const text = code.replaceAll(/&#(\d+);/g, (_sign, sign) => String.fromCodePoint(Number(sign)))
    for (const command of text.split('\n\n')) {
      const run = async (): Promise<string> =>
        (await promisify(execFile)('sh', ['-c', command])).stdout
      // The GET of a long-running batch says nothing while that runs.
      answers.push(
        command.includes('-d ') ? await run() : await vi.waitUntil(run, { timeout: 10_000 }),
      )
    }
  }
  expect(answers).toEqual([
    '{"data":[[0,54.5],[1,66.2]]}',
    expect.stringContaining('"title":"Leeds"'),
    '',
    '{"data":[[0,"DEVELOPER"],[1,"DEVELOPER"]]}',
  ])
})
