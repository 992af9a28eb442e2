import * as fc from 'fast-check'
import Fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { defineServiceFunction, type ServiceFunction } from './define-service-function.ts'
import { serviceFunctions } from './plugin.ts'
import type { SqlTypeName } from './sql-type.ts'

const convert = defineServiceFunction({
  name: 'convert_udf',
  path: '/convert',
  arguments: { temp_c: 'FLOAT' },
  returns: 'FLOAT',
  handler: (celsius) => (celsius * 9) / 5 + 32,
})

/** A function of one argument that gives back what it is given. */
function echo(type: SqlTypeName): ServiceFunction {
  const definition = { name: 'echo', path: '/', arguments: { x: type }, returns: type } as const
  return { ...defineServiceFunction({ ...definition, handler: explode }), handler: (x) => x }
}

async function appWith(definition: ServiceFunction, log?: string[]): Promise<FastifyInstance> {
  const stream = { write: (line: string): void => void log?.push(line) }
  const app = Fastify({ logger: log !== undefined && { stream } })
  onTestFinished(() => app.close())
  await app.register(serviceFunctions, { functions: [definition] })
  return app
}

async function post(
  definition: ServiceFunction,
  payload: string | object,
): Promise<LightMyRequestResponse> {
  const app = await appWith(definition)
  return app.inject({
    method: 'POST',
    url: definition.path,
    payload,
    headers: { 'content-type': 'application/json' },
  })
}

