import type { Browser, Locator, Page } from 'playwright-core'
import { startBarePages } from './bare-pages.ts'
import { type Measure, measure, percentile } from './measure.ts'
import type { NotebookApp } from './notebook-app.ts'
import { mixedCells, notebookAddress, writeNotebook } from './written-notebook.ts'

const CELLS = 500
const KEYS = 200
/** A quick typist's pace. */
const KEY_PAUSE_MS = 40

/** Typing into the middle of a long notebook with TypeScript's help on, beside an element that only takes text. */
export async function typing(browser: Browser, app: NotebookApp): Promise<Measure> {
  await using bare = await startBarePages({ '/textarea': '<textarea rows=20></textarea>' })
  writeNotebook(app, 'typed.ipynb', mixedCells(CELLS))
  const ours = await latencies(browser, notebookAddress(app, 'typed.ipynb'), openMiddle)
  const theirs = await latencies(browser, bare.address('/textarea'), async (shown) => {
    const area = shown.locator('textarea')
    await area.click()
    return async () => await area.inputValue()
  })
  return measure({
    name: `key to paint in ${CELLS} cells, 95th percentile`,
    value: percentile(ours, 0.95),
    unit: 'ms',
    better: 'lower',
    beside: { name: 'a bare <textarea>', value: percentile(theirs, 0.95) },
  })
}

/** Puts the cursor into a new line; the clock runs once TypeScript has offered something for what stands there. */
async function openMiddle(shown: Page): Promise<ReadText> {
  const cell: Locator = shown.locator(`section[aria-label="TypeScript cell ${CELLS / 2 + 1}"]`)
  await cell.scrollIntoViewIfNeeded()
  await cell.click()
  await shown.keyboard.press('Enter')
  const editor = cell.locator('.cm-content')
  await editor.waitFor()
  await shown.keyboard.press('Control+End')
  await shown.keyboard.type('\nstation1.')
  await shown.locator('.cm-completionLabel', { hasText: 'celsius' }).waitFor()
  await shown.keyboard.press('Escape')
  await shown.keyboard.type('name\n')
  return async () => await editor.innerText()
}

type ReadText = () => Promise<string>

/**
 * Milliseconds from each key until the frame that shows it is painted.
 *
 * @param focus Puts the cursor where text goes in, and gives a way to read it.
 */
async function latencies(
  browser: Browser,
  address: string,
  focus: (shown: Page) => Promise<ReadText>,
): Promise<readonly number[]> {
  const context = await browser.newContext()
  try {
    const shown = await context.newPage()
    await shown.goto(address)
    const readText = await focus(shown)
    await shown.evaluate(() => {
      const taken: number[] = []
      Object.assign(globalThis, { taken })
      addEventListener(
        'keydown',
        (event) => {
          requestAnimationFrame(() => {
            // A message comes after the paint of the frame.
            const { port1, port2 } = new MessageChannel()
            port1.addEventListener('message', () => taken.push(performance.now() - event.timeStamp))
            port1.start()
            port2.postMessage(null)
          })
        },
        { capture: true },
      )
    })
    const keys = Array.from({ length: KEYS }, (_, at) => (at % 8 === 7 ? ' ' : 'x'))
    for (const key of keys) {
      await shown.keyboard.press(key === ' ' ? 'Space' : key)
      await shown.waitForTimeout(KEY_PAUSE_MS)
    }
    const taken = await shown.evaluate(() => (globalThis as unknown as { taken: number[] }).taken)
    if (taken.length < KEYS) throw new Error(`${KEYS - taken.length} keys were never painted`)
    if (!(await readText()).includes(keys.join('').trim()))
      throw new Error('the keys are not there')
    return taken
  } finally {
    await context.close()
  }
}
