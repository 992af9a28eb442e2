import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { callServiceFunction } from './call-service-function.ts'
import { defineServiceFunction, type ServiceFunction } from './define-service-function.ts'
import type { Fault } from './faults.ts'
import type { SqlTypeName } from './sql-type.ts'
import { appWith } from './testing/test-app.ts'

const convert = defineServiceFunction({
  name: 'convert_udf',
  path: '/convert',
  arguments: { temp_c: 'FLOAT' },
  returns: 'FLOAT',
  handler: (celsius) => (celsius * 9) / 5 + 32,
})

const label = defineServiceFunction({
  name: 'label',
  path: '/label',
  arguments: { city: 'VARCHAR', inhabitants: 'NUMBER(20,0)' },
  returns: 'VARCHAR',
  nullHandling: 'called-on-null-input',
  handler: ({ city, inhabitants }) => `${city ?? 'nowhere'}: ${inhabitants ?? 'none'}`,
})

/** A function that gives back what it is given. */
function echo(type: SqlTypeName): ServiceFunction {
  const definition = { name: 'echo', path: '/echo', arguments: { x: type }, returns: type } as const
  return {
    ...defineServiceFunction({ ...definition, handler: () => null }),
    handler: (value) => value,
  }
}

/** A function that gives back what it is given, and tells each batch that it computes. */
function counting(computed: string[], delay: () => Promise<void> | undefined = () => undefined) {
  return defineServiceFunction({
    name: 'counting',
    path: '/counting',
    arguments: { x: 'FLOAT' },
    returns: 'FLOAT',
    maxBatchRows: 2,
    vectorized: true,
    handler: async (column, { batchId = '' }) => {
      computed.push(batchId)
      await delay()
      return column
    },
  })
}

const quick = { retryPauseMs: () => 1 }

