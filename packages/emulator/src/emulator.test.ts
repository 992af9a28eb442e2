import { request } from 'node:http'
import { once } from 'node:events'
import { describe, expect, test, vi } from 'vitest'
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

  test('makes a password once, and finds it again', async () => {
    const options = { port: 0, directory: temporaryDirectory(), generatePassword: true }
    const first = await startEmulator(options)
    const { password } = first.connection
    await first.close()
    expect(password).toMatch(/^[\w-]{16}$/)
    await using again = await startEmulator(options)
    expect(again.connection.password).toBe(password)
  })

  test('makes no password for an account that has the default one', async () => {
    const directory = temporaryDirectory()
    await (await startEmulator({ port: 0, directory })).close()
    await expect(
      startEmulator({ port: 0, directory, generatePassword: true }),
    ).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })

  test('says so when containers are to run in an engine, and none answers', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock')
    await expect(startEmulator({ port: 0, runner: 'docker' })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message:
        'Cannot run containers: no container engine answers at unix:///nowhere/docker.sock, there is no such socket',
    })
  })
})
