import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below what Linux (from 32768) and macOS (from 49152) give to connections that a program begins: a port of that range
 * can be taken by anybody's connection between our look at it and the container's listening.
 */
const FIRST_PORT = 20_000
const LAST_PORT = 32_767
/** So many of them in a row that are all in use mean that something else is wrong. */
const MOST_TRIES = 200

/** Free ports of this machine in place of the container's: container port → port on 127.0.0.1. */
export async function freePorts(ports: readonly number[]): Promise<Map<number, number>> {
  const free = new Map<number, number>()
  const taken = new Set<number>()
  for (const port of new Set(ports)) {
    const here = await freePort(taken)
    taken.add(here)
    free.set(port, here)
  }
  return free
}

async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1))
    if (!taken.has(port) && (await isFree(port))) return port
  }
  throw new Error(`no free port from ${FIRST_PORT} to ${LAST_PORT} in ${MOST_TRIES} tries`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  await once(server.close(), 'close')
  return true
}
