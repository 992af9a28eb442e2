import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listening, signIn, testApp, TOKEN } from '@spcs/notebook/testing/test-app'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'

/** What Snowflake's ingress adds to every answer; its policy stands beside ours, and only narrows. */
const INGRESS_HEADERS = {
  'x-frame-options': 'DENY',
  'cross-origin-embedder-policy': 'credentialless',
}
const INGRESS_POLICY =
  "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; object-src 'none'; " +
  "connect-src 'self'; frame-ancestors 'self';"

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})

afterAll(() => browser.close())

/** A page of our own server, signed in, behind the headers of the ingress or not. */
async function ownPage(isBehindIngress: boolean): Promise<Page> {
  const { app } = testApp({ logLevel: 'fatal' })
  if (isBehindIngress) {
    app.addHook('onSend', async (_request, reply) => {
      reply.headers(INGRESS_HEADERS)
      const own = String(reply.getHeader('content-security-policy'))
      reply.header('content-security-policy', [INGRESS_POLICY, own])
    })
  }
  await signIn(app)
  const host = await listening(app)
  const page = await browser.newPage()
  await page.goto(`http://${host}/?token=${TOKEN}`)
  return page
}

/** Markup that has got through the sanitizers of others: here it comes to the frame as it is. */
const RUNNING = [
  '<svg><script>window.ran=1</script></svg>',
  '<img src=x onerror="window.ran=1">',
  '<svg><animate onbegin="window.ran=1" attributeName=x dur=1s>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=window.ran=1&gt;">',
  '<form><math><mtext></form><form><mglyph><style></math><img src=x onerror="window.ran=1">',
  '<noscript><p title="</noscript><img src=x onerror=window.ran=1>">',
  '<details open ontoggle="window.ran=1">x</details>',
  '<input autofocus onfocus="window.ran=1">',
  '<iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
  '<a href="javascript:window.ran=1">x</a>',
  '<a href="javascript:window.ran=1" target="_top">x</a>',
  `<form action="javascript:window.ran=1"><button>x</button></form>`,
]

/** Markup that asks another site for something as soon as it is shown. */
function asking(site: string): string[] {
  return [
    `<form action="${site}/form" method="post" target="_top"><button>x</button></form>`,
    `<img src="${site}/image"><img srcset="${site}/set 1x">`,
    `<style>@import '${site}/import'; p { background: url(${site}/url) }</style>`,
    `<link rel="stylesheet" href="${site}/style"><link rel="prefetch" href="${site}/prefetch">`,
    `<video src="${site}/video" autoplay></video><embed src="${site}/embed"><object data="${site}/object"></object>`,
    `<base href="${site}/"><img src="relative">`,
  ]
}

