import { type Browser, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'

/**
 * Headless Chromium with arguments of our own: those that its package comes with switch web security off, and then a
 * test of origins, frames and policies would prove nothing.
 */
export async function launchBrowser(): Promise<Browser & AsyncDisposable> {
  const browser = await chromium.launch({
    executablePath: inject('chromium'),
    args: [
      '--no-sandbox', // containers and CI run as root, where Chromium's own sandbox refuses to start
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
    ],
  })
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() })
}

/** Collects every address outside these hosts that a page asks for; data: and blob: go nowhere. */
export function watchForeignRequests(page: Page, hosts: readonly string[]): string[] {
  const foreign: string[] = []
  page.context().on('request', (request) => {
    const { protocol, host, href } = new URL(request.url())
    if (/^(https?|wss?):$/.test(protocol) && !hosts.includes(host)) foreign.push(href)
  })
  return foreign
}
