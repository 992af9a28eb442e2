import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { freePorts } from './ports.ts'

describe('freePorts()', () => {
  test('gives each port another that one can listen on, outside of what connections are given', async () => {
    const ports = await freePorts([8888, 9090, 8888])
    expect([...ports.keys()]).toEqual([8888, 9090])
    expect(new Set(ports.values()).size).toBe(2)
    for (const port of ports.values()) {
      expect(port).toBeGreaterThanOrEqual(20_000)
      expect(port).toBeLessThan(32_768)
      const server = createServer().listen(port, '127.0.0.1')
      await once(server, 'listening')
      server.close()
    }
  })
})
