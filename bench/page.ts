import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium.ts'
import { type Measure, measure, median, medianOf } from './measure.ts'
import { type NotebookApp, startNotebookApp } from './notebook-app.ts'

const OPENINGS = 3
const MANY_CELLS = 2000
const CELLS = 500
const KEYS = 200
/** A quick typist's pace. */
const KEY_PAUSE_MS = 40

/** What a reader of the page waits for, in a real browser, beside pages that do no more than show the same texts. */
export async function* page(): AsyncGenerator<Measure> {
  await using app = await startNotebookApp()
  await using bare = await startBarePages()
  const browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: [...CHROMIUM_ARGUMENTS],
  })
  try {
    yield await opening(browser, app, bare)
    yield await typing(browser, app, bare)
  } finally {
    await browser.close()
  }
}

async function opening(browser: Browser, app: NotebookApp, bare: BarePages): Promise<Measure> {
  writeNotebook(app, 'many.ipynb', MANY_CELLS)
  const address = notebookAddress(app, 'many.ipynb')
  const ready = 'section[aria-label="TypeScript cell 1"]'
  // Once before the clock runs: the server opens the file, the browser has the scripts.
  await timeToShow(browser, address, ready)
  const ours = await medianOf(OPENINGS, () => timeToShow(browser, address, ready))
  const theirs = await medianOf(OPENINGS, () =>
    timeToShow(browser, `${bare.origin}/texts`, 'pre:first-of-type'),
  )
  return measure({
    name: `opening ${MANY_CELLS.toLocaleString('en')} cells`,
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

async function typing(browser: Browser, app: NotebookApp, bare: BarePages): Promise<Measure> {
  writeNotebook(app, 'typed.ipynb', CELLS)
  const middle = `section[aria-label="TypeScript cell ${CELLS / 2 + 1}"]`
  const ours = await latencies(browser, notebookAddress(app, 'typed.ipynb'), async (shown) => {
    const cell = shown.locator(middle)
    await cell.scrollIntoViewIfNeeded()
    await cell.click()
    await shown.keyboard.press('Enter')
    await cell.locator('.cm-content').waitFor()
  })
  const theirs = await latencies(browser, `${bare.origin}/textarea`, async (shown) => {
    await shown.locator('textarea').click()
  })
  return measure({
    name: `key to paint in ${CELLS} cells, 95th percentile`,
    value: percentile(ours, 0.95),
    unit: 'ms',
    better: 'lower',
    beside: { name: 'a bare <textarea>', value: percentile(theirs, 0.95) },
  })
}

/** Milliseconds from each key until the frame that shows it is painted. */
async function latencies(
  browser: Browser,
  address: string,
  focus: (shown: Page) => Promise<void>,
): Promise<readonly number[]> {
  const context = await browser.newContext()
  try {
    const shown = await context.newPage()
    await shown.goto(address)
    await focus(shown)
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
    for (let key = 0; key < KEYS; key++) {
      await shown.keyboard.press(key % 8 === 7 ? 'Space' : 'x')
      await shown.waitForTimeout(KEY_PAUSE_MS)
    }
    const taken = await shown.evaluate(() => (globalThis as unknown as { taken: number[] }).taken)
    if (taken.length < KEYS) throw new Error(`${KEYS - taken.length} keys were never painted`)
    return taken
  } finally {
    await context.close()
  }
}

function percentile(figures: readonly number[], part: number): number {
  const sorted = figures.toSorted((left, right) => left - right)
  return sorted[Math.ceil(sorted.length * part) - 1] ?? median(figures)
}

/** A notebook of which every tenth cell is a heading and every other one has printed something. */
function writeNotebook(app: NotebookApp, name: string, count: number): void {
  const cells = Array.from({ length: count }, (_, index) => {
    const source = sourceOf(index)
    const id = `cell-${index}`
    if (index % 10 === 9) return { id, cell_type: 'markdown', metadata: {}, source }
    const outputs =
      index % 2 === 0 ? [{ output_type: 'stream', name: 'stdout', text: `${index} rows\n` }] : []
    return { id, cell_type: 'code', metadata: {}, source, outputs, execution_count: index + 1 }
  })
  const notebook = {
    cells,
    metadata: {
      kernelspec: { name: 'spcs', display_name: 'TypeScript', language: 'typescript' },
      language_info: { name: 'typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  }
  writeFileSync(join(app.directory, name), JSON.stringify(notebook))
}

function sourceOf(index: number): string {
  if (index % 10 === 9) return `## Part ${(index + 1) / 10}\n\nWhat was measured on these days.`
  return [
    `const station${index} = { name: 'station ${index}', celsius: [${index}, ${index + 1}] }`,
    `function fahrenheit${index}(celsius: number): number {`,
    '  return celsius * 1.8 + 32',
    '}',
    `console.log(station${index}.celsius.map(fahrenheit${index}).length, 'rows')`,
  ].join('\n')
}

function notebookAddress({ url }: NotebookApp, name: string): string {
  const address = new URL(url)
  address.searchParams.set('notebook', name)
  return address.href
}

interface BarePages extends AsyncDisposable {
  readonly origin: string
}

/** The floor: pages without any script. */
async function startBarePages(): Promise<BarePages> {
  const texts = Array.from({ length: MANY_CELLS }, (_, index) => `<pre>${sourceOf(index)}</pre>`)
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(
      `<!doctype html>${request.url === '/texts' ? texts.join('') : '<textarea rows=20></textarea>'}`,
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
