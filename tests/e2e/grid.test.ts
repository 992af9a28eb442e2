import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { FakeResults } from '../notebook/fake-results.ts'
import { NotebookServer } from '../notebook/notebook-server.ts'
import { launchBrowser, reportPage, watchForeignRequests } from './browser.ts'

const RESULT = 'application/vnd.spcs.result+json'
const VEGA_LITE = 'application/vnd.vegalite.v5+json'
const VEGA = 'application/vnd.vega.v6+json'

let server: NotebookServer
let browser: Browser & AsyncDisposable

beforeAll(async () => {
  server = await NotebookServer.start()
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

test('a result of a million rows is scrolled, walked, copied, filtered, drawn, and told apart when it is gone', async () => {
  const results = new FakeResults(1_000_000, 50)
  const page = await openPage('grid.ipynb', [cell('a', { [RESULT]: results.bundle() })])
  await results.serve(page)
  const grid = page.getByRole('grid').first()
  await grid.getByText('Berlin').first().waitFor()
  expect(results.asked).toEqual([])
  expect(await grid.getAttribute('aria-rowcount')).toBe('1000001')

  // With the scroll bar to the end, and back by the keyboard.
  await grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight }))
  await grid.locator('[aria-rowindex="1000001"]').getByText('1000000', { exact: true }).waitFor()
  await grid.focus()
  await page.keyboard.press('Control+End')
  expect(await activeCell(page)).toEqual({ row: '1000001', column: '50', text: '71402' })
  await page.keyboard.press('PageUp')
  await page.keyboard.press('ArrowLeft')
  expect(await activeCell(page)).toMatchObject({ row: '999989', column: '49' })
  // Out of view the active cell stays on the page, and the focus with it.
  await grid.evaluate((element) => element.scrollTo({ top: 0, left: 0 }))
  await grid.locator('[aria-rowindex="2"]').waitFor()
  expect(await activeCell(page)).toMatchObject({ row: '999989', column: '49' })
  expect(await grid.locator('[role=row]').count()).toBeLessThan(40)

  await page.keyboard.press('Control+Home')
  for (const key of ['Shift+ArrowRight', 'Shift+ArrowDown']) await page.keyboard.press(key)
  await page.keyboard.press('Control+c')
  await page.getByText('Copied 4 values').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('1\tBerlin\n2\tLisboa')

  // The names: order, then what is in a column, and a condition by a value of it.
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await grid.locator('[aria-rowindex="2"]').getByText('1000000', { exact: true }).waitFor()
  const city = grid.getByRole('columnheader', { name: 'CITY' })
  expect(await city.getAttribute('aria-sort')).toBe('descending')
  expect(results.asked.at(-1)?.searchParams.get('sort')).toBe('[{"column":1,"descending":true}]')
  await page.keyboard.press('Alt+ArrowDown')
  const popover = page.getByRole('dialog', { name: 'Column CITY' })
  await popover.getByRole('button', { name: 'Lisboa' }).click()
  await page.getByText('142,857 of 1,000,000 rows').waitFor()
  await page.getByRole('button', { name: 'Remove the filter CITY = "Lisboa"' }).click()

  await page.getByRole('button', { name: 'Chart' }).first().click()
  await page.getByRole('figure', { name: 'line chart: sum of TEMP_C by MEASURED_ON' }).waitFor()
  await page.getByLabel('X', { exact: true }).selectOption('CITY')
  await page.getByLabel('Mark', { exact: true }).selectOption('bar')
  const chart = page.getByRole('figure', { name: 'bar chart: sum of TEMP_C by CITY' })
  await chart.locator('.role-mark path').first().waitFor()
  expect(await chart.locator('.role-mark path').count()).toBe(5)
  const narrow = await chart.locator('svg.marks').evaluate((drawn) => drawn.clientWidth)
  await page.getByRole('button', { name: 'Hide the files' }).click()
  await vi.waitFor(async () =>
    expect(await chart.locator('svg.marks').evaluate((drawn) => drawn.clientWidth)).toBeGreaterThan(
      narrow,
    ),
  )
  await chart.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('menuitem', { name: 'Insert as cell' }).click()
  await page.getByRole('region', { name: 'TypeScript cell 2' }).getByText('display({').waitFor()

  // The cell remembers its chart; the server has the rows no more.
  results.isGone = true
  await page.reload()
  await page.getByText('The first 50 of 1,000,000 rows. Run the cell again to see all.').waitFor()
  await grid.focus()
  await page.keyboard.press('Control+End')
  expect(await activeCell(page)).toMatchObject({ row: '51' })
  await page.keyboard.press('Escape')
  await vi.waitFor(async () =>
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('cell'),
  )
  await page.context().close()
})

