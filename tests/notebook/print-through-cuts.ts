import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import { type Cut, CuttingProxy } from './cutting-proxy.ts'
import type { NotebookServer } from './notebook-server.ts'

export interface Printing {
  readonly lines: number
  readonly everyMs: number
}

const CUTS: readonly Cut[] = ['reset', 'half-open', 'silence']
/** What the page shows at most of a text that was unfolded. */
const MOST_SHOWN = 4_000

/**
 * A cell prints while its page's connection is cut again and again, in every way, and then the page itself is killed.
 * Another page, and the file, hold each line once and in order.
 */
export async function printThroughCuts(
  server: NotebookServer,
  browser: Browser,
  printing: Printing & { readonly cuts: number },
): Promise<void> {
  writeNotebook(server, 'cuts.ipynb', printing)
  await using proxy = await CuttingProxy.start(server.port)
  const page = await open(browser, server.url('cuts.ipynb', proxy.port))
  await page.getByRole('button', { name: 'Run all' }).click()
  await page.getByText('line 1', { exact: false }).first().waitFor()

  const pauseMs = (printing.lines * printing.everyMs * 0.8) / printing.cuts
  let cut = 0
  for (; cut < printing.cuts; cut++) {
    await after(pauseMs * (0.5 + Math.random()))
    proxy.cut(CUTS[cut % CUTS.length] ?? 'reset', pauseMs * Math.random())
  }
  await ended(page)
  await expectLines(page, printing.lines)
  await page.context().close()

  const another = await open(browser, server.url('cuts.ipynb'))
  await expectLines(another, printing.lines)
  await another.context().close()
  await expectFile(server, 'cuts.ipynb', printing)
}

/** A cell goes on printing when no page is left; the file has it all. */
export async function printWithoutPage(
  server: NotebookServer,
  browser: Browser,
  printing: Printing,
): Promise<void> {
  writeNotebook(server, 'alone.ipynb', printing)
  const page = await open(browser, server.url('alone.ipynb'))
  await page.getByRole('button', { name: 'Run all' }).click()
  await page.getByText('line 1', { exact: false }).first().waitFor()
  await page.context().close()
  await expectFile(server, 'alone.ipynb', printing)
}

async function open(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  return page
}

async function ended(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Output' }).getByText('printed all').waitFor({
    timeout: 120_000,
  })
}

async function expectLines(page: Page, lines: number): Promise<void> {
  await ended(page)
  const output = page.getByRole('region', { name: 'Output' })
  const more = output.getByRole('button', { name: /more lines/ })
  if ((await more.count()) > 0) await more.click()
  const shown = (await output.locator('pre').first().innerText()).trimEnd().split('\n')
  expect(shown).toEqual(linesTo(lines).slice(-MOST_SHOWN))
}

async function expectFile(
  { directory }: NotebookServer,
  name: string,
  { lines, everyMs }: Printing,
): Promise<void> {
  const whole = `${linesTo(lines).join('\n')}\n`
  await vi.waitFor(() => expect(printedText(join(directory, name))).toBe(whole), {
    timeout: lines * everyMs + 30_000,
    interval: 200,
  })
}

function linesTo(count: number): string[] {
  return Array.from({ length: count }, (_, line) => `line ${line + 1}`)
}

function writeNotebook(
  { directory }: NotebookServer,
  name: string,
  { lines, everyMs }: Printing,
): void {
  const source = [
    'import { setTimeout as after } from "node:timers/promises"',
    `for (let line = 1; line <= ${lines}; line++) {`,
    '  console.log("line " + line)',
    `  await after(${everyMs})`,
    '}',
    '"printed all"',
  ].join('\n')
  const cell = {
    id: 'a',
    cell_type: 'code',
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  }
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }
  writeFileSync(join(directory, name), JSON.stringify(notebook))
}

/** Everything that the notebook's one cell has printed to stdout, as the file holds it now. */
function printedText(path: string): string {
  const notebook = JSON.parse(readFileSync(path, 'utf8')) as {
    cells: { outputs: { output_type: string; text?: string | string[] }[] }[]
  }
  return (notebook.cells[0]?.outputs ?? [])
    .filter(({ output_type }) => output_type === 'stream')
    .map(({ text = '' }) => (typeof text === 'string' ? text : text.join('')))
    .join('')
}
