import { get } from 'node:http'

/** A probe that is not answered in this time has failed. */
const PROBE_TIMEOUT_MS = 1_000

/** Asks a container how it is: true when it answers a GET with 200. Never throws. */
export function probe(address: string, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const url = `http://${address}${path.startsWith('/') ? '' : '/'}${path}`
    // node:http: the fetch of Node 20 waits for ever when a server hangs up right after accepting.
    const request = get(url, { agent: false, timeout: PROBE_TIMEOUT_MS }, (response) => {
      resolve(response.statusCode === 200)
      response.destroy()
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
    request.on('close', () => resolve(false))
  })
}
