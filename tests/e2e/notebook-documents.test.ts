import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { NotebookServer } from '../notebook/notebook-server.ts'
import { launchBrowser, reportPage } from './browser.ts'

/** One pixel. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let server: NotebookServer
let browser: Browser & AsyncDisposable

beforeAll(async () => {
  server = await NotebookServer.start()
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

test('a notebook is worked on with the keyboard alone', async () => {
  mkdirSync(join(server.directory, 'plots'))
  writeFileSync(join(server.directory, 'plots/a dot.png'), Buffer.from(PNG, 'base64'))
  writeNotebook('tour.ipynb', [
    markdown('m1', '# Weather\n\nWith $x^2$ and ![a dot](plots/a%20dot.png), ![none](none.png).'),
    code('c1', 'const towns = ["Bern", "Chur"]'),
    markdown('m2', '## Counts'),
    code('c2', 'towns.length'),
    code('c3', `console.log("towns of", towns) // ${'a'.repeat(40)}`),
  ])
  const page = await openPage('tour.ipynb')
  const { keyboard } = page
  const cell = (id: string): Locator => page.locator(`.cell[data-cell="${id}"]`)
  await page.locator('.formula .katex').waitFor()
  const dot = page.getByRole('img', { name: 'a dot' })
  await vi.waitFor(async () => {
    expect(await dot.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
  })
  await page.getByText('[image: none]').waitFor()

  // Several cells at once: everything from the second on is run.
  await cell('m1').focus()
  await press(page, 'j', 'Control+Shift+ArrowDown')
  await cell('c3').getByText("towns of [ 'Bern', 'Chur' ]").waitFor()

  // What is edited and run again makes stale what takes its name; one key runs that.
  await keyboard.press('Enter')
  await keyboard.press('Control+End')
  await keyboard.type('.concat("Zug")')
  await cell('c1').getByText('Edited since it ran').waitFor()
  await keyboard.press('Control+Enter')
  const stale = page.getByText('towns was declared again since it ran')
  await vi.waitFor(async () => expect(await stale.count()).toBe(2))
  await press(page, 'Shift+R')
  await cell('c3').getByText("'Zug'").waitFor()
  expect(await stale.count()).toBe(0)

  // A section is folded and found again by the outline.
  await cell('c1').focus()
  await press(page, 'ArrowLeft')
  await expectOrder(page, ['m1'])
  await press(page, 'Shift+O')
  await page.getByRole('navigation', { name: 'Outline' }).getByText('Counts').click()
  await expectOrder(page, ['m1', 'c1', 'm2', 'c2', 'c3'])

  // Found, replaced and undone in all cells.
  await keyboard.press('Control+f')
  await keyboard.type('t(ow)ns', { delay: 5 })
  await page.getByRole('button', { name: 'Regular expression' }).click()
  await page.getByText('4 found').waitFor()
  await page.getByLabel('Replace with').fill('$1ners')
  await page.getByRole('button', { name: 'Replace all' }).click()
  await cell('c2').getByText('owners.length').waitFor()
  await page.getByRole('button', { name: 'Undo in 3 cells' }).click()
  await cell('c2').getByText('towns.length').waitFor()
  await page.getByLabel('Find', { exact: true }).fill('(a+)+b')
  await page.getByText('This pattern takes too long and was stopped').waitFor()
  await keyboard.press('Escape')

  // The palette knows what no key does.
  await cell('c1').focus()
  await press(page, 'p', 'Control+Shift+P')
  await keyboard.type('clear outputs all')
  await keyboard.press('Enter')
  await vi.waitFor(async () => expect(await page.locator('.cell-outputs').count()).toBe(0))
  await cell('c1').getByText('Parameters').waitFor()
  await page.keyboard.press('Control+s')
  await vi.waitFor(() => {
    const file = readFileSync(join(server.directory, 'tour.ipynb'), 'utf8')
    expect(file).toContain('"parameters"')
  })
  await page.context().close()
})

test('cells go from one notebook to another or to the printer, and nothing in them is trusted (CVE-2026-102831)', async () => {
  const html = { 'text/html': '<b>bold</b><script>1</script>' }
  const display = { output_type: 'display_data', data: html, metadata: {} }
  writeNotebook('from.ipynb', [
    { ...code('a', 'display.html("x")'), outputs: [display] },
    markdown('b', 'some *text*'),
  ])
  const below = Array.from({ length: 150 }, (_, at) => code(`c${at}`, `${at}`))
  writeNotebook('to.ipynb', [code('c', '1'), ...below])
  const from = await openPage('from.ipynb')
  await from.locator('.cell[data-cell="a"]').focus()
  await press(from, 'Shift+ArrowDown', 'c')
  const to = await from.context().newPage()
  await to.goto(server.url('to.ipynb'))
  await to.locator('.cell[data-cell="c"]').focus()
  await to.keyboard.press('Control+v')
  await to.getByText('some text').waitFor()
  const frame = to.locator('.cell').nth(1).locator('iframe')
  await frame.waitFor()
  expect(await frame.getAttribute('src')).toBe('/output-frame')
  expect(await to.locator('.cell').count()).toBe(153)

  // The printer gets them all, and nothing of what is around them.
  const shown = to.locator('.cell:not(.far)')
  expect(await shown.count()).toBeLessThan(153)
  await to.emulateMedia({ media: 'print' })
  await to.evaluate(() => dispatchEvent(new Event('beforeprint')))
  expect(await shown.evaluateAll(seen)).toBe(153)
  expect(await to.locator('.top-bar, .bottom-panel, .files, .insert').evaluateAll(seen)).toBe(0)
  await from.context().close()
})

test('a thousand cells: those far away are boxes, and the last one is a key away', async () => {
  const long = Array.from({ length: 1000 }, (_, at) =>
    at % 10 === 0
      ? markdown(`cell-${at}`, `## Part ${at}`)
      : code(`cell-${at}`, `// step ${at}\n1`),
  )
  writeNotebook('long.ipynb', long)
  const page = await openPage('long.ipynb')
  await page.locator('.cell[data-cell="cell-0"]').focus()
  expect(await page.locator('.cell').count()).toBe(1000)
  expect(await page.locator('.cell:not(.far)').count()).toBeLessThan(100)

  // What is pressed on a cell that is only partly seen stays under the pointer, or the click would go elsewhere.
  const main = page.locator('.notebook-main')
  const partly = page.locator('.cell[data-cell="cell-12"]')
  await partly.evaluate((cell) => {
    const scroller = cell.closest('.notebook-main')
    if (scroller === null) return
    const { bottom } = scroller.getBoundingClientRect()
    scroller.scrollTop += cell.getBoundingClientRect().top + 50 - bottom
  })
  await partly.getByRole('button', { name: 'Run this cell' }).hover()
  const before = await main.evaluate(({ scrollTop }) => scrollTop)
  await page.mouse.down()
  expect(await partly.getAttribute('aria-current')).toBe('true')
  expect(await main.evaluate(({ scrollTop }) => scrollTop)).toBe(before)
  await page.mouse.move(600, 300)
  await page.mouse.up()

  await page.keyboard.press('End')
  const last = page.locator('.cell[data-cell="cell-999"]')
  await last.getByText('// step 999').waitFor()
  await vi.waitFor(async () => {
    const box = await last.boundingBox()
    expect(box !== null && box.y > 0 && box.y + box.height < 900).toBe(true)
  })
  expect(await last.evaluate((element) => element === document.activeElement)).toBe(true)
  await page.context().close()
})

async function openPage(name: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  reportPage(page)
  await page.goto(server.url(name))
  await page.locator('.cell').first().waitFor()
  return page
}

/** How many elements take up room. */
function seen(elements: readonly Element[]): number {
  return elements.filter((element) => element.checkVisibility()).length
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

async function expectOrder(page: Page, ids: readonly string[]): Promise<void> {
  await vi.waitFor(async () => {
    const shown = await page
      .locator('.cell')
      .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset['cell']))
    expect(shown).toEqual(ids)
  })
}

function writeNotebook(name: string, cells: readonly object[]): void {
  const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }
  writeFileSync(join(server.directory, name), JSON.stringify(notebook))
}

function markdown(id: string, source: string): object {
  return { id, cell_type: 'markdown', metadata: {}, source }
}

function code(id: string, source: string): object {
  return { id, cell_type: 'code', metadata: {}, source, outputs: [], execution_count: null }
}
