import { beforeEach, describe, expect, test } from 'vitest'
import type { CallServiceFunction } from '../query-engine.ts'
import { openQueryAccount } from '../testing/query-account.ts'

const FLOAT = { kind: 'FLOAT' } as const
const VARCHAR = { kind: 'VARCHAR', length: 16_777_216 } as const

let answer: CallServiceFunction | undefined
const fahrenheit: CallServiceFunction = (call) =>
  Promise.resolve(
    call.rows.map(([celsius]) => (celsius === null ? null : (Number(celsius) * 9) / 5 + 32)),
  )
const account = await openQueryAccount({
  answer: (call, context) => (answer ?? fahrenheit)(call, context),
})
const { calls } = account
const argument = (name: string, type: typeof FLOAT | typeof VARCHAR) => ({ name, type })
account.addFunction({ name: 'CONVERT_UDF', strict: true })
account.addFunction({ name: 'F' })
account.addFunction({ name: 'FIXED', immutable: true })
account.addFunction({
  name: 'PAIR',
  arguments: [argument('A', FLOAT), argument('B', VARCHAR)],
  returns: VARCHAR,
})
account.addFunction({ name: 'OVER', arguments: [argument('A', FLOAT)] })
account.addFunction({ name: 'OVER', arguments: [argument('A', VARCHAR)], returns: VARCHAR })

/** The rows that went to a function, one list a call. */
const sent = (): unknown[] => calls.map((call) => call.rows)

beforeEach(async () => {
  answer = undefined
  await account.query('CREATE OR REPLACE TABLE t (n NUMBER, r FLOAT)')
  await account.query('INSERT INTO t (n) VALUES (1), (2), (3)')
  calls.length = 0
})

describe('arguments and answers', () => {
  test('a strict function is not called for NULL', async () => {
    await account.query('INSERT INTO t (n) VALUES (NULL)')
    expect(await account.rows('SELECT convert_udf(n) FROM t ORDER BY n')).toEqual([
      ['33.8'],
      ['35.6'],
      ['37.4'],
      [null],
    ])
    expect(sent()).toEqual([[[1], [2], [3]]])
  })

  test('any other function is', async () => {
    await account.query('SELECT f(NULL), f(r) FROM t WHERE n = 1')
    expect(sent()).toEqual([[[null]], [[null]]])
  })

  test('an immutable function is called once for equal arguments', async () => {
    await account.query('INSERT INTO t (n) VALUES (1), (1)')
    expect(await account.rows('SELECT fixed(n) FROM t WHERE n = 1')).toEqual([
      ['33.8'],
      ['33.8'],
      ['33.8'],
    ])
    await account.query('SELECT fixed(n) FROM t')
    expect(sent()).toEqual([[[1]], [[1], [2], [3]]])
  })

  test('arguments are made of the declared types, answers too', async () => {
    answer = (call) => Promise.resolve(call.rows.map((row) => JSON.stringify(row)))
    expect(await account.rows(`SELECT pair('1.5', n) FROM t WHERE n = 1`)).toEqual([['[1.5,"1"]']])
    expect(await account.rows(`SELECT pair(b => 'x', a => 2)`)).toEqual([['[2,"x"]']])
  })

  test('overloads are chosen by the types of the arguments', async () => {
    answer = (call) => Promise.resolve(call.rows.map(([value]) => value))
    const result = await account.query(`SELECT over(1), over('a')`)
    expect(result.columns.map((column) => column.type)).toEqual(['real', 'text'])
    expect(result.rows).toEqual([['1', 'a']])
    await expect(account.query('SELECT over(1, 2)')).rejects.toMatchObject({ code: '001044' })
    await expect(account.query('SELECT f([1])')).rejects.toMatchObject({
      code: '001044',
      message: "SQL compilation error:\nInvalid argument types for function 'F': (ARRAY)",
    })
  })

  test.each([
    [
      'NUMBER(38,0)',
      { kind: 'NUMBER', precision: 38, scale: 0 },
      ['12', 99.5, null],
      ['12', '100', null],
    ],
    ['BOOLEAN', { kind: 'BOOLEAN' }, [true, 'no', null], ['1', '0', null]],
    ['DATE', { kind: 'DATE' }, ['2024-01-02', null, '1970-01-02'], ['19724', null, '1']],
    ['VARIANT', { kind: 'VARIANT' }, [{ a: [1] }, 'x', null], ['{"a":[1]}', '"x"', null]],
    ['VARCHAR', VARCHAR, ['x', 1.5, true], ['x', '1.5', 'true']],
    ['FLOAT', FLOAT, [1.5, '2', 'NaN'], ['1.5', '2', 'NaN']],
  ] as const)('an answer of %s is read as one', async (_, returns, given, expected) => {
    account.addFunction({ name: 'TYPED', returns })
    answer = () => Promise.resolve(given)
    const rows = await account.rows('SELECT n, typed(n) FROM t ORDER BY n')
    expect(rows.map(([, cell]) => cell)).toEqual(expected)
  })

  test.each([
    [FLOAT, 'warm', '100038', "Numeric value 'warm' is not recognized"],
    [FLOAT, { a: 1 }, '100038', `Numeric value '{"a":1}' is not recognized`],
    [
      { kind: 'NUMBER', precision: 38, scale: 0 } as const,
      'warm',
      '100038',
      "Numeric value 'warm' is not recognized",
    ],
    [{ kind: 'DATE' } as const, 'soon', '100040', "Date 'soon' is not recognized"],
  ])('for %j the answer %j is an error', async (returns, value, code, message) => {
    account.addFunction({ name: 'TYPED', returns })
    answer = (call) => Promise.resolve(call.rows.map(() => value))
    await expect(account.query('SELECT typed(n) FROM t')).rejects.toMatchObject({ code, message })
  })
})
