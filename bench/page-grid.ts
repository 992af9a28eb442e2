import { linkSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { startBarePages } from './bare-pages.ts'
import { BUNDLE_MIME, firstRowsTable, ROW_COUNT, rowsBundle, writeRows } from './grid-rows.ts'
import { type Measure, measure, median } from './measure.ts'
import type { NotebookApp } from './notebook-app.ts'
import { framesPerSecond, stopwatch, timeToRow } from './page-clock.ts'
import { findLines } from './read-lines.ts'
import { resultsFolder } from './results-folder.ts'
import { codeCell, notebookAddress, writeNotebook } from './written-notebook.ts'

const RUNS = 3
const NAME = `${ROW_COUNT.toLocaleString('en')} × 50 grid`
/** The rows' file, and as much again for everybody else. */
const BYTES_NEEDED = 2_000_000_000
const MIDDLE = ROW_COUNT / 2
const WINDOW = 200
const SCROLL_SECONDS = 3

/** A large result in the page: its first rows, those in its middle, and scrolling, beside pages that do no more. */
export async function* grid(browser: Browser, app: NotebookApp): AsyncGenerator<Measure> {
  const root = dirname(app.directory)
  const { bavail, bsize } = statfsSync(root)
  if (bavail * bsize < BYTES_NEEDED) {
    process.stderr.write(`left out: ${NAME}: too little room in ${root}\n`)
    return
  }
  const rows = join(root, 'grid.rows')
  await writeRows(rows)
  try {
    const ours: GridFigures[] = []
    const tables: number[] = []
    for (let run = 0; run < RUNS; run++) {
      ours.push(await showResult(browser, app, rows, run))
      tables.push(await showTable(browser))
    }
    yield measure({
      name: `first paint of a ${NAME}`,
      value: median(ours.map(({ firstMs }) => firstMs)),
      unit: 'ms',
      better: 'lower',
      beside: { name: 'its first rows as a <table>', value: median(tables) },
    })
    yield measure({
      name: 'its first jump to the middle',
      value: median(ours.map(({ middleMs }) => middleMs)),
      unit: 'ms',
      better: 'lower',
      beside: { name: 'sed on the same file', value: await findLines(rows, MIDDLE, WINDOW, RUNS) },
    })
    yield* scrolling(browser, app, rows)
  } finally {
    rmSync(rows)
  }
}

async function* scrolling(
  browser: Browser,
  app: NotebookApp,
  rows: string,
): AsyncGenerator<Measure> {
  await using bare = await startBarePages({
    '/empty':
      '<div id=list style="height:400px;overflow:auto"><div style="height:16000000px"></div></div>',
  })
  const context = await browser.newContext()
  try {
    const shown = await context.newPage()
    const empty = await context.newPage()
    await openResult(shown, app, rows, 'scrolled')
    await empty.goto(bare.address('/empty'))
    for (const step of [100, 1_000]) {
      await shown.bringToFront()
      const ours = await framesPerSecond(shown, '.grid-table', step, SCROLL_SECONDS)
      await empty.bringToFront()
      const theirs = await framesPerSecond(empty, '#list', step, SCROLL_SECONDS)
      yield measure({
        name: `scrolling it by ${step.toLocaleString('en')} px a frame`,
        value: ours,
        unit: 'frames/s',
        better: 'higher',
        beside: { name: 'an empty element', value: theirs },
      })
    }
  } finally {
    await context.close()
  }
}

interface GridFigures {
  /** From the bundle's message until the first rows are painted. */
  readonly firstMs: number
  /** From the scroll until the rows in the middle are painted, the server asked for the first time. */
  readonly middleMs: number
}

async function showResult(
  browser: Browser,
  app: NotebookApp,
  rows: string,
  run: number,
): Promise<GridFigures> {
  const context = await browser.newContext()
  try {
    const shown = await context.newPage()
    const firstMs = await openResult(shown, app, rows, String(run))
    return { firstMs, middleMs: await timeToRow(shown, '.grid-table', MIDDLE) }
  } finally {
    await context.close()
  }
}

/** Has a cell of a fresh notebook display the result; gives how long its first rows took from their message on. */
async function openResult(
  shown: Page,
  app: NotebookApp,
  rows: string,
  resultId: string,
): Promise<number> {
  const name = `grid-${resultId}.ipynb`
  const bundle = join(dirname(app.directory), `bundle-${resultId}.json`)
  writeFileSync(bundle, JSON.stringify({ [BUNDLE_MIME]: rowsBundle(resultId), 'text/plain': '' }))
  const display = `display(JSON.parse(require('node:fs').readFileSync(${JSON.stringify(bundle)}, 'utf8')))`
  writeNotebook(app, name, [codeCell('start', '6 * 7'), codeCell('show', display)])
  await stopwatch(shown, BUNDLE_MIME, '.grid-table [aria-rowindex="2"] .grid-cell')
  await shown.goto(notebookAddress(app, name))
  const first = shown.getByRole('region', { name: 'TypeScript cell 1' })
  await first.click()
  await shown.keyboard.press('Shift+Enter')
  // The kernel runs now, so its folder is there; it would have written the rows before it displays them.
  await first.getByText('42').waitFor()
  linkSync(rows, join(resultsFolder(app, name), `${resultId}.rows`))
  await shown.keyboard.press('Shift+Enter')
  const taken = await shown.waitForFunction(
    () => (globalThis as unknown as { readonly taken?: number }).taken,
  )
  return Number(await taken.jsonValue())
}

/** The same rows from their text to a plain table, in a page of its own. */
async function showTable(browser: Browser): Promise<number> {
  const context = await browser.newContext()
  try {
    const shown = await context.newPage()
    await shown.setContent('<main></main>')
    return await firstRowsTable(shown)
  } finally {
    await context.close()
  }
}