test('charts of anybody run nothing, ask nobody and lead nowhere (CVE-2025-59840, GHSA-4vq7-882g-wcg4, GHSA-w5m3-xh75-mp55, vega#3027, vega#3984)', async () => {
  const page = await openPage('charts.ipynb', [
    cell('a', { [VEGA_LITE]: hostileVegaLite() }),
    cell('b', { [VEGA]: hostileVega() }),
    cell('c', { [VEGA_LITE]: { data: { url: 'https://evil.example/a.json' }, mark: 'bar' } }),
    cell('d', { [VEGA_LITE]: interactive() }),
    cell('e', {
      [VEGA_LITE]: { data: { values: [{ a: 1 }] }, mark: 'bar', encoding: { x: { field: 'b' } } },
    }),
  ])
  const foreign = watchForeignRequests(page, [`127.0.0.1:${server.port}`])
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const pages: Page[] = []
  page.context().on('page', (opened) => pages.push(opened))
  const chart = (at: number) => page.locator('.cell').nth(at).getByRole('figure')

  const bar = chart(0).locator('.role-mark path').first()
  await bar.hover()
  const tooltip = page.locator('.chart-tooltip').first()
  await tooltip.getByText(MARKUP).waitFor()
  expect(await tooltip.locator('img, script').count()).toBe(0)
  await bar.click()
  await chart(0).getByText(MARKUP).first().waitFor()

  // What its expressions found on their way to the window.
  const drawn = chart(1).locator('svg.marks')
  await drawn.getByText('found: nothing').waitFor()
  await drawn.click({ position: { x: 60, y: 20 } })
  await drawn.getByText('after a click: nothing').waitFor()
  expect(await chart(1).locator('.vega-bind').count()).toBe(2)
  expect(await page.locator('.vega-bind').count()).toBe(2)

  await page.getByText('The chart asks for "https://evil.example/a.json"').waitFor()
  await page.getByText(`The chart's x is the field "b"`).waitFor()

  // One that means well does what it should.
  const points = chart(3).locator('.role-mark path')
  await points.first().click()
  await vi.waitFor(async () => expect(await points.nth(1).getAttribute('fill')).toBe('grey'))
  expect(await points.first().getAttribute('fill')).not.toBe('grey')

  expect(foreign).toEqual([])
  expect(pages).toEqual([])
  expect(asked.filter((path) => path === '/api/reached')).toEqual([])
  expect(await page.evaluate(() => 'ran' in globalThis || 'ran' in {})).toBe(false)
  expect(new URL(page.url()).host).toBe(`127.0.0.1:${server.port}`)
  await page.context().close()
})

const MARKUP = '<img src=/api/reached onerror=ran=1><script>ran=1</script>'

function hostileVegaLite(): object {
  return {
    $schema: 'https://evil.example/schema.json',
    usermeta: {
      embedOptions: {
        actions: true,
        loader: { baseURL: 'https://evil.example' },
        patch: '/api/reached',
      },
    },
    title: MARKUP,
    description: MARKUP,
    data: { values: [{ a: MARKUP, b: 3, link: 'javascript:ran=1' }] },
    mark: { type: 'bar', tooltip: { content: 'data' }, href: 'https://evil.example/link' },
    encoding: {
      x: { field: 'a', type: 'nominal' },
      y: { field: 'b', type: 'quantitative' },
      href: { field: 'link' },
    },
  }
}

