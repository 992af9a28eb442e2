import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { keepAlive } from './socket-life.ts'

async function pair(
  times: { pingMs: number; silenceMs: number },
  autoPong: boolean,
): Promise<WebSocket> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close())
  server.on('connection', (socket) => keepAlive(socket, times))
  await once(server, 'listening')
  const address = server.address() as { readonly port: number }
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`, { autoPong })
  onTestFinished(() => client.terminate())
  await once(client, 'open')
  return client
}

describe('keepAlive()', () => {
  test('pings, and keeps a page that answers', async () => {
    const client = await pair({ pingMs: 10, silenceMs: 200 }, true)
    for (let ping = 0; ping < 30; ping++) await once(client, 'ping')
    expect(client.readyState).toBe(WebSocket.OPEN)
  })

  test('ends the socket of a page of which nothing is heard', async () => {
    const client = await pair({ pingMs: 10, silenceMs: 100 }, false)
    expect((await once(client, 'close'))[0]).toBe(1006)
  })
})
