import { chromium } from 'playwright-core'
import { CHROMIUM_ARGUMENTS, chromiumPath } from './chromium.ts'
import type { Measure } from './measure.ts'
import type { NotebookApp } from './notebook-app.ts'
import { grid } from './page-grid.ts'
import { opening } from './page-opening.ts'
import { typing } from './page-typing.ts'

/** What a reader of the page waits for, in a real browser, beside pages that do no more than show the same. */
export async function* page(app: NotebookApp): AsyncGenerator<Measure> {
  const browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: [...CHROMIUM_ARGUMENTS],
  })
  try {
    yield await opening(browser, app)
    yield await typing(browser, app)
    yield* grid(browser, app)
  } finally {
    await browser.close()
  }
}
