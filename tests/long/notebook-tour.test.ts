import { execFile } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, BrowserContextOptions, Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WEATHER_TABLE } from '../../packages/dataframe/src/testing/weather-table.ts'
import { launchBrowser, reportPage, watchForeignRequests } from '../e2e/browser.ts'
import { SpcsProcess } from '../e2e/spcs-process.ts'
import { KeyboardPage } from '../notebook/keyboard-page.ts'
import { StartedAccount } from '../notebook/started-account.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const { PICTURES } = process.env
const run = promisify(execFile)

let account: StartedAccount
let browser: Browser & AsyncDisposable
let folder: string

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'spcs-tour-')))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  ;[account, browser] = await Promise.all([StartedAccount.start(), launchBrowser()])
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await account?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** The last step of the quickstart, in one line for the terminal. */
const SHOW = `await session.table('weather').withColumn('TEMP_F_SNOWPARK', callUdf('convert_udf', col('TEMP_C'))).show()`

const LIGHT = { colorScheme: 'light', viewport: { width: 1280, height: 900 } } as const
/** Each with the rules of axe that may find something there that the first has not. */
const LOOKS: readonly (readonly [string, BrowserContextOptions, readonly string[]])[] = [
  ['light', LIGHT, []],
  ['dark', { ...LIGHT, colorScheme: 'dark' }, ['color-contrast']],
  // What a window of 1280 by 1000 is at 200 %.
  [
    'zoomed',
    { ...LIGHT, viewport: { width: 640, height: 500 }, deviceScaleFactor: 2 },
    ['scrollable-region-focusable'],
  ],
]

