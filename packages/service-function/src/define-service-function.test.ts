import { describe, expect, expectTypeOf, test } from 'vitest'
import type { BatchContext } from './batch-context.ts'
import { defineServiceFunction } from './define-service-function.ts'
import type { SqlResult, SqlValue } from './sql-type.ts'

const base = { name: 'f', path: '/f', arguments: { x: 'FLOAT' }, returns: 'FLOAT' } as const
const handler = (x: number): number => x
const context = { headers: {} } as BatchContext<never>

describe('defineServiceFunction()', () => {
  test('folds names as Snowflake does and fills in the defaults', () => {
    expect(defineServiceFunction({ ...base, handler })).toEqual({
      name: 'F',
      path: '/f',
      arguments: [{ name: 'X', key: 'x', sqlType: 'FLOAT', type: { kind: 'FLOAT' } }],
      returns: { sqlType: 'FLOAT', type: { kind: 'FLOAT' } },
      nullHandling: 'returns-null-on-null-input',
      maxBatchRows: undefined,
      comment: undefined,
      vectorized: false,
      concurrency: 16,
      longRunning: false,
      contextHeaders: [],
      handler,
    })
  })

  test('keeps the order of the arguments', () => {
    const { arguments: list } = defineServiceFunction({
      ...base,
      arguments: { zeta: 'FLOAT', alpha: 'VARCHAR', '"My Arg"': 'DATE' },
      handler: () => 0,
    })
    expect(list.map(({ name }) => name)).toEqual(['ZETA', 'ALPHA', 'My Arg'])
  })

  test.each([
    ['a path with a parameter', { path: '/f/:id' }, 'path "/f/:id" is not a plain URL path'],
    ['a path without a slash', { path: 'f' }, 'path "f" is not a plain URL path'],
    ['no rows a batch', { maxBatchRows: 0 }, 'maxBatchRows is 0'],
    ['half a row a batch', { maxBatchRows: 1.5 }, 'maxBatchRows is 1.5'],
    ['a name of two words', { name: 'my f' }, 'Cannot read identifier "my f"'],
    ['an argument that begins with a digit', { arguments: { '1x': 'FLOAT' } }, 'identifier "1x"'],
    [
      'two arguments that fold to one',
      { arguments: { x: 'FLOAT', X: 'FLOAT' } },
      'two arguments are called X',
    ],
    ['vectorized without arguments', { arguments: {}, vectorized: true }, 'without arguments'],
    ['no calls at once', { concurrency: 0 }, 'concurrency is 0'],
    ['a context header that is none', { contextHeaders: ['USER'] }, 'contextHeaders holds "USER"'],
    ['a type that is none', { returns: 'FLOAT64' }, 'Cannot read data type "FLOAT64"'],
  ])('refuses %s', (_what, change, message) => {
    // @ts-expect-error -- the changes are what JavaScript, or a cast, could bring
    const define = (): unknown => defineServiceFunction({ ...base, handler, ...change })
    expect(define).toThrow(
      expect.objectContaining({
        code: 'DEFINITION_INVALID',
        message: expect.stringContaining(message),
        hint: expect.any(String),
      }),
    )
  })
})

