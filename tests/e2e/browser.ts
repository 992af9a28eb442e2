import { type Browser, chromium, type Page } from 'playwright-core'
import { inject, onTestFailed } from 'vitest'
import { CHROMIUM_ARGUMENTS } from '../../bench/chromium.ts'

/**
 * Headless Chromium with arguments of our own: those that its package comes with switch web security off, and then a
 * test of origins, frames and policies would prove nothing.
 */
export async function launchBrowser(): Promise<Browser & AsyncDisposable> {
  const browser = await chromium.launch({
    executablePath: inject('chromium'),
    args: [...CHROMIUM_ARGUMENTS],
  })
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() })
}

/** Has a failing test print what this page shows and what went wrong in it: a locator that waited in vain says neither. */
export function reportPage(page: Page): void {
  const said: string[] = []
  page.on('pageerror', (error) => said.push(`page error: ${String(error)}`))
  page.on('console', (message) => said.push(`console ${message.type()}: ${message.text()}`))
  page.on('requestfailed', (request) =>
    said.push(`failed: ${request.method()} ${request.url()} ${request.failure()?.errorText ?? ''}`),
  )
  page.on('response', (response) => {
    if (response.status() >= 400) said.push(`${response.status()}: ${response.url()}`)
  })
  onTestFailed(async () => {
    const text = page.isClosed() ? '(closed)' : await page.locator('body').innerText()
    process.stderr.write(`\nThe page at ${page.url()} shows:\n${text}\n${said.join('\n')}\n`)
  })
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
