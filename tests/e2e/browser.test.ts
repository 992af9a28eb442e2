import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { launchBrowser, watchForeignRequests } from './browser.ts'

async function serve(): Promise<{ server: Server; origin: string }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<title>here</title>')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe('launchBrowser()', () => {
  test('starts a browser that keeps origins apart', async () => {
    const [here, there] = [await serve(), await serve()]
    await using browser = await launchBrowser()
    const page = await browser.newPage()
    const foreign = watchForeignRequests(page, [new URL(here.origin).host])
    await page.goto(here.origin)
    const ask = (url: string): Promise<string> =>
      page.evaluate(async (asked) => {
        try {
          return String((await fetch(asked)).status)
        } catch (error) {
          return String(error)
        }
      }, url)
    expect(await ask(here.origin)).toBe('200')
    expect(foreign).toEqual([])
    expect(await ask(there.origin)).toContain('TypeError')
    expect(foreign).toEqual([`${there.origin}/`])
    here.server.close()
    there.server.close()
  })
})
