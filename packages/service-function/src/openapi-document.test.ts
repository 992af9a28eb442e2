import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { describe, expect, test, vi } from 'vitest'
import { defineServiceFunction, type ServiceFunction } from './define-service-function.ts'
import { openApiDocument } from './openapi-document.ts'
import type { SqlTypeName } from './sql-type.ts'
import { appWith, postBatch } from './testing/test-app.ts'

const CONVERT_UDF = defineServiceFunction({
  name: 'CONVERT_UDF',
  path: '/convert',
  arguments: { temp_c: 'FLOAT' },
  returns: 'FLOAT',
  maxBatchRows: 5,
  comment: 'Degrees Celsius to degrees Fahrenheit',
  handler: (celsius) => (celsius * 9) / 5 + 32,
})

const SLOW = defineServiceFunction({
  name: 'SLOW',
  path: '/slow',
  arguments: { x: 'INT' },
  returns: 'INT',
  longRunning: true,
  contextHeaders: ['CURRENT_USER'],
  handler: async (x) => x,
})

const TYPES: readonly SqlTypeName[] = [
  'FLOAT',
  'NUMBER',
  'NUMBER(9,0)',
  'NUMBER(5,2)',
  'NUMBER(2,2)',
  'NUMBER(38,10)',
  'VARCHAR',
  'VARCHAR(3)',
  'CHAR',
  'BINARY',
  'BINARY(1)',
  'BOOLEAN',
  'DATE',
  'TIME',
  'TIMESTAMP_NTZ',
  'TIMESTAMP_LTZ(3)',
  'TIMESTAMP_TZ',
  'VARIANT',
  'OBJECT',
  'ARRAY',
]

