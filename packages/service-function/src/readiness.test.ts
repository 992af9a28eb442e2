import Fastify, { type FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { readiness } from './readiness.ts'

async function appWith(options = {}): Promise<FastifyInstance> {
  const app = Fastify()
  onTestFinished(() => app.close())
  await app.register(readiness, options)
  return app
}

const closed = (app: FastifyInstance): Promise<boolean> =>
  new Promise((resolve) => app.addHook('onClose', async () => resolve(true)))

test('is green, and red while the app drains; the app closes when that was seen', async () => {
  const app = await appWith({ path: '/ready' })
  const isClosed = closed(app)
  const green = await app.inject('/ready')
  expect([green.statusCode, green.json()]).toEqual([200, { status: 'ok' }])

  const drained = app.drain()
  const red = await app.inject('/ready')
  expect([red.statusCode, red.json()]).toEqual([503, { status: 'draining' }])
  await drained
  expect(await isClosed).toBe(true)
})

test('closes after a while when no probe comes any more', async () => {
  const app = await appWith({ drainMs: 20 })
  await app.inject('/healthcheck')
  const started = performance.now()
  await app.drain()
  expect(performance.now() - started).toBeGreaterThanOrEqual(19)
})

test('closes at once when nobody ever probed', async () => {
  const app = await appWith({ drainMs: 60_000 })
  const isClosed = closed(app)
  await app.drain()
  expect(await isClosed).toBe(true)
})
