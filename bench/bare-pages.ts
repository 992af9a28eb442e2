import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** The floor: pages that show something and have no script. */
export interface BarePages extends AsyncDisposable {
  /** @param path One of those that it was started with. */
  address(path: string): string
}

/** @param pages What stands in each page, by its path. */
export async function startBarePages(pages: Readonly<Record<string, string>>): Promise<BarePages> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html>${pages[request.url ?? ''] ?? ''}`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: (path) => `http://127.0.0.1:${port}${path}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
