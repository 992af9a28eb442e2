import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'

/** Free ports of this machine in place of the container's: container port → port on 127.0.0.1. */
export async function freePorts(ports: readonly number[]): Promise<Map<number, number>> {
  const wanted = [...new Set(ports)]
  // All are held before any is given back, so that no two are the same.
  const servers = await Promise.all(wanted.map(() => listening()))
  const free = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return new Map(wanted.map((port, index) => [port, free[index] ?? port]))
}

async function listening(): Promise<Server> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
