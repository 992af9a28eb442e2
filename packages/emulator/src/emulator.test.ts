import { request } from 'node:http'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { startEmulator } from './emulator.ts'
import { maybeRunningAccount } from './state-directory.ts'
import { temporaryDirectory } from './testing/test-account.ts'

describe('startEmulator()', () => {
  test('listens for public endpoints on a port of its own, and announces it', async () => {
    const directory = temporaryDirectory()
    await using emulator = await startEmulator({ port: 0, directory })
    expect(emulator.ingressPort).not.toBe(emulator.port)
    expect(maybeRunningAccount(directory)).toMatchObject({
      port: emulator.port,
      ingressPort: emulator.ingressPort,
    })
    const asked = request({ port: emulator.ingressPort, headers: { host: 'x.localhost' } }).end()
    const [answer] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }]
    answer.resume()
    expect(answer.statusCode).toBe(404)
  })

  test('says so when the port of public endpoints is in use, and leaves nothing behind', async () => {
    await using first = await startEmulator({ port: 0 })
    const directory = temporaryDirectory()
    const { ingressPort } = first
    await expect(startEmulator({ port: 0, ingressPort, directory })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Cannot listen on 127.0.0.1:${ingressPort}: the port is in use`,
    })
    await using second = await startEmulator({ port: 0, directory })
    expect(second.ingressPort).toBeGreaterThan(0)
  })
})
