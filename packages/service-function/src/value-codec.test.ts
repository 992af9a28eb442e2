import { expect, test } from 'vitest'
import { defineServiceFunction, type ServiceFunction } from './define-service-function.ts'
import type { SqlTypeName } from './sql-type.ts'
import { appWith, postBatch } from './testing/test-app.ts'

/** A function that gives back what it is given, and the values that it was given. */
function echo(type: SqlTypeName): { definition: ServiceFunction; values: unknown[] } {
  const values: unknown[] = []
  const definition = defineServiceFunction({
    name: 'echo',
    path: '/echo',
    arguments: { x: type },
    returns: type,
    handler: () => null,
  })
  const handler = (x: unknown): unknown => {
    values.push(x)
    return x
  }
  return { definition: { ...definition, handler }, values }
}

const WIDE = '12345678901234567890123456789012345678'

test.each<[type: SqlTypeName, json: string, value: unknown, answered?: string]>([
  ['NUMBER(10,2)', '12.5', 12.5],
  ['NUMBER(15)', '-999999999999999', -999_999_999_999_999],
  ['NUMBER(3)', '"12"', 12, '12'],
  ['NUMBER', '12', 12n],
  ['NUMBER', WIDE, BigInt(WIDE)],
  ['NUMBER', `"-${WIDE}"`, -BigInt(WIDE), `-${WIDE}`],
  ['NUMBER(38,0)', '9007199254740993', 9007199254740993n],
  ['INT', '-0', 0n, '0'],
  ['NUMBER(38,2)', '1234567890.12', '1234567890.12'],
  ['NUMBER(38,2)', '12.5', '12.50', '12.5'],
  ['NUMBER(38,2)', '12', '12.00', '12'],
  ['NUMBER(38,10)', '1234567890123456789.0123456789', '1234567890123456789.0123456789'],
  ['NUMBER(38,10)', '-0.0000000001', '-0.0000000001'],
  ['NUMBER(38,20)', '1e-7', '0.00000010000000000000', '0.0000001'],
  [
    'NUMBER(38,37)',
    '1.0000000000000000000000000000000000001',
    '1.0000000000000000000000000000000000001',
  ],
  ['FLOAT', '0.1', 0.1],
  ['FLOAT', '-0', -0],
  ['FLOAT', '5e-324', 5e-324],
  ['FLOAT', '1.7976931348623157e308', 1.7976931348623157e308, '1.7976931348623157e+308'],
  ['FLOAT', '"NaN"', Number.NaN],
  ['FLOAT', '"inf"', Infinity],
  ['FLOAT', '"-Infinity"', -Infinity, '"-inf"'],
  ['FLOAT', WIDE, Number(WIDE), '1.2345678901234568e+37'],
  ['VARCHAR', '"Zo\\u00eb \\"😀\\n"', 'Zoë "😀\n', '"Zoë \\"😀\\n"'],
  ['VARCHAR', '""', ''],
  ['BOOLEAN', 'true', true],
  ['DATE', '"2024-02-29"', '2024-02-29'],
  ['TIME', '"23:59:59.123456789"', '23:59:59.123456789'],
  ['TIMESTAMP_NTZ', '"2024-02-29 23:59:59.123456789"', '2024-02-29 23:59:59.123456789'],
  ['TIMESTAMP_LTZ', '"2024-02-29T23:59:59Z"', '2024-02-29T23:59:59Z'],
  ['TIMESTAMP_TZ(3)', '"2024-02-29 23:59:59.123 -0800"', '2024-02-29 23:59:59.123 -0800'],
  ['BINARY', '"00cafe"', new Uint8Array([0, 0xca, 0xfe]), '"00CAFE"'],
  ['BINARY', '""', new Uint8Array()],
  ['VARIANT', '[1,"two",null,{"a":{}}]', [1, 'two', null, { a: {} }]],
  ['VARIANT', `{"id":${WIDE}}`, { id: BigInt(WIDE) }],
  ['VARIANT', '"text"', 'text'],
  ['VARIANT', '0.12345678901234567890', 0.123456789012345677, '0.12345678901234568'],
  ['OBJECT', '{"__proto__":1}', JSON.parse('{"__proto__":1}')],
  ['OBJECT', '"{\\"a\\":9007199254740993}"', { a: 9007199254740993n }, '{"a":9007199254740993}'],
  ['ARRAY', '[[]]', [[]]],
])('%s takes %s and gives it back', async (type, json, value, answered = json) => {
  const { definition, values } = echo(type)
  const response = await postBatch(await appWith(definition), '/echo', `{"data":[[0,${json}]]}`)
  expect(response.body).toBe(`{"data":[[0,${answered}]]}`)
  expect(values).toEqual([value])
})

