import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listening, signIn, testApp, TOKEN } from '../testing/test-app.ts'

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
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox'], // containers and continuous integration run as root
  })
}, 30_000)

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

describe.each([
  ['alone', false],
  ['behind the ingress', true],
])('the output frame, %s', (_name, isBehindIngress) => {
  test('shows an output and tells its height; without trust nothing in it runs', async () => {
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
  }, 20_000)

  test('runs trusted scripts, which reach neither server, cookies, storage nor the page', async () => {
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
  }, 20_000)
})
