import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/test-account.ts'
import { AttachedRunner } from './attached-runner.ts'
import { ContainerLog } from './container-log.ts'
import type { ContainerRequest } from './runner.ts'

describe('AttachedRunner', () => {
  test('takes a container that runs elsewhere, and leaves it running', async () => {
    await using elsewhere = await startElsewhere()
    const runner = new AttachedRunner({ tested: { address: elsewhere.address } })
    const request = requested()
    const running = await runner.start(request)
    expect(running.address(9090)).toBe(elsewhere.address)
    expect(running.address(9191)).toBe(elsewhere.address)
    await running.stop(0)
    expect(await running.exited).toBe(0)
    expect((await fetch(`http://${elsewhere.address}`)).status).toBe(200)
    expect(request.log.read()).toBe(
      `Attached to ${elsewhere.address}; what it prints is not here\n` +
        `Detached from ${elsewhere.address}, which goes on\n`,
    )
  })

  test('finds it by service and container before its image, and on the ports of the specification', async () => {
    await using elsewhere = await startElsewhere()
    const [host = '', port = ''] = elsewhere.address.split(':')
    const runner = new AttachedRunner({
      tested: { address: '127.0.0.1:1' },
      'TESTED.main': { address: host },
    })
    const running = await runner.start({ ...requested(), ports: [Number(port)] })
    expect(running.address(Number(port))).toBe(elsewhere.address)
  })

  test('waits for one that does not listen yet', async () => {
    await using elsewhere = await startElsewhere()
    const { address } = elsewhere
    await elsewhere[Symbol.asyncDispose]()
    const starting = new AttachedRunner({ tested: { address } }).start(requested())
    await using again = await startElsewhere(Number(address.split(':')[1]))
    expect((await starting).address(9090)).toBe(again.address)
  })

  test('says which container nobody attached', async () => {
    const runner = new AttachedRunner({ other: { address: '127.0.0.1:1' } })
    await expect(runner.start(requested())).rejects.toThrow(
      'start the account with --attach tested=HOST:PORT',
    )
  })

  test('keeps the session directory of the container as the account has it', async () => {
    await using elsewhere = await startElsewhere()
    const to = join(temporaryDirectory(), 'shared')
    const from = join(temporaryDirectory(), 'session')
    mkdirSync(from)
    writeFileSync(join(from, 'token'), 'first')
    const { address } = elsewhere
    const runner = new AttachedRunner({ tested: { address, sessionDirectory: to } })
    const running = await runner.start({
      ...requested(),
      env: { SPCS_SESSION_DIR: '/snowflake/session' },
      mounts: [{ path: '/snowflake/session', directory: from, readOnly: true }],
    })
    const token = () => readFileSync(join(to, 'token'), 'utf8')
    expect(token()).toBe('first')
    writeFileSync(join(from, 'token.new'), 'second')
    renameSync(join(from, 'token.new'), join(from, 'token'))
    await expect.poll(token).toBe('second')
    await running.stop(0)
    expect(existsSync(join(to, 'token'))).toBe(false)
    expect(existsSync(to)).toBe(true) // it may be mounted
  })
})

/** A container that compose, say, runs. */
async function startElsewhere(port = 0) {
  const server = createServer((_request, response) => response.end('ok'))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function requested(): ContainerRequest {
  return {
    id: 's1-0-main',
    instance: 's1-0',
    directory: '/nowhere',
    service: 'TESTED',
    container: 'main',
    image: '/db/public/image_repo/tested:1',
    imageDigest: 'sha256:1',
    command: undefined,
    args: undefined,
    env: {},
    ports: [9090],
    mounts: [],
    limits: {},
    hostNames: [],
    log: new ContainerLog(join(temporaryDirectory(), 'log')),
  }
}