test.each<[SqlTypeName, unknown, string]>([
  ['NUMBER', 12, '12'],
  ['NUMBER', 12.5, '12.5'],
  ['NUMBER', BigInt(WIDE), WIDE],
  ['NUMBER', '0012.50', '12.5'],
  ['NUMBER(38,10)', 0.1, '0.1'],
  ['NUMBER(38,10)', '1e3', '1000'],
  ['NUMBER(10,2)', 3n, '3'],
  [
    'VARIANT',
    { id: 2n ** 64n, at: new Date(0) },
    '{"id":18446744073709551616,"at":"1970-01-01T00:00:00.000Z"}',
  ],
  ['BINARY', Buffer.from('x'), '"78"'],
  ['TIMESTAMP_TZ', '2024-01-01T00:00:00.5+01:00', '"2024-01-01T00:00:00.5+01:00"'],
])('a result of %s may be %s', async (type, result, json) => {
  const { definition } = echo(type)
  const app = await appWith({
    ...definition,
    nullHandling: 'called-on-null-input',
    handler: () => result,
  })
  expect((await postBatch(app, '/echo', [[0, null]])).body).toBe(`{"data":[[0,${json}]]}`)
})

test('a fraction that one argument needs exactly is a double in a VARIANT beside it', async () => {
  let seen: unknown
  const definition = defineServiceFunction({
    name: 'both',
    path: '/both',
    arguments: { exact: 'NUMBER(38,20)', any: 'VARIANT', float: 'FLOAT' },
    returns: 'BOOLEAN',
    handler: (values) => {
      seen = values
      return true
    },
  })
  const number = '0.12345678901234567891'
  const body = `{"data":[[0,${number},{"n":[${number}]},${number}]]}`
  expect((await postBatch(await appWith(definition), '/both', body)).statusCode).toBe(200)
  expect(seen).toEqual({ exact: number, any: { n: [Number(number)] }, float: Number(number) })
})

const ZEROS = '0'.repeat(1_000_000)

test.each<[string, SqlTypeName, string]>([
  ['beyond the digits of the type', 'NUMBER', `${WIDE}0`],
  ['the same as text', 'NUMBER', `"${WIDE}0"`],
  ['more digits than before the point', 'NUMBER(38,10)', `${WIDE}.5`],
  ['an exponent that nobody counts', 'NUMBER', '"1e9999"'],
  ['an exponent beyond the type', 'NUMBER(38,10)', '1e40'],
  ['beyond doubles, as text', 'NUMBER(9,2)', '"1e400"'],
  ['a million digits', 'NUMBER', `1${ZEROS}`],
  ['a million digits, as text', 'NUMBER', `"1${ZEROS}"`],
  ['a million zeros behind the point', 'NUMBER(38,10)', `0.${ZEROS}1`],
  ['a million zeros between digits', 'NUMBER(38,10)', `0.1${ZEROS}1`],
])('a number %s is refused at once: %s', async (_what, type, json) => {
  const { definition, values } = echo(type)
  const response = await postBatch(await appWith(definition), '/echo', `{"data":[[0,${json}]]}`)
  expect(response.json()).toMatchObject({ code: 'ARGUMENT_INVALID', row: 0, argument: 'X' })
  expect(values).toEqual([])
})

test('a document that is too deep to be read beside an exact fraction is refused', async () => {
  const definition = defineServiceFunction({
    name: 'both',
    path: '/both',
    arguments: { exact: 'NUMBER(38,20)', any: 'VARIANT' },
    returns: 'BOOLEAN',
    handler: () => true,
  })
  const deep = '['.repeat(50_000) + ']'.repeat(50_000)
  const response = await postBatch(await appWith(definition), '/both', `{"data":[[0,1,${deep}]]}`)
  expect(response.json()).toMatchObject({ code: 'ARGUMENT_INVALID', argument: 'ANY' })
})