describe('callServiceFunction()', () => {
  test('answers rows of an app without a port', async () => {
    const rows = [[12], [19], [18], [23]]
    const app = await appWith(convert)
    expect(await callServiceFunction(app, rows, { function: convert })).toEqual([
      53.6, 66.2, 64.4, 73.4,
    ])
  })

  test('answers rows over HTTP', async () => {
    const app = await appWith(convert)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    for (const url of [`http://127.0.0.1:${port}`, new URL(`http://127.0.0.1:${port}/`)]) {
      expect(await callServiceFunction(url, [[0], [100]], { function: convert })).toEqual([32, 212])
    }
  })

  test('takes arguments by name in any order, and in the order of the definition', async () => {
    const rows = [
      { inhabitants: 9_007_199_254_740_993n, city: 'Rome' },
      ['Leeds', 536_280],
      { city: null, inhabitants: null },
    ]
    const app = await appWith(label)
    expect(await callServiceFunction(app, rows, { function: label })).toEqual([
      'Rome: 9007199254740993',
      'Leeds: 536280',
      'nowhere: none',
    ])
  })

  test('has the types of the definition', async () => {
    const app = await appWith(label)
    const options = { function: label }
    expectTypeOf(callServiceFunction(app, [], options)).resolves.toEqualTypeOf<(string | null)[]>()
    expectTypeOf(callServiceFunction(app, [], { function: convert })).resolves.toEqualTypeOf<
      (number | null)[]
    >()
    expectTypeOf(callServiceFunction(app, [], { function: echo('DATE') })).resolves.toEqualTypeOf<
      unknown[]
    >()
    // @ts-expect-error -- the key is "city"
    void callServiceFunction(app, [{ town: 'Rome', inhabitants: 1 }], options).catch(() => {})
    // @ts-expect-error -- a city is text
    void callServiceFunction(app, [{ city: 1, inhabitants: 1 }], options).catch(() => {})
  })

  test('does not send rows with a NULL where NULL in is NULL out', async () => {
    const bodies: unknown[] = []
    const app = await appWith(convert)
    app.addHook('preHandler', async ({ body }) => void bodies.push(JSON.parse(String(body))))
    const rows = [[null], [0], [null], [100]]
    const call = callServiceFunction(app, rows, { function: convert })
    expect(await call).toEqual([null, 32, null, 212])
    expect(bodies).toEqual([
      {
        data: [
          [0, 0],
          [1, 100],
        ],
      },
    ])
  })

  test("sends Snowflake's headers with batches of at most maxBatchRows", async () => {
    const headers: Record<string, unknown>[] = []
    const app = await appWith(counting([]))
    app.addHook('onRequest', async (request) => void headers.push(request.headers))
    const options = { contextHeaders: { CURRENT_USER: 'ZOË' } }
    await callServiceFunction(app, [[1], [2], [3]], { function: counting([]), ...options })
    expect(headers).toHaveLength(2)
    const queryId = String(headers[0]?.['sf-external-function-current-query-id'])
    expect(headers[1]).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'snowflake/1.0',
      'sf-external-function-format': 'json',
      'sf-external-function-current-query-id': queryId,
      'sf-external-function-query-batch-id': `${queryId}:1:2:0:0`,
      'sf-external-function-name': 'COUNTING',
      'sf-external-function-signature': '(X FLOAT)',
      'sf-external-function-return-type': 'FLOAT',
      'sf-context-current-user': 'ZO',
      'sf-context-current-user-base64': Buffer.from('ZOË').toString('base64'),
    })
  })

  test.each<[SqlTypeName, unknown]>([
    ['FLOAT', 0.1],
    ['FLOAT', -0],
    ['FLOAT', NaN],
    ['FLOAT', -Infinity],
    ['FLOAT', 5e-324],
    ['NUMBER(9,2)', 12.5],
    ['NUMBER', 12345678901234567890123456789012345678n],
    ['NUMBER(38,10)', '1234567890123456789012345678.0123456789'],
    ['VARCHAR', 'Zoë "\n\u2028 😀'],
    ['BOOLEAN', false],
    ['BINARY', new Uint8Array([0, 202, 254])],
    ['DATE', '0001-01-01'],
    ['TIME', '23:59:59.123456789'],
    ['TIMESTAMP_TZ', '2024-03-21 10:00:00.123456789 +0100'],
    ['VARIANT', { a: [1.5, 9007199254740993n, null, 'x'] }],
    ['VARIANT', 1.0000000000000002],
    ['OBJECT', {}],
    ['ARRAY', [1, [2]]],
  ])('carries a %s there and back: %o', async (type, value) => {
    const definition = echo(type)
    const values = await callServiceFunction(await appWith(definition), [[value], { x: value }], {
      function: definition,
    })
    expect(values).toEqual([value, value])
  })

  test.each<[string, SqlTypeName, object, object]>([
    ['text for a FLOAT', 'FLOAT', ['warm'], { code: 'ARGUMENT_INVALID', argument: 'X' }],
    ['hex text for a BINARY', 'BINARY', ['CAFE'], { code: 'ARGUMENT_INVALID', argument: 'X' }],
    ['nothing', 'FLOAT', { y: 1 }, { code: 'ARGUMENT_INVALID', argument: 'X' }],
    ['one too many', 'FLOAT', [1, 2], { code: 'ARGUMENT_COUNT_WRONG' }],
    ['one too many by name', 'FLOAT', { x: 1, y: 2 }, { code: 'ARGUMENT_COUNT_WRONG' }],
    ['none at all', 'FLOAT', {}, { code: 'ARGUMENT_COUNT_WRONG' }],
  ])('refuses to send %s', async (_what, type, row, failure) => {
    const definition = echo(type)
    const call = callServiceFunction(await appWith(definition), [[null], row as unknown[]], {
      function: definition,
    })
    await expect(call).rejects.toMatchObject({ ...failure, row: 1 })
  })

  test('refuses an answer that is no value of the type', async () => {
    const app = Fastify()
    onTestFinished(() => app.close())
    app.post('/convert', async () => ({ data: [[0, 'hot']] }))
    const call = callServiceFunction(app, [[null], [1]], { function: convert })
    await expect(call).rejects.toMatchObject({
      code: 'RESULT_INVALID',
      message: 'Cannot read answer for row 1: CONVERT_UDF answered "hot", FLOAT needs a number',
    })
  })

  test.each<[Fault]>([['answer-lost'], ['hung-up']])(
    'sends a batch again after %s, and the service does not compute it twice',
    async (fault) => {
      const computed: string[] = []
      const definition = counting(computed, () => new Promise((resolve) => setTimeout(resolve, 5)))
      const sent: string[] = []
      const values = await callServiceFunction(await appWith(definition), [[1], [2], [3]], {
        ...quick,
        function: definition,
        faults: ({ batch, attempt }) => {
          sent.push(`batch ${batch} attempt ${attempt}`)
          return batch === 1 && attempt < 2 ? fault : undefined
        },
      })
      expect(values).toEqual([1, 2, 3])
      expect(sent.filter((line) => line.startsWith('batch 1'))).toEqual([
        'batch 1 attempt 0',
        'batch 1 attempt 1',
        'batch 1 attempt 2',
      ])
      expect(computed).toHaveLength(2)
      expect(new Set(computed).size).toBe(2)
    },
  )

  test('shows with lost answers that a service computes again what it does not keep', async () => {
    const computed: string[] = []
    const definition = counting(computed)
    const app = await appWith(definition, { answerCacheBytes: 0 })
    await callServiceFunction(app, [[1]], {
      ...quick,
      function: definition,
      faults: ({ attempt }) => (attempt === 0 ? 'answer-lost' : undefined),
    })
    expect(computed).toHaveLength(2)
  })

  test('sends a batch again that never arrived, until its retries are used up', async () => {
    const computed: string[] = []
    const definition = counting(computed)
    const call = callServiceFunction(await appWith(definition), [[1]], {
      ...quick,
      function: definition,
      maxBatchRetries: 1,
      faults: () => 'request-lost',
    })
    await expect(call).rejects.toMatchObject({ code: 'BATCH_UNREACHABLE' })
    expect(computed).toEqual([])
  })

  test('polls a long-running function', async () => {
    const methods: string[] = []
    const slow = defineServiceFunction({
      name: 'slow',
      path: '/slow',
      arguments: { x: 'INT' },
      returns: 'INT',
      longRunning: true,
      handler: async (x) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        return x * 2n
      },
    })
    const values = await callServiceFunction(await appWith(slow), [[21]], {
      ...quick,
      function: slow,
      faults: ({ method }) => void methods.push(method),
    })
    expect(values).toEqual([42n])
    expect(methods.slice(0, 2)).toEqual(['POST', 'GET'])
  })

  test('stops with the reason of the signal, over HTTP and without', async () => {
    const hanging = defineServiceFunction({
      name: 'hanging',
      path: '/hanging',
      arguments: { x: 'FLOAT' },
      returns: 'FLOAT',
      handler: () => {
        onCall()
        return new Promise<number>((resolve) => void release.push(() => resolve(0)))
      },
    })
    const release: (() => void)[] = []
    let onCall = (): void => {}
    const app = await appWith(hanging)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    for (const service of [app, `http://127.0.0.1:${port}`]) {
      const stopping = new AbortController()
      const reason = new Error('enough')
      onCall = () => stopping.abort(reason)
      const call = callServiceFunction(service, [[1]], {
        function: hanging,
        signal: stopping.signal,
      })
      await expect(call).rejects.toBe(reason)
    }
    for (const resolve of release) resolve()
  })

  test('gives a request up after requestTimeoutMs', async () => {
    const definition = counting([], () => new Promise((resolve) => setTimeout(resolve, 50)))
    const call = callServiceFunction(await appWith(definition), [[1]], {
      ...quick,
      function: definition,
      requestTimeoutMs: 5,
      maxBatchRetries: 1,
    })
    await expect(call).rejects.toMatchObject({ code: 'BATCH_TIMED_OUT' })
  })
})
