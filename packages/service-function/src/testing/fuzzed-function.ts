import * as fc from 'fast-check'
import { defineServiceFunction, type ServiceFunction } from '../define-service-function.ts'
import type { SqlTypeName } from '../sql-type.ts'

/** JSON text of values that fit a type, NULL apart. */
const VALUES = {
  FLOAT: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom('-0', '"NaN"', '"inf"', '"-Infinity"', '1e21', '12345678901234567890'),
  ),
  'NUMBER(9,2)': fc.integer({ max: 999_999_999, min: -999_999_999 }).map((n) => String(n / 100)),
  'NUMBER(38,0)': fc.bigInt({ max: 10n ** 38n - 1n, min: 1n - 10n ** 38n }).map(String),
  'NUMBER(38,10)': fc
    .tuple(fc.bigInt({ max: 10n ** 28n - 1n, min: 0n }), fc.nat(9))
    .map(([whole, digit]) => `${whole}.000000000${digit}`),
  VARCHAR: fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  BOOLEAN: fc.constantFrom('true', 'false'),
  BINARY: fc
    .uint8Array({ maxLength: 20 })
    .map((bytes) => `"${Buffer.from(bytes).toString('hex')}"`),
  DATE: fc.constantFrom('"0001-01-01"', '"2024-02-29"', '"9999-12-31"', '"21.3.2024"'),
  TIME: fc.constantFrom('"00:00:00"', '"23:59:59.123456789"'),
  TIMESTAMP_TZ: fc.constantFrom('"2024-03-21 10:00:00.123456789 +0100"', '"2024-03-21T10:00:00Z"'),
  VARIANT: fc.json(),
  OBJECT: fc.dictionary(fc.string(), fc.jsonValue()).map((object) => JSON.stringify(object)),
  ARRAY: fc.array(fc.jsonValue()).map((array) => JSON.stringify(array)),
} as const satisfies Partial<Record<SqlTypeName, fc.Arbitrary<string>>>

type FuzzedType = keyof typeof VALUES

const TYPES = Object.keys(VALUES) as FuzzedType[]

/** A function that gives its first argument back, or null where it has none, and rows that it should take. */
export interface FuzzedFunction {
  readonly definition: ServiceFunction
  /** JSON text of the arguments of each row. */
  readonly rows: readonly (readonly string[])[]
}

export const fuzzedFunction: fc.Arbitrary<FuzzedFunction> = fc
  .record({
    types: fc.array(fc.constantFrom(...TYPES), { maxLength: 4 }),
    calledOnNull: fc.boolean(),
    vectorized: fc.boolean(),
    isAsync: fc.boolean(),
    longRunning: fc.nat(9).map((one) => one === 0),
    concurrency: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ types, ...options }) =>
    fc.record({
      definition: fc.constant(echo(types, options)),
      rows: fc.array(
        fc.tuple(...types.map((type) => fc.option(VALUES[type], { nil: 'null', freq: 9 }))),
        { maxLength: 6 },
      ),
    }),
  )

interface EchoOptions {
  readonly calledOnNull: boolean
  readonly vectorized: boolean
  readonly isAsync: boolean
  readonly longRunning: boolean
  readonly concurrency: number
}

function echo(
  types: readonly FuzzedType[],
  { calledOnNull, vectorized, isAsync, ...options }: EchoOptions,
): ServiceFunction {
  const definition = defineServiceFunction({
    name: 'echo',
    path: '/echo',
    arguments: Object.fromEntries(types.map((type, index) => [`x${index}`, type])),
    returns: types[0] ?? 'VARIANT',
    nullHandling: calledOnNull ? 'called-on-null-input' : 'returns-null-on-null-input',
    vectorized: vectorized && types.length > 0,
    ...options,
    handler: () => null,
  })
  const first = (input: unknown): unknown => {
    if (types.length === 0) return null
    return types.length === 1 ? input : (input as { x0: unknown }).x0
  }
  const handler = isAsync ? async (input: unknown) => first(input) : first
  return { ...definition, handler }
}

/** What the function answers for an argument, as JSON.parse reads both. */
export function answerOf(
  { arguments: args, nullHandling }: ServiceFunction,
  row: readonly unknown[],
): unknown {
  const [, value] = row
  const isSkipped = nullHandling === 'returns-null-on-null-input' && row.includes(null, 1)
  if (args[0] === undefined || value === null || isSkipped) return null
  switch (args[0].type.kind) {
    case 'FLOAT':
      return typeof value === 'string' ? NON_FINITE[value.toLowerCase()] : value
    case 'NUMBER':
      return Number(value)
    case 'BINARY':
      return (value as string).toUpperCase()
    case 'OBJECT':
    case 'ARRAY':
      return typeof value === 'string' ? JSON.parse(value) : withoutNegativeZero(value)
    case 'VARIANT':
      return withoutNegativeZero(value)
    default:
      return value
  }
}

const NON_FINITE: Readonly<Record<string, string>> = {
  nan: 'NaN',
  inf: 'inf',
  infinity: 'inf',
  '-inf': '-inf',
  '-infinity': '-inf',
}

/** Documents are printed by JSON.stringify, which knows neither -0 nor what is beyond doubles. */
function withoutNegativeZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
