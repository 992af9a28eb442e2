import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { defineServiceFunction } from './define-service-function.ts'
import { appWith, postBatch } from './testing/test-app.ts'

const base = { name: 'f', path: '/f', arguments: { x: 'FLOAT' }, returns: 'FLOAT' } as const
const ROWS = Array.from({ length: 40 }, (_, row) => [row, row * 10])

/** A handler that takes its time, and counts how many of its calls run at once. */
function counted() {
  const count = { running: 0, most: 0, calls: 0 }
  const handler = async (x: number): Promise<number> => {
    count.calls += 1
    count.running += 1
    count.most = Math.max(count.most, count.running)
    await sleep(1)
    count.running -= 1
    return x + 1
  }
  return { count, handler }
}

test('calls that take their time run several at once, and are answered in order', async () => {
  const { count, handler } = counted()
  const app = await appWith(defineServiceFunction({ ...base, concurrency: 5, handler }))
  const response = await postBatch(app, '/f', ROWS)
  expect(response.json()).toEqual({ data: ROWS.map(([row, x]) => [row, (x ?? 0) + 1]) })
  expect(count).toEqual({ running: 0, most: 5, calls: 40 })
})

test('the limit holds over all batches', async () => {
  const { count, handler } = counted()
  const app = await appWith(defineServiceFunction({ ...base, concurrency: 3, handler }))
  const responses = await Promise.all([1, 2, 3, 4].map(() => postBatch(app, '/f', ROWS)))
  expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200])
  expect(count).toEqual({ running: 0, most: 3, calls: 160 })
})

test('some rows may be answered at once, and others later', async () => {
  const definition = defineServiceFunction({
    ...base,
    concurrency: 2,
    handler: (x) => (x % 20 === 0 ? x : sleep(1, x)),
  })
  const response = await postBatch(await appWith(definition), '/f', [[3, null], ...ROWS])
  expect(response.json()).toEqual({ data: [[3, null], ...ROWS] })
})

test('after a failure no further row is begun, and other batches go on', async () => {
  let calls = 0
  const definition = defineServiceFunction({
    ...base,
    concurrency: 2,
    handler: async (x) => {
      calls += 1
      await sleep(1)
      if (x === 10) throw new Error('ten')
      return x
    },
  })
  const app = await appWith(definition)
  const response = await postBatch(app, '/f', ROWS)
  expect(response.json()).toMatchObject({ code: 'HANDLER_FAILED', row: 1 })
  expect(calls).toBeLessThan(6)
  expect((await postBatch(app, '/f', [[0, 1]])).json()).toEqual({ data: [[0, 1]] })
})

test('no row is computed of a batch with a bad one', async () => {
  const { count, handler } = counted()
  const app = await appWith(defineServiceFunction({ ...base, handler }))
  expect((await postBatch(app, '/f', [...ROWS, [40, 'warm']])).statusCode).toBe(400)
  expect(count.calls).toBe(0)
})

test('a function without arguments is called once a row, with the context', async () => {
  const definition = defineServiceFunction({
    ...base,
    arguments: {},
    returns: 'VARCHAR',
    handler: ({ functionName }) => functionName,
  })
  const response = await postBatch(await appWith(definition), '/f', [[0], [1]])
  expect(response.json()).toEqual({
    data: [
      [0, 'F'],
      [1, 'F'],
    ],
  })
})
