import { expect, test } from 'vitest'
import { BatchesInFlight } from './batches-in-flight.ts'
import { defineServiceFunction } from './define-service-function.ts'
import { appWith, postBatch } from './testing/test-app.ts'

test('further batches are answered 429 while too many run, and taken again afterwards', async () => {
  let finish: ((value: number) => void) | undefined
  const definition = defineServiceFunction({
    name: 'f',
    path: '/f',
    arguments: { x: 'FLOAT' },
    returns: 'FLOAT',
    handler: (x) => (x < 0 ? x : new Promise<number>((resolve) => (finish = resolve))),
  })
  const app = await appWith(definition, { maxBatchesInFlight: 1 })
  const running = postBatch(app, '/f', [[0, 1]])
  await expect.poll(() => finish).toBeDefined()
  const refused = await postBatch(app, '/f', [[0, -1]])
  expect(refused.statusCode).toBe(429)
  expect(refused.headers['retry-after']).toBe('1')
  expect(refused.json()).toEqual({
    error: expect.stringContaining('Cannot take batch: 1 of '),
    code: 'TOO_BUSY',
  })
  finish?.(2)
  expect((await running).body).toBe('{"data":[[0,2]]}')
  expect((await postBatch(app, '/f', [[0, -1]])).body).toBe('{"data":[[0,-1]]}')
})

test('counts bytes, too, and takes a batch that is alone whatever its size', () => {
  const inFlight = new BatchesInFlight({ batches: 10, bytes: 100 })
  inFlight.enter(500)
  expect(() => inFlight.enter(1)).toThrow(expect.objectContaining({ code: 'TOO_BUSY' }))
  inFlight.leave(500)
  inFlight.enter(60)
  inFlight.enter(40)
  expect(() => inFlight.enter(1)).toThrow('2 of 100 bytes')
  expect(inFlight.count).toBe(2)
})

test('bytes are still counted after a request that announces no number of them', async () => {
  let finish: ((value: number) => void) | undefined
  const definition = defineServiceFunction({
    name: 'f',
    path: '/f',
    arguments: { x: 'FLOAT' },
    returns: 'FLOAT',
    handler: () => new Promise<number>((resolve) => (finish = resolve)),
  })
  const app = await appWith(definition, { maxBytesInFlight: 30 })
  for (const announced of ['many', '-5', 'Infinity']) {
    const headers = { 'content-length': announced }
    expect((await postBatch(app, '/f', [], { headers })).statusCode).toBeLessThan(500)
  }
  const running = postBatch(app, '/f', [[0, 1]])
  await expect.poll(() => finish).toBeDefined()
  expect((await postBatch(app, '/f', [[0, 1]])).statusCode).toBe(429)
  finish?.(2)
  expect((await running).statusCode).toBe(200)
})