/** Any JSON, and much of what one type or another takes. */
const VALUES = fc.oneof(
  fc.jsonValue(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.bigInt().map(String),
  fc.stringMatching(/^(?:[\dA-Fa-f]{2})*$/),
  fc.array(fc.jsonValue()),
  fc.constantFrom('NaN', 'inf', '-inf', '1.5', '', true, null),
)

/** A function of one argument that gives back what it is given. */
function echo(type: SqlTypeName): ServiceFunction {
  const options = { name: 'echo', path: '/echo', arguments: { x: type }, returns: type } as const
  const definition = defineServiceFunction({ ...options, handler: () => null })
  return { ...definition, handler: (x) => x }
}

const AJV = new Ajv2020({ allowUnionTypes: true, validateSchema: true, strict: true })
AJV.addVocabulary(['x-sql-type', 'components'])

interface Content {
  readonly content: {
    readonly 'application/json': { readonly schema: object; readonly example: object }
  }
}

/** What the document of one function has at these keys below its path. */
function described(definition: ServiceFunction, method: 'get' | 'post', status?: number): Content {
  const { paths } = openApiDocument([definition])
  const operation = paths[definition.path]?.[method]
  const found = status === undefined ? operation?.requestBody : operation?.responses[status]
  if (found === undefined) throw new Error(`${definition.name} has no ${method} ${status}`)
  return found as Content
}

function compile({ content }: Content): ValidateFunction {
  const { components } = openApiDocument([])
  return AJV.compile({ ...content['application/json'].schema, components })
}

async function post(
  app: FastifyInstance,
  { path }: ServiceFunction,
  payload: object | string,
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return postBatch(app, path, body, { headers })
}

describe('openApiDocument()', () => {
  test.each(TYPES)(
    'has schemas of %s that its examples, requests and answers fit',
    async (type) => {
      const definition = echo(type)
      const isRequest = compile(described(definition, 'post'))
      const isAnswer = compile(described(definition, 'post', 200))
      const { example } = described(definition, 'post').content['application/json']
      const answer = described(definition, 'post', 200).content['application/json'].example
      expect([isRequest(example), isAnswer(answer)]).toEqual([true, true])

      const app = await appWith(definition)
      for (const batch of [example, { data: [[7, null]] }, { data: [] }]) {
        const response = await post(app, definition, batch)
        expect([response.statusCode, isRequest(batch)]).toEqual([200, true])
        expect([response.json(), isAnswer(response.json())]).toEqual([expect.anything(), true])
      }
    },
  )

  test.each<[SqlTypeName, unknown]>([
    ['FLOAT', 'warm'],
    ['FLOAT', true],
    ['NUMBER', 1.5],
    ['NUMBER', 'twelve'],
    ['NUMBER(38,10)', '1,5'],
    ['NUMBER(5,2)', 'much'],
    ['VARCHAR', 1],
    ['BINARY', 'CAF'],
    ['BOOLEAN', 0],
    ['DATE', 20240321],
    ['OBJECT', []],
    ['ARRAY', { a: 1 }],
  ])('has a schema of %s that refuses %j, as the service does', async (type, value) => {
    const batch = { data: [[0, value]] }
    const definition = echo(type)
    expect(compile(described(definition, 'post'))(batch)).toBe(false)
    expect((await post(await appWith(definition), definition, batch)).statusCode).toBe(400)
  })

  test.each<[SqlTypeName, unknown]>([
    ['NUMBER', '12345678901234567890123456789012345678'],
    ['NUMBER(38,10)', '12.5'],
    ['FLOAT', 'NaN'],
    ['FLOAT', '-inf'],
    ['OBJECT', '{"a":1}'],
    ['ARRAY', '[1]'],
  ])('has a schema of %s that takes %j, as the service does', async (type, value) => {
    const batch = { data: [[0, value]] }
    const definition = echo(type)
    expect(compile(described(definition, 'post'))(batch)).toBe(true)
    expect((await post(await appWith(definition), definition, batch)).statusCode).toBe(200)
  })

  test.each(TYPES)(
    'has a schema of %s that takes nothing which the service refuses',
    async (type) => {
      const definition = { ...echo(type), handler: () => null }
      const isRequest = compile(described(definition, 'post'))
      const values = fc.sample(VALUES, 300).filter((value) => isRequest({ data: [[0, value]] }))
      // That text is JSON is more than a schema can say.
      const fitting = /OBJECT|ARRAY/.test(type)
        ? values.filter((value) => typeof value !== 'string')
        : values
      expect(fitting).not.toEqual([])
      const data = fitting.map((value, row) => [row, value])
      const response = await post(await appWith(definition), definition, { data })
      expect([response.statusCode, response.body]).toEqual([200, expect.any(String)])
    },
  )

  test.each([
    ['no data', {}],
    ['a row without its number', { data: [['x']] }],
    ['too few arguments', { data: [[0]] }],
    ['too many arguments', { data: [[0, 1, 2]] }],
    ['more rows than the function takes', { data: [0, 1, 2, 3, 4, 5].map((row) => [row, 1]) }],
  ])('has a schema that refuses %s', (_what, batch) => {
    expect(compile(described(CONVERT_UDF, 'post'))(batch)).toBe(false)
  })

  test.each<[status: number, code: string, payload: string, headers?: Record<string, string>]>([
    [400, 'BODY_NOT_JSON', '{'],
    [400, 'DATA_MISSING', '{}'],
    [400, 'ROW_INVALID', '{"data":[1]}'],
    [400, 'ARGUMENT_COUNT_WRONG', '{"data":[[0]]}'],
    [400, 'ARGUMENT_INVALID', '{"data":[[0,"x"]]}'],
    [400, 'BODY_UNREADABLE', 'no gzip', { 'content-encoding': 'gzip' }],
    [413, 'BODY_TOO_LARGE', `{"data":[${' '.repeat(200)}]}`],
    [415, 'CONTENT_TYPE_UNSUPPORTED', '{}', { 'content-type': 'text/plain' }],
    [415, 'ENCODING_UNSUPPORTED', '{}', { 'content-encoding': 'br' }],
  ])('describes the answer %i %s', async (status, code, payload, headers = {}) => {
    const app = await appWith(CONVERT_UDF, { bodyLimit: 100 })
    const response = await post(app, CONVERT_UDF, payload, headers)
    expect([response.statusCode, response.json()]).toEqual([
      status,
      expect.objectContaining({ code }),
    ])
    expect(compile(described(CONVERT_UDF, 'post', status))(response.json())).toBe(true)
  })

  test.each<[status: number, code: string, handler: () => unknown]>([
    [400, 'RESULT_INVALID', () => 'warm'],
    [500, 'HANDLER_FAILED', () => Promise.reject(new Error('secret'))],
  ])('describes the answer %i %s', async (status, code, handler) => {
    const bad = { ...CONVERT_UDF, handler }
    const response = await post(await appWith(bad), bad, { data: [[0, 1]] })
    expect([response.statusCode, response.json()]).toEqual([
      status,
      expect.objectContaining({ code }),
    ])
    expect(compile(described(bad, 'post', status))(response.json())).toBe(true)
  })

  test('describes the answer 429 TOO_BUSY', async () => {
    const handler = vi.fn<() => Promise<number>>(() => new Promise(() => {}))
    const busy = { ...CONVERT_UDF, handler }
    const app = await appWith(busy, { maxBatchesInFlight: 1 })
    void post(app, busy, { data: [[0, 1]] })
    await vi.waitUntil(() => handler.mock.calls.length > 0)
    const response = await post(app, busy, { data: [[0, 1]] })
    expect([response.statusCode, response.json()]).toEqual([
      429,
      expect.objectContaining({ code: 'TOO_BUSY' }),
    ])
    expect(compile(described(busy, 'post', 429))(response.json())).toBe(true)
  })

  test('describes a long-running function by its POST and its GET', async () => {
    const app = await appWith(SLOW)
    const id = { 'sf-external-function-query-batch-id': 'b1' }
    const user = { 'sf-context-current-user': 'ZOE' }
    const { example } = described(SLOW, 'post').content['application/json']
    const started = await post(app, SLOW, example, { ...id, ...user })
    const { paths } = openApiDocument([SLOW])
    expect([started.statusCode, Object.keys(paths['/slow']?.post.responses ?? {})]).toEqual([
      202,
      ['202', '400', '413', '415', '429'],
    ])
    const answer = await vi.waitUntil(async () => {
      const polled = await app.inject({ url: '/slow', headers: id })
      return polled.statusCode !== 202 && polled
    })
    expect([answer.statusCode, answer.json()]).toEqual([200, example])
    expect(compile(described(SLOW, 'get', 200))(answer.json())).toBe(true)

    const lost = await app.inject({ url: '/slow', headers: { ...id, [BATCH_ID]: 'b2' } })
    expect([lost.statusCode, lost.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'BATCH_UNKNOWN' }),
    ])
    expect(compile(described(SLOW, 'get', 404))(lost.json())).toBe(true)

    await post(app, SLOW, example, { [BATCH_ID]: 'b3' })
    const nobody = await vi.waitUntil(async () => {
      const polled = await app.inject({ url: '/slow', headers: { [BATCH_ID]: 'b3' } })
      return polled.statusCode !== 202 && polled
    })
    expect([nobody.statusCode, nobody.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'CONTEXT_HEADER_MISSING' }),
    ])
    expect(compile(described(SLOW, 'get', 400))(nobody.json())).toBe(true)
  })

  test('names the headers that a batch brings', () => {
    const { post: operation } = openApiDocument([SLOW]).paths['/slow'] ?? {}
    expect(operation?.parameters).toMatchObject([
      { in: 'header', name: BATCH_ID, required: true },
      { in: 'header', name: 'sf-external-function-current-query-id' },
      { in: 'header', name: 'content-encoding' },
      { in: 'header', name: 'sf-context-current-user', example: 'DEVELOPER' },
      { in: 'header', name: 'sf-context-current-user-base64' },
    ])
  })

  test("has the function in SQL's words", () => {
    const place = {
      title: 'convert-api',
      version: '2.0.0',
      service: 'api',
      endpoint: 'convert-api',
    }
    const { openapi, info, paths } = openApiDocument([CONVERT_UDF], place)
    expect([openapi, info]).toEqual([
      '3.1.1',
      expect.objectContaining({ title: 'convert-api', version: '2.0.0' }),
    ])
    expect(paths['/convert']?.post).toMatchObject({
      operationId: 'CONVERT_UDF',
      summary: 'CONVERT_UDF (TEMP_C FLOAT) RETURNS FLOAT',
      description:
        'Degrees Celsius to degrees Fahrenheit\n\n' +
        'A row with a NULL argument is answered with NULL.\n\n' +
        'Snowflake sends at most 5 rows at once.',
      'x-snowflake-function': {
        signature: '(TEMP_C FLOAT)',
        returns: 'FLOAT',
        maxBatchRows: 5,
        createFunction: expect.stringMatching(/^CREATE FUNCTION CONVERT_UDF .*SERVICE = API\n/s),
      },
    })
  })

  test('gives the operations of overloads ids of their own', () => {
    const other = { ...CONVERT_UDF, path: '/convert-text' }
    const { paths } = openApiDocument([CONVERT_UDF, other, SLOW])
    const ids = Object.values(paths).flatMap(({ post: one, get }) => [one, ...(get ? [get] : [])])
    expect(ids.map(({ operationId }) => operationId)).toEqual([
      'CONVERT_UDF /convert',
      'CONVERT_UDF /convert-text',
      'SLOW',
      'SLOW_ANSWER',
    ])
  })
})

const BATCH_ID = 'sf-external-function-query-batch-id'
