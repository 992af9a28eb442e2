import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { openAccountDoor } from './account-door.ts'

// Other systems have one loopback address alone.
describe.runIf(process.platform === 'linux')('openAccountDoor()', () => {
  test('lets addresses of the network in, and not the one of this machine itself', async () => {
    await using account = await testAccount()
    const network = { gateway: '127.0.0.1', subnet: '127.0.0.0/29' }
    const door = await openAccountDoor(account.server, network)
    expect(door.address).toBe('127.0.0.1')
    expect(await ask(door.port, '127.0.0.2')).toBe('the account')
    expect(await ask(door.port, '127.0.0.1')).toBe('ECONNRESET')
    expect(await ask(door.port, '127.0.0.9')).toBe('ECONNRESET')
    await door.close()
    expect(await ask(door.port, '127.0.0.2')).toBe('ECONNREFUSED')
  })

  test('leaves it to the engine where the network is not on this machine', async () => {
    await using account = await testAccount()
    const network = { gateway: '203.0.113.1', subnet: '203.0.113.0/24' }
    const door = await openAccountDoor(account.server, network)
    const { port } = account.server.address() as AddressInfo
    expect(door).toMatchObject({ address: 'host-gateway', port })
    await door.close()
  })
})

async function testAccount() {
  const server = createServer((_request, response) => response.end('the account'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    server,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

/** What the door answers, or how it refuses. */
function ask(port: number, localAddress: string): Promise<string> {
  return new Promise((resolve) => {
    const asking = request({ host: '127.0.0.1', port, localAddress, agent: false }, (response) => {
      response.on('data', (piece: Buffer) => resolve(String(piece)))
    })
    asking.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? '')).end()
  })
}
