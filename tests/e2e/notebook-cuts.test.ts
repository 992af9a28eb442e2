import { expect, test } from 'vitest'
import { NotebookServer } from '../notebook/notebook-server.ts'
import { linesTo, printThroughCuts, printWithoutPage } from '../notebook/print-through-cuts.ts'
import { launchBrowser } from './browser.ts'

test('nothing that a cell prints is lost or doubled by nine cuts', async () => {
  await using server = await NotebookServer.start()
  await using browser = await launchBrowser()
  const seen = await printThroughCuts(server, browser, { lines: 300, everyMs: 10, cuts: 9 })
  const all = linesTo(300)
  expect(seen).toEqual({ page: all, another: all, file: all })
})

test('a cell goes on without a page, and the file has what it printed', async () => {
  await using server = await NotebookServer.start()
  await using browser = await launchBrowser()
  const seen = await printWithoutPage(server, browser, { lines: 100, everyMs: 10 })
  expect(seen).toEqual(linesTo(100))
})
