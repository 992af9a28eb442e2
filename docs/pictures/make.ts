// Makes the pictures of the READMEs: npm run pictures. What they show is the page itself, in a local account of its own.
import { writeFileSync } from 'node:fs'
import { chromium, type Locator, type Page } from 'playwright-core'
import { CHROMIUM_ARGUMENTS, chromiumPath } from '../../bench/chromium.ts'
import { StartedAccount } from '../../tests/notebook/started-account.ts'
import { type DemoCell, printDemoNotebook } from './demo-notebook.ts'
import { toIndexedPng } from './indexed-png.ts'

const FILE = 'weather.ipynb'
const CODE_CELLS = 4

/** Each brings the page to what its picture shows. */
const PICTURES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async notebook(page) {
    await cell(page, 'title').scrollIntoViewIfNeeded()
    await cell(page, 'warm').focus()
    await toTop(cell(page, 'title'))
  },
  async chart(page) {
    const year = cell(page, 'year')
    await year.focus()
    await toTop(year)
    await year.locator('.role-mark path').first().waitFor()
  },
  async terminal(page) {
    await cell(page, 'limit').focus()
    await toTop(cell(page, 'limit'))
    await page.getByRole('tab', { name: 'Terminal' }).click()
    const handle = page.getByRole('separator', { name: 'Height of the panel' })
    for (let taller = 0; taller < 5; taller++) await handle.press('ArrowUp')
    const terminal = page.getByRole('group', { name: 'Terminal of the kernel' })
    const screen = terminal.locator('.xterm-rows')
    await screen.getByText('>').first().waitFor()
    await terminal.getByRole('textbox').focus()
    await page.keyboard.type('await fahrenheit.show()\n')
    await screen.getByText('Southampton').waitFor()
    await page.keyboard.type('`warmer than ${warmerThan}`\n')
    await screen.getByText(`'warmer than 12'`).waitFor()
  },
  async grid(page) {
    await page.getByRole('button', { name: 'Close the panel' }).click()
    const year = cell(page, 'year')
    await year.focus()
    await year.getByRole('button', { name: 'Table' }).click()
    const grid = year.getByRole('grid')
    await grid.getByText('Leeds').first().waitFor()
    await grid.focus()
    for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key)
    await toTop(grid)
    await page.keyboard.press('Alt+ArrowDown')
    const facts = page.getByRole('dialog', { name: 'Column TEMP_C' })
    await facts.getByText('Most frequent').waitFor()
  },
  async completion(page) {
    await page.keyboard.press('Escape')
    const frame = cell(page, 'frame')
    await frame.focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+End')
    await toTop(frame)
    await page.keyboard.type('\nawait fahrenheit.', { delay: 20 })
    await page.getByRole('option').nth(5).waitFor()
  },
}

await using account = await StartedAccount.start()
const browser = await chromium.launch({
  executablePath: await chromiumPath(),
  args: [...CHROMIUM_ARGUMENTS],
})
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 2,
  })
  await openDemo(page)
  for (const [name, prepare] of Object.entries(PICTURES)) {
    await prepare(page)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await takePicture(page, `${name}-${colorScheme}.png`)
    }
  }
} finally {
  await browser.close()
}

/** Signs in, brings the notebook along, and runs it twice: the first time has the starts of everything in it. */
async function openDemo(page: Page): Promise<void> {
  const { user, password } = account.signIn
  await page.goto(account.notebookUrl)
  await page.getByLabel('User').fill(user)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  // Time stands still for the page, so that it says of every save that it was just now.
  await page.clock.setFixedTime(new Date())
  const buffer = Buffer.from(printDemoNotebook())
  await page
    .getByLabel('Files to upload')
    .setInputFiles({ name: FILE, mimeType: 'application/json', buffer })
  await page.getByRole('button', { name: FILE, exact: true }).click()
  for (const time of [1, 2]) {
    await page.getByRole('button', { name: 'Run all' }).click()
    const last = cell(page, 'frame')
      .locator('.gutter')
      .getByText(String(time * CODE_CELLS))
    await last.waitFor({ timeout: 60_000 })
    await cell(page, 'frame').getByText('Southampton').waitFor()
    await page.getByRole('status').filter({ hasText: 'Ready' }).waitFor()
  }
  // Nothing is under the pointer.
  await page.mouse.move(640, 799)
}

async function takePicture(page: Page, name: string): Promise<void> {
  await page.getByText('Saved just now').waitFor()
  await page.evaluate(drawn)
  const picture = toIndexedPng(await page.screenshot({ animations: 'disabled', caret: 'hide' }))
  writeFileSync(new URL(name, import.meta.url), picture)
  process.stderr.write(`docs/pictures/${name}: ${Math.ceil(picture.length / 1000)} kB\n`)
}

/** Runs in the page: ends when what has changed is drawn. */
function drawn(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
}

function cell(page: Page, id: DemoCell): Locator {
  return page.locator(`.cell[data-cell="${id}"]`)
}

function toTop(target: Locator): Promise<void> {
  return target.evaluate((element) => element.scrollIntoView({ block: 'start' }))
}
