import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { launchBrowser, reportPage } from '../e2e/browser.ts'
import { FakeResults } from '../notebook/fake-results.ts'
import { NotebookServer } from '../notebook/notebook-server.ts'

const RESULT = 'application/vnd.spcs.result+json'

test('the server answers what the grid asks', async () => {
  await using server = await NotebookServer.start()
  await using browser = await launchBrowser()
  const results = new FakeResults(3_000, 5)
  writeRows(server.directory, 'asked.ipynb', results)
  const output = { output_type: 'display_data', data: { [RESULT]: results.bundle() }, metadata: {} }
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      {
        id: 'a',
        cell_type: 'code',
        metadata: {},
        source: '',
        outputs: [output],
        execution_count: 1,
      },
    ],
  }
  writeFileSync(join(server.directory, 'asked.ipynb'), JSON.stringify(notebook))
  const page = await browser.newPage({ viewport: { width: 1180, height: 1_400 } })
  reportPage(page)
  await page.goto(server.url('asked.ipynb'))
  const grid = page.getByRole('grid')
  await grid.focus()
  await page.keyboard.press('Control+End')
  await grid.locator('[aria-rowindex="3001"]').getByText('3000', { exact: true }).waitFor()

  const temperature = grid.getByRole('columnheader', { name: 'TEMP_C' })
  await temperature.click()
  await grid.locator('[aria-rowindex="2"]').getByText('-8.0').waitFor()
  await temperature.hover()
  await temperature.getByRole('button').click()
  const facts = page.getByRole('dialog', { name: 'Column TEMP_C' })
  await facts.getByRole('img', { name: 'Values of TEMP_C from -8.0 to 32.0' }).waitFor()
  await facts.getByLabel('Condition').selectOption('at-least')
  await facts.getByRole('textbox', { name: 'Value' }).fill('31.9')
  await page.keyboard.press('Enter')
  const warm = Array.from({ length: 3_000 }, (_, at) => Number(results.row(at)[3])).filter(
    (value) => value >= 31.9,
  )
  await page.getByText(`${warm.length} of 3,000 rows`).waitFor()

  await page.locator('.result').getByRole('button', { name: 'Export' }).click()
  const downloading = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'CSV' }).click()
  const lines = readFileSync(await (await downloading).path(), 'utf8')
    .trimEnd()
    .split(/\r?\n/)
  expect(lines).toHaveLength(warm.length + 1)
  expect(lines[1]).toContain(',31.9,')

  await page.getByRole('button', { name: 'Chart' }).click()
  await page.getByLabel('X', { exact: true }).selectOption('CITY')
  await page.getByLabel('Y', { exact: true }).selectOption('rows')
  const chart = page.getByRole('figure', { name: 'line chart: count of rows by CITY' })
  await chart.locator('.role-mark path').first().waitFor()
})

/** Rows where a kernel would have written them. */
function writeRows(directory: string, notebook: string, results: FakeResults): void {
  const folder = join(dirname(directory), 'state', 'results', 'grid-test')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'notebook.json'), JSON.stringify({ path: notebook }))
  const rows = Array.from({ length: results.rowCount }, (_, at) => JSON.stringify(results.row(at)))
  writeFileSync(join(folder, `${results.bundle().resultId}.rows`), `${rows.join('\n')}\n`)
}