describe('serviceFunctions()', () => {
  test("answers the quickstart's four rows byte for byte", async () => {
    const response = await post(convert, '{"data": [[0, 12],[1,19],[2,18],[3,23]]}')
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toContain('application/json')
    expect(response.body).toBe('{"data":[[0,53.6],[1,66.2],[2,64.4],[3,73.4]]}')
  })

  test('answers no rows with no rows', async () => {
    expect((await post(convert, { data: [] })).body).toBe('{"data":[]}')
  })

  test('echoes row numbers in the order they came', async () => {
    const response = await post(convert, {
      data: [
        [7, 0],
        [3, 100],
      ],
    })
    expect(response.json()).toEqual({
      data: [
        [7, 32],
        [3, 212],
      ],
    })
  })

  test('answers NULL with NULL and does not call the handler', async () => {
    const calls: unknown[] = []
    const sum = defineServiceFunction({
      name: 'sum',
      path: '/sum',
      arguments: { a: 'FLOAT', b: 'FLOAT' },
      returns: 'FLOAT',
      handler: ({ a, b }) => (calls.push([a, b]), a + b),
    })
    const response = await post(sum, {
      data: [
        [0, 1, null],
        [1, null, 2],
        [2, 1, 2],
      ],
    })
    expect(response.json()).toEqual({
      data: [
        [0, null],
        [1, null],
        [2, 3],
      ],
    })
    expect(calls).toEqual([[1, 2]])
  })

  test('calls the handler with null when the definition says so', async () => {
    const orZero = defineServiceFunction({
      name: 'or_zero',
      path: '/or-zero',
      arguments: { x: 'NUMBER' },
      returns: 'NUMBER',
      nullHandling: 'called-on-null-input',
      handler: (x) => (x === 5n ? null : (x ?? 0)),
    })
    const response = await post(orZero, {
      data: [
        [0, null],
        [1, 5],
        [2, 6],
      ],
    })
    expect(response.json()).toEqual({
      data: [
        [0, 0],
        [1, null],
        [2, 6],
      ],
    })
  })

  test('calls functions without arguments once a row', async () => {
    let next = 0
    const counter = defineServiceFunction({
      name: 'counter',
      path: '/counter',
      arguments: {},
      returns: 'INT',
      handler: async () => next++,
    })
    expect((await post(counter, { data: [[0], [1]] })).json()).toEqual({
      data: [
        [0, 0],
        [1, 1],
      ],
    })
  })

  test('gives a vectorized handler columns without the rows that hold NULL', async () => {
    const join = defineServiceFunction({
      name: 'label',
      path: '/label',
      arguments: { city: 'VARCHAR', temp_c: 'FLOAT' },
      returns: 'VARCHAR',
      vectorized: true,
      handler: async ({ city, temp_c }) => city.map((name, row) => `${name} ${temp_c[row]}`),
    })
    const data = [
      [0, 'Leeds', 16],
      [1, null, 3],
      [2, 'Oxford', 13],
    ]
    expect((await post(join, { data })).json()).toEqual({
      data: [
        [0, 'Leeds 16'],
        [1, null],
        [2, 'Oxford 13'],
      ],
    })
    expect((await post(join, { data: [[0, null, 1]] })).json()).toEqual({ data: [[0, null]] })
  })

  test.each<[SqlTypeName, unknown, unknown?]>([
    ['FLOAT', 0.1],
    ['NUMBER(38,0)', 9007199254740991],
    ['VARCHAR', 'Zoë "\n\u2028 😀'],
    ['BOOLEAN', false],
    ['DATE', '2023-03-21'],
    ['TIMESTAMP_TZ', '2023-03-21 10:00:00.000 +0100'],
    ['BINARY', 'CAFE'],
    ['FLOAT', 'NaN'],
    ['FLOAT', '-Infinity', '-inf'],
    ['OBJECT', { a: { b: [1, null] } }],
    ['ARRAY', [1, 'two', null]],
    ['ARRAY', '[1,2]', [1, 2]],
    ['VARIANT', { __proto__: 1, deep: [true] }],
    ['VARIANT', 'text'],
  ])('takes and gives %s as JSON: %j', async (type, value, expected = value) => {
    expect((await post(echo(type), { data: [[0, value]] })).json()).toEqual({
      data: [[0, expected]],
    })
  })

  test.each<[string, SqlTypeName, unknown, string]>([
    ['text for a FLOAT', 'FLOAT', 'warm', 'argument X is "warm", FLOAT needs a number'],
    ['true for a FLOAT', 'FLOAT', true, 'argument X is true, FLOAT needs a number'],
    ['an array for a FLOAT', 'FLOAT', [1], 'argument X is [1], FLOAT needs a number'],
    ['text for a NUMBER', 'NUMBER', 'twelve', 'argument X is "twelve", NUMBER needs a number'],
    ['a fraction for an INT', 'INT', 1.5, 'argument X is 1.5, INT needs a number'],
    ['half a byte for a BINARY', 'BINARY', 'CAF', 'BINARY needs hexadecimal text'],
    ['a number for a VARCHAR', 'VARCHAR(9)', 1, 'argument X is 1, VARCHAR(9) needs a string'],
    ['a number for a BOOLEAN', 'BOOLEAN', 0, 'argument X is 0, BOOLEAN needs true or false'],
    ['an array for an OBJECT', 'OBJECT', [], 'argument X is [], OBJECT needs an object'],
    ['broken text for an ARRAY', 'ARRAY', '[1', 'argument X is "[1", ARRAY needs an array'],
  ])('refuses %s, naming row and argument', async (_what, type, value, message) => {
    const response = await post(echo(type), {
      data: [
        [0, null],
        [1, value],
      ],
    })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual({
      error: expect.stringContaining(`Cannot read row 1: `),
      code: 'ARGUMENT_INVALID',
      row: 1,
      argument: 'X',
    })
    expect(response.json<{ error: string }>().error).toContain(message)
  })

  test('tells the SQL user in one text what is wrong and what to do', async () => {
    const response = await post(convert, { data: [[0, 'warm']] })
    expect(response.json()).toHaveProperty(
      'error',
      'Cannot read row 0: argument TEMP_C is "warm", FLOAT needs a number. ' +
        'Call CONVERT_UDF as created with the signature (TEMP_C FLOAT) RETURNS FLOAT',
    )
  })

  test.each([
    ['no JSON', '{"data": [[0, 12]', { code: 'BODY_NOT_JSON' }],
    ['an empty body', '', { code: 'BODY_NOT_JSON' }],
    ['no data', '{"rows": []}', { code: 'DATA_MISSING' }],
    ['null', 'null', { code: 'DATA_MISSING' }],
    ['a list', '[[0, 12]]', { code: 'DATA_MISSING' }],
    ['data that is no array', '{"data": "x"}', { code: 'DATA_MISSING' }],
    ['a row that is no array', '{"data": [[0, 1], {"a": 1}]}', { code: 'ROW_INVALID', row: 1 }],
    ['a row number of text', '{"data": [["0", 1]]}', { code: 'ROW_INVALID', row: 0 }],
    ['a row number with a fraction', '{"data": [[0.5, 1]]}', { code: 'ROW_INVALID', row: 0 }],
    ['a row without a number', '{"data": [[]]}', { code: 'ROW_INVALID', row: 0 }],
    ['too few arguments', '{"data": [[4]]}', { code: 'ARGUMENT_COUNT_WRONG', row: 4 }],
    ['too many arguments', '{"data": [[4, 1, 2]]}', { code: 'ARGUMENT_COUNT_WRONG', row: 4 }],
    [
      'a number beyond JavaScript',
      '{"data": [[0, 1e999]]}',
      { code: 'ARGUMENT_INVALID', row: 0, argument: 'TEMP_C' },
    ],
  ])('refuses %s', async (_what, payload, failure) => {
    const response = await post(convert, payload)
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual({ ...failure, error: expect.any(String) })
  })

  test('answers any JSON with 200 or 400', async () => {
    const app = await appWith(convert)
    const row = fc.array(fc.oneof(fc.integer(), fc.double(), fc.jsonValue()), { maxLength: 3 })
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({ data: fc.array(fc.oneof(row, fc.jsonValue())) }),
    )
    await fc.assert(
      fc.asyncProperty(body, async (json) => {
        const payload = JSON.stringify(json)
        const headers = { 'content-type': 'application/json' }
        const response = await app.inject({ method: 'POST', url: '/convert', headers, payload })
        expect([200, 400]).toContain(response.statusCode)
      }),
    )
  })

  test.each<[string, SqlTypeName, () => unknown]>([
    ['an infinite NUMBER', 'NUMBER(38,2)', () => 1 / 0],
    ['a number beyond 2^53 for a NUMBER', 'NUMBER', () => 2 ** 53],
    ['more than the digits of a NUMBER', 'NUMBER(5,2)', () => 1000],
    ['the same as bigint', 'NUMBER(3)', () => -1000n],
    ['the same as text', 'NUMBER(5,2)', () => '1000.0'],
    ['not a number', 'NUMBER', () => NaN],
    ['nothing', 'FLOAT', () => undefined],
    ['text for a FLOAT', 'FLOAT', () => '1'],
    ['a date object for a DATE', 'DATE', () => new Date()],
    ['a function for a VARIANT', 'VARIANT', () => () => 1],
    ['a day that is none', 'DATE', () => '2024-13-01'],
    ['text for a BINARY', 'BINARY', () => 'CAFE'],
    ['an object inside itself for a VARIANT', 'VARIANT', () => CIRCULAR],
  ])('refuses a result that is %s', async (_what, returns, handler) => {
    const bad = { ...defineServiceFunction({ ...BAD, returns, handler: explode }), handler }
    const response = await post(bad, { data: [[6, 0]] })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'RESULT_INVALID', row: 6 })
  })

  test('refuses a column with another number of results', async () => {
    const bad = defineServiceFunction({ ...BAD, vectorized: true, handler: () => [1] })
    const response = await post(bad, {
      data: [
        [0, 1],
        [1, 2],
      ],
    })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({
      code: 'RESULT_INVALID',
      error: expect.stringContaining('BAD computed 1 results for 2 rows'),
    })
  })

  test.each<[string, () => number | Promise<number>]>([
    ['throws', () => explode()],
    ['rejects', async () => explode()],
  ])('answers 500 when the handler %s, its error in the log alone', async (_what, handler) => {
    const log: string[] = []
    const app = await appWith(defineServiceFunction({ ...BAD, handler }), log)
    const response = await app.inject({ method: 'POST', url: '/bad', payload: { data: [[9, 1]] } })
    expect(response.statusCode).toBe(500)
    expect(response.json()).toEqual({
      error:
        'Cannot answer row 9: the handler of BAD failed. ' +
        'Read the log of the service, where the error stands in full',
      code: 'HANDLER_FAILED',
      row: 9,
    })
    expect(logged(log, 'handler failed')).toMatchObject({
      function: 'BAD',
      row: 9,
      err: { message: 'secret', stack: expect.stringContaining('plugin.test.ts') },
    })
  })

  test('answers 500 when results cannot even be read, their error in the log alone', async () => {
    const log: string[] = []
    const handler = (): number[] => new Proxy([1], { get: explode })
    const app = await appWith(defineServiceFunction({ ...BAD, vectorized: true, handler }), log)
    const response = await app.inject({ method: 'POST', url: '/bad', payload: { data: [[9, 1]] } })
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([
      500,
      'HANDLER_FAILED',
    ])
    expect(response.body).not.toContain('secret')
    expect(logged(log, 'handler failed')).toMatchObject({ err: { message: 'secret' } })
  })

  test('takes more than the megabyte that Fastify takes', async () => {
    const data = Array.from({ length: 30 }, (_, row) => [row, 'x'.repeat(50_000)])
    expect((await post(echo('VARCHAR'), { data })).statusCode).toBe(200)
  })

  test('leaves one line a batch in the log', async () => {
    const log: string[] = []
    const app = await appWith(convert, log)
    const headers = {
      'sf-external-function-current-query-id': 'q1',
      'sf-external-function-query-batch-id': 'q1:1:2:0:0',
    }
    const url = '/convert'
    await app.inject({
      method: 'POST',
      url,
      headers,
      payload: {
        data: [
          [0, 1],
          [1, 2],
        ],
      },
    })
    expect(logged(log, 'batch')).toMatchObject({
      level: 30,
      function: 'CONVERT_UDF',
      rows: 2,
      batchId: 'q1:1:2:0:0',
      queryId: 'q1',
      milliseconds: expect.any(Number),
      status: 200,
    })
    log.length = 0
    await app.inject({ method: 'POST', url, headers, payload: { data: [[0, 'warm']] } })
    expect(logged(log, 'batch')).toMatchObject({ rows: 1, status: 400, code: 'ARGUMENT_INVALID' })
    expect(log.join('')).not.toContain('warm')
  })

  test('leaves errors that are not about batches to the app around it', async () => {
    const app = Fastify()
    onTestFinished(() => app.close())
    app.setErrorHandler((error: Error, _request, reply) => reply.code(418).send(error.message))
    app.addHook('onRequest', async () => {
      throw new Error('not today')
    })
    await app.register(serviceFunctions, { functions: [convert] })
    const response = await app.inject({ method: 'POST', url: '/convert', payload: { data: [] } })
    expect([response.statusCode, response.body]).toEqual([418, 'not today'])
  })
})

const BAD = { name: 'bad', path: '/bad', arguments: { x: 'FLOAT' }, returns: 'FLOAT' } as const

const CIRCULAR: { self?: unknown } = {}
CIRCULAR.self = CIRCULAR

function explode(): never {
  throw new Error('secret')
}

/** The one line of this message. */
function logged(log: readonly string[], msg: string): object {
  const lines = log.map((line): { msg: string } => JSON.parse(line))
  const found = lines.filter((line) => line.msg === msg)
  expect(found).toHaveLength(1)
  return found[0] ?? {}
}
