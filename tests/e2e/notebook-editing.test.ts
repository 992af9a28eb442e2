import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { NotebookServer } from '../notebook/notebook-server.ts'
import { launchBrowser, reportPage } from './browser.ts'

const SOURCES = [
  'const limit = 3\nconst places = [{ city: "Oslo", degrees: 12 }]',
  'places.filter((place) => place.degrees > limit)\n',
  'limit.length',
]

test('TypeScript helps across cells: completion, hover, problems, definition, rename', async () => {
  await using server = await NotebookServer.start()
  writeFileSync(join(server.directory, 'help.ipynb'), notebookOf(SOURCES))
  await using browser = await launchBrowser()
  const page = await browser.newPage()
  reportPage(page)
  await page.goto(server.url('help.ipynb'))
  const cell = (number: number) => page.getByRole('region', { name: `TypeScript cell ${number}` })
  const text = (number: number) => cell(number).getByRole('textbox')

  // Completion knows the types of another cell.
  await text(2).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('places[0].deg')
  const option = page.getByRole('option', { name: /degrees/ })
  await option.waitFor()
  expect(await option.innerText()).toContain('number')
  await page.keyboard.type('rees')
  // Last of all: where the list is gone by now, Escape leaves the text, and letters would be commands.
  await page.keyboard.press('Escape')

  // A problem is underlined, counted, and told by keyboard.
  await cell(3).getByText('1 problem').waitFor()
  await text(3).click()
  await page.keyboard.press('F8')
  await page.getByText("Property 'length' does not exist on type '3'.").first().waitFor()

  // Hover by mouse.
  await text(2)
    .locator('.cm-line')
    .first()
    .hover({ position: { x: 20, y: 10 } })
  await page.getByText('const places: {').first().waitFor()

  // F12 leads to the cell, and the palette has what F2 does: it renames in all of them.
  await text(3).click()
  await page.keyboard.press('Home')
  await page.keyboard.press('F12')
  await page.waitForFunction(() => getSelection()?.toString() === 'limit')
  expect(await text(1).evaluate((element) => element === document.activeElement)).toBe(true)
  await page.keyboard.press('Control+Shift+P')
  await page.keyboard.type('rename')
  await page.keyboard.press('Enter')
  await page.getByLabel('New name for limit').fill('least')
  await page.keyboard.press('Enter')
  await text(2).getByText('least').waitFor()
  expect(await text(1).innerText()).toContain('const least = 3')
  expect(await text(3).innerText()).toContain('least.length')

  // An undo takes back what the rename did here.
  await page.keyboard.press('Control+z')
  expect(await text(1).innerText()).toContain('const limit = 3')
})

function notebookOf(sources: readonly string[]): string {
  const cells = sources.map((source, number) => ({
    id: `cell-${number + 1}`,
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }))
  const kernelspec = { name: 'typescript', display_name: 'TypeScript', language: 'typescript' }
  return JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 })
}
