import type { Browser } from 'playwright-core'
import { startBarePages } from './bare-pages.ts'
import { type Measure, measure, medianOf } from './measure.ts'
import type { NotebookApp } from './notebook-app.ts'
import { mixedCells, mixedSource, notebookAddress, writeNotebook } from './written-notebook.ts'

const OPENINGS = 3
const CELLS = 2000

/** Opening a long notebook, beside a page of the same texts. */
export async function opening(browser: Browser, app: NotebookApp): Promise<Measure> {
  const texts = Array.from({ length: CELLS }, (_, index) => `<pre>${mixedSource(index)}</pre>`)
  await using bare = await startBarePages({ '/texts': texts.join('') })
  writeNotebook(app, 'many.ipynb', mixedCells(CELLS))
  const address = notebookAddress(app, 'many.ipynb')
  const ready = 'section[aria-label="TypeScript cell 1"] .cell-source'
  // Once before the clock runs: the server opens the file.
  await timeToShow(browser, address, ready)
  const ours = await medianOf(OPENINGS, () => timeToShow(browser, address, ready))
  const theirs = await medianOf(OPENINGS, () =>
    timeToShow(browser, bare.address('/texts'), 'pre:first-of-type'),
  )
  return measure({
    name: `opening ${CELLS.toLocaleString('en')} cells`,
    value: ours,
    unit: 'ms',
    better: 'lower',
    beside: { name: 'the same texts in a page of <pre>', value: theirs },
  })
}

/** Milliseconds from the question for a page until what is waited for is painted and the page is idle. */
async function timeToShow(browser: Browser, address: string, selector: string): Promise<number> {
  const context = await browser.newContext()
  try {
    const shown = await context.newPage()
    const started = performance.now()
    await shown.goto(address, { waitUntil: 'commit' })
    await shown.locator(selector).first().waitFor()
    await shown.evaluate(
      () =>
        new Promise((resolve) => {
          requestAnimationFrame(() => requestIdleCallback(resolve, { timeout: 10_000 }))
        }),
    )
    return performance.now() - started
  } finally {
    await context.close()
  }
}