test.each(LOOKS)(
  'a notebook is made, used and taken away by keys alone: %s',
  async (name, look, rules) => {
    const { user, password } = account.signIn
    const context = await browser.newContext(look)
    context.setDefaultTimeout(15_000)
    const pictures = PICTURES === undefined ? undefined : join(PICTURES, name)
    if (pictures !== undefined) mkdirSync(pictures, { recursive: true })
    const tour = await KeyboardPage.open(context, rules, pictures)
    const { page } = tour
    reportPage(page)
    const foreign = watchForeignRequests(page, [new URL(account.notebookUrl).host])
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error)))

    const cell = (number: number): Locator => page.locator('.cell').nth(number - 1)
    const source = (number: number): Locator =>
      cell(number).getByRole('textbox', { name: /source/ })
    const button = (label: string | RegExp): Locator => page.getByRole('button', { name: label })

    // Sign in.
    await page.goto(account.notebookUrl)
    await tour.tabTo(page.getByLabel('User'))
    await tour.write(user)
    await tour.tabTo(page.getByLabel('Password'))
    await tour.write(password)
    await tour.look('sign-in')
    await tour.press('Enter')

    // A new notebook has one empty cell.
    await tour.tabTo(page.getByRole('button', { name: 'Notebook', exact: true }))
    await tour.press('Enter')
    await tour.expectFocus(page.getByLabel('Name of the new notebook'))
    await tour.write(name)
    await tour.press('Enter')
    await cell(1).waitFor()
    await tour.look('new-notebook')

    // TypeScript.
    await tour.tabTo(cell(1))
    await tour.press('Enter')
    await tour.expectFocus(source(1))
    await tour.write(`import { callUdf, col } from '@spcs/dataframe'\nconst warm: number = 18`)
    await tour.press('Shift+Enter')
    await tour.expectFocus(source(2))
    await tour.write(SHOW.replaceAll(').', ')\n  .'))
    await tour.press('Control+Enter')
    await tour.expectFocus(cell(2))
    const printed = cell(2).getByRole('group', { name: 'Output' }).locator('pre').first()
    await vi.waitFor(
      async () => expect(`${await printed.innerText()}\n`).toBe(WEATHER_TABLE),
      20_000,
    )
    await tour.look('typescript')

    // SQL with a bind.
    await tour.press('b', 'q', 'Enter')
    await tour.expectFocus(source(3))
    await tour.write(
      'SELECT LOCATION, DATE, TEMP_C FROM WEATHER\nWHERE TEMP_C < ${warm} ORDER BY DATE;',
    )
    await tour.press('Control+Enter')
    const grid = cell(3).getByRole('grid')
    await grid.getByText('Birmingham').waitFor()
    await tour.look('sql')

    // An error, and its fix.
    await tour.press('b', 'y', 'Enter')
    await tour.expectFocus(source(4))
    await tour.write(`const towns = ['Leeds', 'Oxford']\ntowns.jion(' and ')`)
    await tour.press('Control+Enter')
    await cell(4).getByText('towns.jion is not a function').first().waitFor()
    await cell(4).getByText('1 problem').waitFor()
    await tour.look('error')
    await tour.press('Enter', 'Control+Home', 'F8')
    await page
      .getByText(/Property 'jion' does not exist/)
      .first()
      .waitFor()
    await tour.look('problem')
    // It selects what is wrong.
    await tour.press('Escape')
    await page.keyboard.type('jo', { delay: 20 })
    await page.getByRole('option', { name: /join/ }).waitFor()
    await tour.look('completion')
    await tour.press('Enter')
    await source(4).getByText(`towns.join(' and ')`).waitFor()
    await tour.press('Control+Enter')
    await cell(4).getByText('Leeds and Oxford').waitFor()
    await tour.look('fixed')

    // The grid: order, a condition, the active cell.
    await tour.press('k')
    await tour.tabTo(grid)
    await tour.press('ArrowRight', 'ArrowRight', 'ArrowUp', 'Enter')
    const temperature = grid.getByRole('columnheader', { name: 'TEMP_C' })
    await vi.waitFor(async () =>
      expect(await temperature.getAttribute('aria-sort')).toBe('ascending'),
    )
    await tour.expectFocus(grid)
    await tour.press('Alt+ArrowDown')
    const facts = page.getByRole('dialog', { name: 'Column TEMP_C' })
    await facts.getByRole('button', { name: '17' }).waitFor()
    await tour.look('column')
    await tour.tabTo(facts.getByLabel('Condition'), 'Shift+Tab')
    await tour.press('>')
    await tour.tabTo(facts.getByRole('textbox', { name: 'Value' }))
    await tour.write('12')
    await tour.press('Enter')
    await cell(3)
      .getByText(/of 6 rows/)
      .waitFor()
    await tour.expectFocus(grid)
    await tour.look('filtered')

    // A chart of it, and the table again.
    await tour.tabTo(cell(3).getByRole('button', { name: 'Chart' }), 'Shift+Tab')
    await tour.press('Enter')
    await cell(3).getByRole('figure').locator('.role-mark path').first().waitFor()
    await tour.look('chart')

    // The terminal has the cells' variables, and prints the same table.
    await tour.tabTo(page.getByRole('tab', { name: 'Terminal' }))
    await tour.press('Enter')
    const terminal = page.getByRole('group', { name: 'Terminal of the kernel' })
    const screen = terminal.locator('.xterm-rows')
    await screen.getByText('>').first().waitFor()
    await tour.expectFocus(terminal.getByRole('textbox'))
    await tour.tabTo(page.getByRole('separator', { name: 'Height of the panel' }), 'Shift+Tab')
    for (let taller = 0; taller < 20; taller++) await tour.press('ArrowUp')
    await tour.tabTo(terminal.getByRole('textbox'))
    await page.keyboard.type(SHOW)
    await tour.press('Enter')
    const rows = async (): Promise<string> => {
      const text = (await screen.innerText()).replaceAll('\u00a0', ' ')
      return text
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n')
    }
    await vi.waitFor(async () => expect(await rows()).toContain(WEATHER_TABLE), 20_000)
    await tour.look('terminal')

    // Back to the cells; found and replaced in all of them.
    await tour.tabTo(page.getByRole('tab', { name: 'Terminal' }), 'Shift+Tab')
    await tour.press('Enter')
    await tour.tabTo(cell(3), 'Shift+Tab')
    await tour.press('Home')
    await tour.expectFocus(cell(1))
    await tour.press('Control+f')
    await tour.expectFocus(page.getByLabel('Find', { exact: true }))
    await tour.write('towns')
    await page.getByText('2 found').waitFor()
    await tour.tabTo(page.getByLabel('Replace with'))
    await tour.write('places')
    await tour.look('search')
    await tour.tabTo(button('Replace all'))
    await tour.press('Enter')
    await cell(4).getByText('places.join').waitFor()
    await page.getByText('Nothing found').waitFor()
    await tour.look('replaced')
    await tour.press('Escape')
    await tour.expectFocus(cell(1))

    // A heading, and the outline that leads to it.
    await tour.press('a', 'm', 'Enter')
    await tour.expectFocus(source(1))
    await tour.write('# Weather\n\n$F = \\frac{9}{5} C + 32$')
    await tour.press('Control+Enter')
    await cell(1).locator('.katex').waitFor()
    await tour.press('End', 'Shift+O')
    const outline = page.getByRole('navigation', { name: 'Outline' })
    await tour.tabTo(outline.getByRole('button', { name: 'Weather' }))
    await tour.look('outline')
    await tour.press('Enter')
    await tour.expectFocus(cell(1))
    await tour.press('Shift+O')

    // The parameters of a run, and the file.
    await tour.press('ArrowDown', 'p')
    await cell(2).getByText('Parameters').waitFor()
    await tour.press('Shift+R', 'Control+s')
    await page.getByText(/^Saved/).waitFor()
    await tour.look('parameters')

    // Taken away in every format.
    await tour.tabTo(button('Export'), 'Shift+Tab')
    for (const [at, ending] of ['mts', 'md', 'html', 'ipynb'].entries()) {
      await tour.press('Enter')
      await page.getByRole('menuitem').first().waitFor()
      if (at === 0) await tour.look('export')
      for (let down = 0; down < at; down++) await tour.press('ArrowDown')
      const downloading = page.waitForEvent('download')
      await tour.press('Enter')
      const download = await downloading
      expect(download.suggestedFilename()).toBe(`${name}.${ending}`)
      await download.saveAs(join(folder, `${name}.${ending}`))
      await tour.expectFocus(button('Export'))
    }
    await tour.look('exported')
    expect(tour.pointed).toEqual([])
    expect(foreign).toEqual([])
    expect(problems).toEqual([])
    await context.close()
    process.stderr.write([...tour.minor].map((text) => `axe, ${name}: ${text}\n`).join(''))

    const text = (ending: string): string => readFileSync(join(folder, `${name}.${ending}`), 'utf8')
    for (const ending of ['mts', 'md']) expect(text(ending)).toContain("places.join(' and ')")
    expect(text('md')).toContain(WEATHER_TABLE)
    expect(text('html')).toContain('Birmingham')
  },
)

test('what was taken away runs without a page: the script prints the table, the notebook takes a parameter', async () => {
  writeFileSync(join(folder, 'connections.toml'), account.connection, { mode: 0o600 })
  const environment = { SNOWFLAKE_HOME: folder, SNOWFLAKE_CONNECTION: 'started' }
  const script = ['--import', 'tsx', '--conditions', '@spcs/source', join(folder, 'light.mts')]
  const [notebook, output] = [join(folder, 'light.ipynb'), join(folder, 'out.ipynb')]
  const words = ['run', notebook, '-p', 'warm=13', '--connection', 'started', '--output', output]
  await using spcs = new SpcsProcess(words, environment)
  const [{ stdout }, code] = await Promise.all([
    run(process.execPath, script, { cwd: folder, env: { ...process.env, ...environment } }),
    spcs.exitCode(),
  ])
  expect(stdout).toContain(WEATHER_TABLE)
  expect(code, spcs.stderr).toBe(0)
  expect(spcs.stdout).toContain(WEATHER_TABLE)
  const done = readFileSync(output, 'utf8')
  expect(done).toContain('2 rows')
})
