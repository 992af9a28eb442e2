import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { faultsIn } from '../e2e/axe.ts'
import { launchBrowser, reportPage } from '../e2e/browser.ts'
import { FakeResults } from '../notebook/fake-results.ts'
import { NotebookServer } from '../notebook/notebook-server.ts'

test('the page and what opens over it have no accessibility fault, light or dark', async () => {
  await using server = await NotebookServer.start()
  await using browser = await launchBrowser()
  const results = new FakeResults(3, 4)
  const chart = {
    data: { values: [{ a: 'x', b: 1 }] },
    mark: 'bar',
    encoding: { x: { field: 'a' }, y: { field: 'b', type: 'quantitative' } },
  }
  const show = (data: object): object => ({ output_type: 'display_data', data, metadata: {} })
  const error = {
    output_type: 'error',
    ename: 'E',
    evalue: 'gone',
    traceback: ['\u001b[31mE: gone'],
  }
  const cells = [
    { id: 'm', cell_type: 'markdown', metadata: {}, source: MARKDOWN },
    {
      ...code('c', 'const a: string = 1'),
      metadata: { tags: ['parameters'] },
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'out\n' }, error],
    },
    {
      ...code('r', '"rows"'),
      outputs: [
        { output_type: 'stream', name: 'stdout', text: PRINTED },
        show({ 'application/vnd.spcs.result+json': results.bundle() }),
        show({ 'application/vnd.vegalite.v5+json': chart }),
      ],
    },
  ]
  const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }
  writeFileSync(join(server.directory, 'looks.ipynb'), JSON.stringify(notebook))
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  page.setDefaultTimeout(15_000)
  reportPage(page)
  await page.goto(server.url('looks.ipynb'))
  await page.locator('.cell').first().waitFor()
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await results.serve(page)
  await page.locator('svg.marks').waitFor()
  await page.locator('.cell[data-cell="c"]').focus()
  await press('Control+Enter', 'Shift+O', 'Control+f')
  await page.getByRole('tab', { name: 'Variables' }).click()
  await page.locator('.variables').getByText('number').waitFor()
  const tables = page.locator('pre.table')
  const stops = (): Promise<number> => tables.and(page.locator('[tabindex="0"]')).count()
  // Of the two printed tables one is wider than the page.
  await expect.poll(stops).toBe(1)
  expect(await faultsIn(page, 'body')).toEqual([])
  // What a window of 1280 by 900 is at 200 %.
  await page.setViewportSize({ width: 640, height: 450 })
  expect(await faultsIn(page, 'body')).toEqual([])
  await page.setViewportSize({ width: 1280, height: 900 })

  // One after the other over the page, which was looked at.
  const cell = page.locator('.cell[data-cell="c"]')
  await cell.getByRole('button', { name: 'More for this cell' }).click()
  expect(await faultsIn(page, '.popover')).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('grid').focus()
  await press('ArrowRight', 'Alt+ArrowDown')
  await page.getByRole('dialog', { name: 'Column CITY' }).getByText('Lisboa').waitFor()
  expect(await faultsIn(page, '.popover')).toEqual([])
  await press('Escape', 'Control+Shift+P')
  await page.keyboard.type('run all')
  expect(await faultsIn(page, '.dialog')).toEqual([])
  await press('Escape', 'Escape', 'h')
  expect(await faultsIn(page, '.dialog section:first-child')).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('tab', { name: 'Terminal' }).click()
  await page.locator('.xterm-screen').waitFor()
  expect(await faultsIn(page, '.bottom-panel')).toEqual([])
})

const PRINTED = `out\n|A |\n|1 |\nwide\n|${'wide |'.repeat(80)}\n`

const MARKDOWN = '# Title\n\n- [x] done\n\n$$x^2$$\n\n## Part'

function code(id: string, source: string): object {
  return { id, cell_type: 'code', metadata: {}, source, outputs: [], execution_count: null }
}
