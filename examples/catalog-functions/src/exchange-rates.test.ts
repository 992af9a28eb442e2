import Fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ExchangeRates, httpRates } from './exchange-rates.ts'

const { signal } = new AbortController()

/** Rates of a server that knows the dollar, fails for the lira, and never answers for the pound. */
async function ratesOfServer(): Promise<ExchangeRates> {
  const server = Fastify({ forceCloseConnections: true })
  onTestFinished(() => server.close())
  server.get('/USD', () => ({ rate: 1.25 }))
  server.get('/TRY', (_request, reply) => reply.code(503).send())
  server.get('/GBP', () => new Promise(() => {}))
  return httpRates(await server.listen({ port: 0, host: '127.0.0.1' }))
}

describe('httpRates()', () => {
  test('asks the server, and knows no more than it', async () => {
    const rates = await ratesOfServer()
    expect(await rates.perEuro('USD', signal)).toBe(1.25)
    expect(await rates.perEuro('X/Y', signal)).toBeUndefined()
    await expect(rates.perEuro('TRY', signal)).rejects.toThrow('answered 503 for TRY')
  })

  test('stops to wait when Snowflake does', async () => {
    const rates = await ratesOfServer()
    const controller = new AbortController()
    const waiting = rates.perEuro('GBP', controller.signal)
    controller.abort(new Error('given up'))
    await expect(waiting).rejects.toThrow('given up')
  })
})
