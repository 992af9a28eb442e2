import { runInNewContext } from 'node:vm'
import { col } from '@spcs/dataframe'
import { describe, expect, test } from 'vitest'
import { bindTemplate } from './bind-template.ts'
import { identifier } from './identifier.ts'

describe('bindTemplate()', () => {
  test('binds values, lists and bytes, and writes names quoted', () => {
    const bytes = new Uint8Array([1])
    expect(
      bindTemplate(
        ['SELECT ', ' FROM ', ' WHERE a IN (', ') AND b = ', ''],
        [null, identifier('db.public.weather'), [1, "x'; --", null], bytes],
      ),
    ).toEqual({
      text: 'SELECT ? FROM "DB"."PUBLIC"."WEATHER" WHERE a IN (?, ?, ?) AND b = ?',
      binds: [null, 1, "x'; --", null, bytes],
      pieceStarts: [0, 8, 37, 57, 68],
    })
  })

  test.each([
    [undefined, 'BIND_UNDEFINED', /^Cannot bind \$\{days}: it is undefined$/],
    [[], 'BIND_EMPTY_LIST', /^Cannot bind \$\{days}: the list is empty$/],
    [[1, undefined], 'BIND_UNDEFINED', /^Cannot bind element 1 of \$\{days}: it is undefined$/],
    [[[1]], 'BIND_UNSUPPORTED', /^Cannot bind element 0 of \$\{days}: it is a list inside a list$/],
    [() => 1, 'BIND_UNSUPPORTED', /^Cannot bind \$\{days}: it is a function$/],
    [Promise.resolve(1), 'BIND_UNSUPPORTED', /a promise: write await/],
    [new Date('never'), 'BIND_UNSUPPORTED', /^Cannot bind \$\{days}: it is an invalid Date$/],
    [new Set([1]), 'BIND_UNSUPPORTED', /a Set: spread it into a list/],
    [col('A'), 'BIND_UNSUPPORTED', /^Cannot bind \$\{days}: it is a Column$/],
    [/x/, 'BIND_UNSUPPORTED', /it is a RegExp$/],
    [[new URL('http://localhost/')], 'BIND_UNSUPPORTED', /^Cannot bind element 0 .* is a URL$/],
  ])('refuses %o by its name', (value, code, message) => {
    expect(() => bindTemplate(['SELECT ', ''], [value], ['days'])).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(message),
      }),
    )
  })
})

test('bindTemplate() takes plain objects of any realm, dates and their subclasses', () => {
  class Timestamp extends Date {}
  const values = [
    { a: 1 },
    Object.create(null),
    runInNewContext('({ a: 1 })'),
    new Timestamp(0),
    Buffer.from('a'),
  ]
  expect(bindTemplate(['', '', '', '', '', ''], values).binds).toEqual(values)
})

test('bindTemplate() refuses sql() that is called as a function', () => {
  const text = 'SELECT 1' as unknown as readonly string[]
  expect(() => bindTemplate(text, [])).toThrow(
    expect.objectContaining({ code: 'TEMPLATE_EXPECTED' }),
  )
})

describe('identifier()', () => {
  test.each([
    [['weather'], '"WEATHER"'],
    [['"my table"'], '"my table"'],
    [['db."s".t'], '"DB"."s"."T"'],
    [['db', 'public', 'x" or 1=1 --'], '"db"."public"."x"" or 1=1 --"'],
  ])('prints %j', ([name = '', ...more], sql) => {
    expect(identifier(name, ...more).sql).toBe(sql)
  })

  test('refuses text that is no name', () => {
    expect(() => identifier('t; DROP TABLE t')).toThrow(
      expect.objectContaining({ code: 'IDENTIFIER_INVALID' }),
    )
  })
})
