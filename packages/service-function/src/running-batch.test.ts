import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import type { BatchContext } from './batch-context.ts'
import { defineServiceFunction } from './define-service-function.ts'
import { appWith, postBatch } from './testing/test-app.ts'

const base = { name: 'f', path: '/f', arguments: { x: 'FLOAT' }, returns: 'FLOAT' } as const

afterEach(() => void vi.useRealTimers())

/** Rejects when the signal fires. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

test('a handler knows its batch', async () => {
  let seen: BatchContext<'CURRENT_USER' | 'CURRENT_ROLE'> | undefined
  const definition = defineServiceFunction({
    ...base,
    contextHeaders: ['CURRENT_USER', 'CURRENT_ROLE'],
    handler: (x, context) => {
      seen = context
      context.log.info('seen')
      return x
    },
  })
  const app = await appWith(definition)
  const headers = {
    'sf-external-function-current-query-id': 'q1',
    'sf-context-current-user': 'ZO',
    'sf-context-current-user-base64': Buffer.from('ZOË').toString('base64'),
    'sf-context-current-role': 'ANALYST',
  }
  await postBatch(app, '/f', [[0, 1]], { batchId: 'q1:1', headers })
  expect(seen).toMatchObject({ functionName: 'F', queryId: 'q1', batchId: 'q1:1' })
  expect(seen?.headers).toEqual({ CURRENT_USER: 'ZOË', CURRENT_ROLE: 'ANALYST' })
})

test('a function without a context header that its definition names is refused', async () => {
  const definition = defineServiceFunction({
    ...base,
    contextHeaders: ['CURRENT_USER'],
    handler: () => 1,
  })
  const response = await postBatch(await appWith(definition), '/f', [[0, 1]])
  expect(response.statusCode).toBe(400)
  expect(response.json()).toMatchObject({
    code: 'CONTEXT_HEADER_MISSING',
    error: expect.stringContaining('CONTEXT_HEADERS = (CURRENT_USER)'),
  })
})

test('the signal fires when Snowflake has given the request up', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const reasons: unknown[] = []
  const definition = defineServiceFunction({
    ...base,
    handler: async (_x, { signal }) => {
      vi.advanceTimersByTime(29_000)
      expect(signal.aborted).toBe(false)
      vi.advanceTimersByTime(1001)
      reasons.push(signal.reason)
      return aborted(signal)
    },
  })
  const response = await postBatch(await appWith(definition), '/f', [[0, 1]])
  expect(response.json()).toMatchObject({ code: 'HANDLER_FAILED', row: 0 })
  expect(reasons).toEqual([expect.objectContaining({ code: 'BATCH_GIVEN_UP' })])
})

test('the signal fires some time after the server began to close', async () => {
  let signal: AbortSignal | undefined
  const definition = defineServiceFunction({
    ...base,
    handler: (_x, context) => {
      ;({ signal } = context)
      return aborted(context.signal)
    },
  })
  const app = await appWith(definition, { stopAfterMs: 30 })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const answer = fetch(`http://127.0.0.1:${port}/f`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"data": [[0, 1]]}',
  })
  await expect.poll(() => signal).toBeDefined()
  const closed = app.close()
  await sleep(5)
  expect(signal?.aborted).toBe(false)
  expect((await answer).status).toBe(500)
  expect(signal?.reason).toMatchObject({ code: 'SERVICE_STOPPING' })
  await closed
})

test('the signal fires for the other rows when one of them failed, and never after the answer', async () => {
  const signals: AbortSignal[] = []
  const definition = defineServiceFunction({
    ...base,
    handler: async (x, { signal }) => {
      signals.push(signal)
      if (x === 2) throw new Error('two')
      return x === 1 ? aborted(signal) : x
    },
  })
  const app = await appWith(definition)
  const rows = [
    [0, 1],
    [1, 2],
  ]
  expect((await postBatch(app, '/f', rows)).json()).toMatchObject({ row: 1 })
  expect(signals[0]?.reason).toMatchObject({ code: 'HANDLER_FAILED' })
  await postBatch(app, '/f', [[0, 3]])
  expect(signals.at(-1)?.aborted).toBe(false)
})
