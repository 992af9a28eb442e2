import { expect, test } from 'vitest'
import { launchBrowser } from '../e2e/browser.ts'
import { NotebookServer } from '../notebook/notebook-server.ts'
import {
  linesTo,
  MOST_SHOWN,
  printThroughCuts,
  printWithoutPage,
} from '../notebook/print-through-cuts.ts'

test('nothing that a cell prints in a minute is lost or doubled by 100 cuts', async () => {
  await using server = await NotebookServer.start()
  await using browser = await launchBrowser()
  const seen = await printThroughCuts(server, browser, { lines: 6_000, everyMs: 10, cuts: 100 })
  const all = linesTo(6_000)
  const shown = all.slice(-MOST_SHOWN)
  expect(seen).toEqual({ page: shown, another: shown, file: all })
})

test('a cell goes on without a page, and the file has what it printed', async () => {
  await using server = await NotebookServer.start()
  await using browser = await launchBrowser()
  const seen = await printWithoutPage(server, browser, { lines: 100, everyMs: 10 })
  expect(seen).toEqual(linesTo(100))
})
