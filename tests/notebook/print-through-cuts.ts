import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { vi } from 'vitest'
import { type Cut, CuttingProxy } from './cutting-proxy.ts'
import type { NotebookServer } from './notebook-server.ts'

export interface Printing {
  readonly lines: number
  readonly everyMs: number
}

const CUTS: readonly Cut[] = ['reset', 'half-open', 'silence']
/** What the page shows at most of a text that was unfolded: its last lines. */
export const MOST_SHOWN = 4_000

/** The lines that a cell printed, as they are seen in different places. */
export interface SeenLines {
  /** On the page that was cut off; the last 4,000, as the page shows no more at once. */
  readonly page: readonly string[]
  /** On another page, opened when the first was gone. */
  readonly another: readonly string[]
  /** In the file, as soon as it has the last line. */
  readonly file: readonly string[]
}

/** A cell prints while its page's connection is cut again and again, in every way; then the page itself is killed. */
export async function printThroughCuts(
  server: NotebookServer,
  browser: Browser,
  printing: Printing & { readonly cuts: number },
): Promise<SeenLines> {
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
  const seen = await linesOn(page)
  await page.context().close()

  const another = await open(browser, server.url('cuts.ipynb'))
  const seenThere = await linesOn(another)
  await another.context().close()
  return { page: seen, another: seenThere, file: await linesInFile(server, 'cuts.ipynb', printing) }
}

/** The lines in the file of a cell that went on printing when no page was left. */
export async function printWithoutPage(
  server: NotebookServer,
  browser: Browser,
  printing: Printing,
): Promise<readonly string[]> {
  writeNotebook(server, 'alone.ipynb', printing)
  const page = await open(browser, server.url('alone.ipynb'))
  await page.getByRole('button', { name: 'Run all' }).click()
  await page.getByText('line 1', { exact: false }).first().waitFor()
  await page.context().close()
  return linesInFile(server, 'alone.ipynb', printing)
}

async function open(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  return page
}

async function ended(page: Page): Promise<void> {
  await page.getByRole('group', { name: 'Output' }).getByText('printed all').waitFor({
    timeout: 120_000,
  })
}

async function linesOn(page: Page): Promise<readonly string[]> {
  await ended(page)
  const output = page.getByRole('group', { name: 'Output' })
  const more = output.getByRole('button', { name: /more lines/ })
  if ((await more.count()) > 0) await more.click()
  return (await output.locator('pre').first().innerText()).trimEnd().split('\n')
}

async function linesInFile(
  { directory }: NotebookServer,
  name: string,
  { lines, everyMs }: Printing,
): Promise<readonly string[]> {
  const isDone = (): string => {
    const text = printedText(join(directory, name))
    if (text.endsWith(`line ${lines}\n`)) return text
    throw new Error(`the file ends with "${text.slice(-50)}"`)
  }
  const text = await vi.waitFor(isDone, { timeout: lines * everyMs + 30_000, interval: 200 })
  return text.trimEnd().split('\n')
}

/** `line 1` and so on. */
export function linesTo(count: number): string[] {
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
