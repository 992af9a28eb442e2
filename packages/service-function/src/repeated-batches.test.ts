import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { defineServiceFunction } from './define-service-function.ts'
import { appWith, postBatch } from './testing/test-app.ts'

const base = { name: 'f', path: '/f', arguments: { x: 'FLOAT' }, returns: 'FLOAT' } as const

/** A function that counts its calls. */
function counting(run: (calls: number) => number | Promise<number> = (calls) => calls) {
  let calls = 0
  return {
    definition: defineServiceFunction({ ...base, handler: () => run(++calls) }),
    calls: () => calls,
  }
}

test('a batch that comes again gets the answer of the first time', async () => {
  const { definition, calls } = counting()
  const app = await appWith(definition)
  const bodies = []
  for (let attempt = 0; attempt < 3; attempt += 1) {
    bodies.push((await postBatch(app, '/f', [[0, 1]], { batchId: 'q:1' })).body)
  }
  expect(bodies).toEqual(Array(3).fill('{"data":[[0,1]]}'))
  expect(calls()).toBe(1)
})

test('another id is another batch, and so are other rows under the same id', async () => {
  const { definition } = counting()
  const app = await appWith(definition)
  expect((await postBatch(app, '/f', [[0, 1]], { batchId: 'q:1' })).body).toBe('{"data":[[0,1]]}')
  expect((await postBatch(app, '/f', [[0, 1]], { batchId: 'q:2' })).body).toBe('{"data":[[0,2]]}')
  expect((await postBatch(app, '/f', [[0, 7]], { batchId: 'q:1' })).body).toBe('{"data":[[0,3]]}')
})

test('without an id every batch is a new one', async () => {
  const { definition, calls } = counting()
  const app = await appWith(definition)
  await postBatch(app, '/f', [[0, 1]])
  await postBatch(app, '/f', [[0, 1]])
  expect(calls()).toBe(2)
})

test('a batch that still runs is joined', async () => {
  const { definition, calls } = counting(async (count) => {
    await sleep(20)
    return count
  })
  const app = await appWith(definition)
  const attempts = [1, 2, 3].map(() => postBatch(app, '/f', [[0, 1]], { batchId: 'q:1' }))
  const bodies = (await Promise.all(attempts)).map(({ body }) => body)
  expect(bodies).toEqual(Array(3).fill('{"data":[[0,1]]}'))
  expect(calls()).toBe(1)
})

test('a batch that failed is computed again', async () => {
  const { definition } = counting(async (count) => {
    if (count === 1) throw new Error('not yet')
    return count
  })
  const app = await appWith(definition)
  const first = await postBatch(app, '/f', [[0, 1]], { batchId: 'q:1' })
  expect(first.statusCode).toBe(500)
  expect((await postBatch(app, '/f', [[0, 1]], { batchId: 'q:1' })).body).toBe('{"data":[[0,2]]}')
})

test('answers are kept as long as there is room, and not at all without any', async () => {
  const { definition, calls } = counting()
  const none = await appWith(definition, { answerCacheBytes: 0 })
  await postBatch(none, '/f', [[0, 1]], { batchId: 'q:1' })
  await postBatch(none, '/f', [[0, 1]], { batchId: 'q:1' })
  expect(calls()).toBe(2)

  const little = await appWith(definition, { answerCacheBytes: 10_000 })
  for (let batch = 0; batch < 100; batch += 1) {
    await postBatch(little, '/f', [[0, 1]], { batchId: `q:${batch}` })
  }
  expect(calls()).toBe(102)
  await postBatch(little, '/f', [[0, 1]], { batchId: 'q:99' })
  expect(calls()).toBe(102)
  await postBatch(little, '/f', [[0, 1]], { batchId: 'q:0' })
  expect(calls()).toBe(103)
})

test('two functions do not mix their batches up', async () => {
  const { serviceFunctions } = await import('./plugin.ts')
  const one = defineServiceFunction({ ...base, handler: () => 1 })
  const two = defineServiceFunction({ ...base, path: '/two', handler: () => 2 })
  const app = await appWith(one)
  await app.register(serviceFunctions, { functions: [two] })
  expect((await postBatch(app, '/f', [[0, 1]], { batchId: 'q' })).body).toBe('{"data":[[0,1]]}')
  expect((await postBatch(app, '/two', [[0, 1]], { batchId: 'q' })).body).toBe('{"data":[[0,2]]}')
})
