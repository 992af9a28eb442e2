import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportHtml } from '@spcs/notebook/formats/export-html'
import { atOnce } from '@spcs/notebook/formats/steps'
import { hostileNotebook, PAYLOADS } from '@spcs/notebook/formats/testing/hostile-notebook'
import { parseNotebook } from '@spcs/notebook/notebook/ipynb'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NotebookServer } from '../notebook/notebook-server.ts'
import { launchBrowser, reportPage } from './browser.ts'

let browser: Browser
let server: NotebookServer

beforeAll(async () => {
  ;[browser, server] = await Promise.all([launchBrowser(), NotebookServer.start()])
})
afterAll(async () => {
  await browser.close()
  await server[Symbol.asyncDispose]()
})

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(server.directory, name), text)
}

function notebookText(...cells: readonly object[]): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells })
}

/** Shows documents as another site would, each under an address of its own. */
async function openExported(page: Page, html: string): Promise<void> {
  await page.unrouteAll()
  await page.route('http://exported.test/', (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }),
  )
  await page.goto('http://exported.test/')
}

describe('an exported HTML document', () => {
  test('runs nothing and asks for nothing, whatever is in the notebook (CVE-2021-32862)', async () => {
    const page = await browser.newPage()
    const hits: string[] = []
    // What the policy stops does not come to here.
    const foreign: string[] = []
    await page.context().route('http://foreign.test/**', (route) => {
      foreign.push(route.request().url())
      return route.abort()
    })
    page.on('dialog', (dialog) => void dialog.dismiss())
    await page.exposeFunction('hit', () => hits.push(page.url()))
    const books = PAYLOADS.map((payload) => parseNotebook(hostileNotebook(payload)).notebook)
    const cells = books.flatMap((book) => book.cells)
    await openExported(page, atOnce(exportHtml({ cells, metadata: {} }, PAYLOADS.join(''))))
    const strange = await page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) => [
        ...(element.matches('script, link, base, form, object, embed, svg')
          ? [element.tagName]
          : []),
        ...element.getAttributeNames().filter((name) => name.startsWith('on')),
      ]),
    )
    expect(strange).toEqual([])
    expect(page.url()).toBe('http://exported.test/')
    expect(hits).toEqual([])
    expect(foreign).toEqual([])
    await page.close()
  })

  test('shows HTML of a cell in its frame, and follows the reader in light and dark', async () => {
    const page = await browser.newPage({ colorScheme: 'dark' })
    const data = { 'text/html': '<b style="color: rgb(1, 2, 3)">bold</b>' }
    const outputs = [{ output_type: 'display_data', data, metadata: {} }]
    const cell = { cell_type: 'code', id: 'a', metadata: {}, source: 'x', outputs }
    const { notebook } = parseNotebook(notebookText({ ...cell, execution_count: 1 }))
    await openExported(page, atOnce(exportHtml(notebook, 'a.ipynb')))
    const bold = page.frameLocator('iframe').locator('b')
    expect(await bold.evaluate((element) => getComputedStyle(element).color)).toBe('rgb(1, 2, 3)')
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(await background()).toBe('rgb(23, 27, 33)')
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await background()).toBe('rgb(255, 255, 255)')
    await page.close()
  })
})

describe('the page', () => {
  test('exports by the keyboard, opens Markdown as a notebook, and keeps cells of other languages', async () => {
    await write('a.md', '# Imported\n\n```python\nx = 1\n```\n')
    const source = 'const answer = 42'
    await write(
      'b.ipynb',
      notebookText({
        cell_type: 'code',
        id: 'a',
        metadata: {},
        source,
        outputs: [],
        execution_count: null,
      }),
    )
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    reportPage(page)
    await page.goto(server.url('b.ipynb'))
    const button = page.getByRole('button', { name: 'Export' })
    await button.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    const downloading = page.waitForEvent('download')
    await page.keyboard.press('Enter')
    const download = await downloading
    expect(download.suggestedFilename()).toBe('b.md')
    expect(await readFile(await download.path(), 'utf8')).toBe(`\`\`\`ts\n${source}\n\`\`\`\n`)
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.keyboard.press('Control+Shift+P')
    await page.keyboard.type('as typescript')
    const again = page.waitForEvent('download')
    await page.keyboard.press('Enter')
    expect((await again).suggestedFilename()).toBe('b.mts')

    await page.getByRole('link', { name: 'a.md', exact: true }).first().focus()
    await page.getByRole('button', { name: 'Make a notebook of a.md' }).press('Enter')
    await page.getByRole('heading', { name: 'Imported' }).waitFor()
    await page.getByLabel('Python cell 2').waitFor()
    const note = page.getByRole('main').getByRole('status')
    await note.getByText('One cell is not quite as in the other program').click()
    await note.getByText('Cell 2 is written in Python').waitFor()
    expect(await readFile(join(server.directory, 'a.md'), 'utf8')).toContain('# Imported')
    await page.close()
  })
})