/** Every way that an expression has from data to a function, an element or the window; `found` says which leads on. */
function hostileVega(): object {
  const roads = [
    `''.constructor.constructor`,
    `{}.constructor.prototype`,
    `data('table')[0].made`,
    `data('table')[0].made.indexOf`,
    `item.mark.group.context.dataflow`,
    `datum.constructor`,
    `pluck([{}], 'con' + 'structor')[0]`,
  ]
  const clicked = [
    ...roads,
    'event.view',
    'event.target',
    'event.target.ownerDocument.defaultView',
    'event.vega.view',
    'event.dataflow',
    'event.item.context.dataflow',
    'event.item._svg',
    'group().context',
    'item().mark.source',
  ]
  const found = (each: readonly string[]): string =>
    each.map((road, at) => `(isValid(${road}) ? ' ${at}' : '')`).join(' + ')
  return {
    width: 260,
    height: 60,
    config: { events: { selector: true, window: true, bind: 'any' } },
    data: [
      {
        name: 'table',
        values: [{ name: 'x' }],
        transform: [
          { type: 'project', fields: ['constructor.assign', 'name'], as: ['made', 'name'] },
        ],
      },
      { name: 'far', url: '/api/reached' },
    ],
    signals: [
      {
        name: 'called',
        on: [
          {
            // It fails, and with it whatever else this event does.
            events: 'pointerdown',
            update: `join({join: event.view.Reflect.apply}, event.view.fetch, event.view, ['/api/reached'])`,
          },
        ],
      },
      {
        name: 'clicked',
        value: '',
        on: [
          { events: 'click', update: `'after a click:' + (${found(clicked)} || ' nothing')` },
          { events: 'body:click', update: `'body'` },
        ],
      },
      { name: 'spread', value: 1, bind: { input: 'range', element: '.top-bar', onclick: 'ran=1' } },
      { name: 'cover', bind: { input: 'image', src: '/api/reached', style: 'position: fixed' } },
    ],
    marks: [
      {
        type: 'text',
        from: { data: 'table' },
        encode: {
          update: {
            y: { value: 20 },
            fill: { value: '#888' },
            text: { signal: `'found:' + (${found(roads)} || ' nothing')` },
            href: { value: 'https://evil.example/click' },
            cursor: { value: 'url(/api/reached), pointer' },
          },
        },
      },
      {
        type: 'text',
        encode: {
          update: { y: { value: 45 }, fill: { value: '#888' }, text: { signal: 'clicked' } },
        },
      },
      { type: 'image', encode: { enter: { url: { value: '/api/reached' }, width: { value: 9 } } } },
    ],
  }
}

function interactive(): object {
  return {
    width: 200,
    height: 60,
    data: { values: [{ a: 1 }, { a: 2 }, { a: 3 }] },
    params: [{ name: 'picked', select: 'point' }],
    mark: { type: 'point', filled: true, size: 200 },
    encoding: {
      x: { field: 'a', type: 'quantitative' },
      color: { condition: { param: 'picked', value: 'steelblue' }, value: 'grey' },
    },
  }
}

async function openPage(name: string, cells: readonly object[]): Promise<Page> {
  writeFileSync(
    join(server.directory, name),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }),
  )
  const context = await browser.newContext({
    viewport: { width: 1180, height: 1_400 },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  reportPage(page)
  await page.goto(server.url(name))
  return page
}

function cell(id: string, data: object): object {
  return {
    id,
    cell_type: 'code',
    metadata: {},
    source: '',
    outputs: [{ output_type: 'display_data', data, metadata: {} }],
    execution_count: null,
  }
}

/** What the element with the focus says is active. */
function activeCell(page: Page): Promise<object | undefined> {
  return page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant') ?? ''
    const active = document.getElementById(id)
    return active === null
      ? undefined
      : {
          row: active.closest('[role=row]')?.getAttribute('aria-rowindex'),
          column: active.getAttribute('aria-colindex'),
          text: active.textContent,
        }
  })
}