/** A site that nobody is to ask. What a browser says that it asks, its policies may still have stopped. */
class OtherSite implements AsyncDisposable {
  /** Paths of what arrived. */
  readonly asked: string[] = []
  readonly #server = createServer((request, response) => {
    this.asked.push(request.url ?? '')
    response.end()
  })

  static async start(): Promise<OtherSite> {
    const site = new OtherSite()
    site.#server.listen(0, '127.0.0.1')
    await once(site.#server, 'listening')
    return site
  }

  get origin(): string {
    // Another site than 127.0.0.1 to a browser, and the same machine.
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

interface Shown {
  readonly height: number
  readonly text: string
}

/** Shows an output as the page does, and gives what is in the frame after it has told its height. */
async function show(page: Page, content: string, isTrusted: boolean): Promise<Shown> {
  const height = await page.evaluate(
    async ([html, trusted]) => {
      const frame = document.createElement('iframe')
      frame.sandbox.add('allow-scripts')
      frame.src = trusted ? '/output-frame?scripts=1' : '/output-frame'
      await new Promise((resolve) => {
        frame.addEventListener('load', resolve)
        document.body.append(frame)
      })
      const { port1, port2 } = new MessageChannel()
      const told = new Promise<number>((resolve) => {
        port1.addEventListener('message', ({ data }) => resolve(data.height))
        port1.start()
      })
      frame.contentWindow?.postMessage(
        { type: 'show', mime: 'text/html', content: html, trusted },
        '*',
        [port2],
      )
      return told
    },
    [content, isTrusted] as const,
  )
  const frame = page.frames().findLast((each) => each.url().includes('/output-frame'))
  return { height, text: (await frame?.locator('body').textContent()) ?? '' }
}

test('the markup of these tests asks the other site where no policy forbids it', async () => {
  await using site = await OtherSite.start()
  const page = await browser.newPage()
  const image = page.waitForResponse(`${site.origin}/relative`)
  await page.setContent(asking(site.origin).join(''))
  await image
  await page.close()
  const loaded = site.asked.filter((path) => path !== '/favicon.ico')
  expect(loaded).toEqual(
    expect.arrayContaining(['/image', '/set', '/style', '/video', '/relative']),
  )
})

describe.each([
  ['alone', false],
  ['behind the ingress', true],
])('the output frame, %s', (_name, isBehindIngress) => {
  test('shows an output and tells its height; without trust nothing in it runs (CVE-2021-32797, CVE-2018-8768)', async () => {
    const page = await ownPage(isBehindIngress)
    const content =
      '<div style="height:123px" id="out">kept</div><script>out.textContent = "ran"</script>' +
      '<img src="x" onerror="out.textContent = \'ran\'"><svg onload="out.textContent = \'ran\'">'
    const shown = await show(page, content, false)
    expect(shown.height).toBeGreaterThanOrEqual(123)
    await page.waitForTimeout(100)
    expect(shown.text).toContain('kept')
    const again = page.frames().findLast((each) => each.url().includes('/output-frame'))
    expect(await again?.locator('#out').textContent()).toBe('kept')
    await page.close()
  })

  test('runs nothing of hostile markup, and asks no other site (CVE-2021-32797, CVE-2021-32798, CVE-2018-8768, CVE-2016-6524)', async () => {
    await using site = await OtherSite.start()
    const page = await ownPage(isBehindIngress)
    for (const markup of [...RUNNING, ...asking(site.origin)]) {
      await page.evaluate(() => document.querySelector('iframe')?.remove())
      await show(page, `${markup}<p id="end">kept</p>`, false)
      const frame = page.frames().find((each) => each.url().includes('/output-frame'))
      const ran = await frame?.evaluate(async () => {
        for (const element of document.querySelectorAll('a, button, input')) {
          element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
        }
        // What loads, or fails to, tells so in a task of its own.
        await new Promise((resolve) => setTimeout(resolve, 20))
        return 'ran' in globalThis
      })
      expect([markup, ran]).toEqual([markup, false])
    }
    expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false)
    await page.close()
    expect(site.asked).toEqual([])
  })

  test('keeps trusted outputs from taking the reader, or what they know, elsewhere (CVE-2026-44727)', async () => {
    await using site = await OtherSite.start()
    const page = await ownPage(isBehindIngress)
    const address = page.url()
    const content = `<p>kept</p><script>
      for (const attempt of [
        () => { top.location = '${site.origin}/top' },
        () => { window.open('${site.origin}/window') },
        () => { navigator.sendBeacon('${site.origin}/beacon') },
        () => { location = '${site.origin}/frame' },
      ]) try { attempt() } catch {}
    </script>`
    await show(page, content, true)
    await page.waitForTimeout(200)
    for (const markup of [
      ...asking(site.origin),
      `<meta http-equiv="refresh" content="0;url=${site.origin}/refresh">`,
    ]) {
      await page.evaluate(() => document.querySelector('iframe')?.remove())
      await show(page, markup, true)
      await page.waitForTimeout(50)
    }
    expect(page.url()).toBe(address)
    expect(page.context().pages()).toHaveLength(1)
    await page.close()
    expect(site.asked).toEqual([])
  })

  test('runs trusted scripts, which reach neither server, cookies, storage nor the page (CVE-2026-44727, CVE-2018-19351)', async () => {
    const page = await ownPage(isBehindIngress)
    const content = `<div id="out">nothing ran</div><script>
      const attempts = {
        fetch: () => fetch('/api/me').then((response) => response.status),
        socket: () => new Promise((resolve, reject) => {
          const socket = new WebSocket(location.href.replace('http', 'ws'))
          socket.onopen = resolve
          socket.onerror = () => reject(new Error('refused'))
        }),
        image: () => new Promise((resolve, reject) => {
          const image = new Image()
          image.onload = resolve
          image.onerror = () => reject(new Error('refused'))
          image.src = '/icon.svg'
        }),
        cookies: () => document.cookie || Promise.reject(new Error('none')),
        storage: () => localStorage.length,
        page: () => parent.document.title,
        evaluated: () => eval('6 * 7'),
        origin: () => self.origin,
      }
      void (async () => {
        const results = {}
        for (const [name, attempt] of Object.entries(attempts)) {
          try {
            results[name] = await attempt()
          } catch (error) {
            results[name] = 'refused'
          }
        }
        out.textContent = JSON.stringify(results)
      })()
    </script>`
    await show(page, content, true)
    const frame = page.frames().findLast((each) => each.url().includes('/output-frame'))
    const result = frame?.locator('#out', { hasText: '{' })
    await result?.waitFor()
    expect(JSON.parse((await result?.textContent()) ?? '')).toEqual({
      fetch: 'refused',
      socket: 'refused',
      image: 'refused',
      cookies: 'refused',
      storage: 'refused',
      page: 'refused',
      evaluated: 42,
      origin: 'null',
    })
    await page.close()
  })
})
