import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { expect, test } from 'vitest'
import { defineServiceFunction } from './define-service-function.ts'
import { appWith, postBatch } from './testing/test-app.ts'

/** A long-running function whose calls end when the test says so. */
function slow() {
  const calls: PromiseWithResolvers[] = []
  const definition = defineServiceFunction({
    name: 'slow',
    path: '/slow',
    arguments: { x: 'FLOAT' },
    returns: 'FLOAT',
    longRunning: true,
    handler: () => {
      const call = withResolvers()
      calls.push(call)
      return call.promise
    },
  })
  return { definition, calls }
}

interface PromiseWithResolvers {
  readonly promise: Promise<number>
  readonly resolve: (value: number) => void
  readonly reject: (error: Error) => void
}

function withResolvers(): PromiseWithResolvers {
  let resolvers: Omit<PromiseWithResolvers, 'promise'> | undefined
  const promise = new Promise<number>((resolve, reject) => {
    resolvers = { resolve, reject }
  })
  return { promise, ...(resolvers as Omit<PromiseWithResolvers, 'promise'>) }
}

function poll(app: FastifyInstance, batchId?: string): Promise<LightMyRequestResponse> {
  const headers = batchId === undefined ? {} : { 'sf-external-function-query-batch-id': batchId }
  return app.inject({ method: 'GET', url: '/slow', headers })
}

test('is answered 202 until the rows are there, and then as often as asked', async () => {
  const { definition, calls } = slow()
  const app = await appWith(definition)
  const accepted = await postBatch(app, '/slow', [[0, 1]], { batchId: 'q:1' })
  expect([accepted.statusCode, accepted.body]).toEqual([202, ''])
  expect((await poll(app, 'q:1')).statusCode).toBe(202)

  const again = await postBatch(app, '/slow', [[0, 1]], { batchId: 'q:1' })
  expect([again.statusCode, calls.length]).toEqual([202, 1])

  calls[0]?.resolve(5)
  await expect.poll(async () => (await poll(app, 'q:1')).body).toBe('{"data":[[0,5]]}')
  expect((await poll(app, 'q:1')).statusCode).toBe(200)
})

test('tells a poll why the batch failed; a new POST starts it again', async () => {
  const { definition, calls } = slow()
  const app = await appWith(definition)
  await postBatch(app, '/slow', [[0, 1]], { batchId: 'q:1' })
  calls[0]?.reject(new Error('no'))
  await expect.poll(async () => (await poll(app, 'q:1')).statusCode).toBe(500)
  expect((await poll(app, 'q:1')).json()).toMatchObject({ code: 'HANDLER_FAILED', row: 0 })

  await postBatch(app, '/slow', [[0, 1]], { batchId: 'q:1' })
  calls[1]?.resolve(2)
  await expect.poll(async () => (await poll(app, 'q:1')).body).toBe('{"data":[[0,2]]}')
})

test('a batch of bad rows is refused by its first poll', async () => {
  const { definition } = slow()
  const app = await appWith(definition)
  await postBatch(app, '/slow', [[0, 'warm']], { batchId: 'q:1' })
  expect((await poll(app, 'q:1')).json()).toMatchObject({ code: 'ARGUMENT_INVALID' })
})

test('refuses a batch without an id, and a poll for one that is not here', async () => {
  const app = await appWith(slow().definition)
  const nameless = await postBatch(app, '/slow', [[0, 1]])
  expect([nameless.statusCode, nameless.json()]).toEqual([
    400,
    expect.objectContaining({ code: 'BATCH_ID_MISSING' }),
  ])
  const lost = await poll(app, 'q:9')
  expect([lost.statusCode, lost.json()]).toEqual([
    404,
    expect.objectContaining({ code: 'BATCH_UNKNOWN' }),
  ])
})

test('starts no more when too many answers wait', async () => {
  const { definition, calls } = slow()
  const app = await appWith(definition, { keptAnswerBytes: 10 })
  await postBatch(app, '/slow', [[0, 1]], { batchId: 'q:1' })
  calls[0]?.resolve(5)
  await expect.poll(async () => (await poll(app, 'q:1')).statusCode).toBe(200)
  const refused = await postBatch(app, '/slow', [[0, 1]], { batchId: 'q:2' })
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1'])
  expect(refused.json()).toMatchObject({ code: 'TOO_BUSY' })
})