describe("a handler's types", () => {
  test('are the value of one argument, and null as a result', () => {
    const { handler: convert } = defineServiceFunction({
      ...base,
      handler: (celsius) => {
        expectTypeOf(celsius).toEqualTypeOf<number>()
        return celsius
      },
    })
    expectTypeOf(convert).parameters.toEqualTypeOf<[value: number, context: BatchContext<never>]>()
    expectTypeOf<Promise<number>>().toExtend<ReturnType<typeof convert>>()
    expectTypeOf<null>().toExtend<ReturnType<typeof convert>>()
    expectTypeOf<string>().not.toExtend<ReturnType<typeof convert>>()
    expect(convert(1, context)).toBe(1)
  })

  test('hold null on both sides when called on NULL input', () => {
    const { handler: convert } = defineServiceFunction({
      ...base,
      nullHandling: 'called-on-null-input',
      handler: (celsius) => {
        expectTypeOf(celsius).toEqualTypeOf<number | null>()
        return celsius
      },
    })
    expect(convert(null, context)).toBeNull()
  })

  test('are an object by name for several arguments, whatever their order', () => {
    const { handler: label } = defineServiceFunction({
      ...base,
      arguments: { zeta: 'FLOAT', alpha: 'VARCHAR(16)' },
      returns: 'STRING',
      handler: (values) => {
        expectTypeOf(values).toEqualTypeOf<{ readonly zeta: number; readonly alpha: string }>()
        return values.alpha
      },
    })
    expect(label({ zeta: 1, alpha: 'a' }, context)).toBe('a')
  })

  test('are empty without arguments', () => {
    const { handler: now } = defineServiceFunction({
      ...base,
      arguments: {},
      returns: 'TIMESTAMP_NTZ(3)',
      handler: async () => '2023-03-21 00:00:00',
    })
    expectTypeOf(now).parameters.toEqualTypeOf<[context: BatchContext<never>]>()
  })

  test('hold the context headers that the definition names, and no others', () => {
    const { handler: who } = defineServiceFunction({
      ...base,
      arguments: {},
      returns: 'VARCHAR',
      contextHeaders: ['CURRENT_USER'],
      handler: ({ headers }) => {
        expectTypeOf(headers).toEqualTypeOf<{ readonly CURRENT_USER: string }>()
        return headers.CURRENT_USER
      },
    })
    expect(who({ ...context, headers: { CURRENT_USER: 'ZOE' } })).toBe('ZOE')
  })

  test('are columns when vectorized', () => {
    const { handler: double } = defineServiceFunction({
      ...base,
      vectorized: true,
      handler: (column) => {
        expectTypeOf(column).toEqualTypeOf<readonly number[]>()
        return column.map((x) => x * 2)
      },
    })
    expect(double([1, 2], context)).toEqual([2, 4])
  })

  test('follow the SQL types', () => {
    expectTypeOf<
      SqlValue<'NUMBER' | 'INT' | 'NUMBER(38, 0)' | 'DECIMAL(16)'>
    >().toEqualTypeOf<bigint>()
    expectTypeOf<
      SqlValue<'NUMBER(15)' | 'NUMBER(9,0)' | 'NUMERIC(10, 2)'>
    >().toEqualTypeOf<number>()
    expectTypeOf<SqlValue<'NUMBER(38,10)' | 'DEC(16, 1)'>>().toEqualTypeOf<string>()
    expectTypeOf<SqlValue<'DOUBLE PRECISION'>>().toEqualTypeOf<number>()
    expectTypeOf<SqlValue<'CHAR(3)'>>().toEqualTypeOf<string>()
    expectTypeOf<SqlValue<'BOOLEAN'>>().toEqualTypeOf<boolean>()
    expectTypeOf<SqlValue<'DATE' | 'TIME' | 'TIMESTAMP_LTZ(3)'>>().toEqualTypeOf<string>()
    expectTypeOf<SqlValue<'BINARY' | 'VARBINARY(16)'>>().toEqualTypeOf<Uint8Array>()
    expectTypeOf<SqlResult<'INT'>>().toEqualTypeOf<bigint | number>()
    expectTypeOf<SqlResult<'NUMBER(38,10)'>>().toEqualTypeOf<string | number>()
    expectTypeOf<SqlResult<'FLOAT' | 'NUMBER(3)'>>().toEqualTypeOf<number>()
    expectTypeOf<SqlResult<'VARCHAR(3)'>>().toEqualTypeOf<string>()
    expectTypeOf<SqlValue<'VARIANT'>>().toEqualTypeOf<unknown>()
    expectTypeOf<SqlValue<'ARRAY'>>().toEqualTypeOf<readonly unknown[]>()

    // @ts-expect-error -- a handler for text does not fit a FLOAT
    defineServiceFunction({ ...base, handler: (x: string) => x.length })
    // @ts-expect-error -- a FLOAT is promised
    defineServiceFunction({ ...base, handler: () => 'text' })
    expect(() =>
      // @ts-expect-error -- Snowflake has no such type
      defineServiceFunction({ ...base, returns: 'FLOAT64', handler: () => 1 }),
    ).toThrow('FLOAT64')
  })
})
