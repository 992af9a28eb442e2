import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { decodeUsingValue, printUsing } from './using.ts'

describe('printUsing()', () => {
  test.each([
    [{ image: '/db/s/r/n:t' }, `USING (image => '"/db/s/r/n:t"')`],
    [{ replicas: 3, debug: true }, `USING (replicas => '3', debug => 'true')`],
    [{ args: ['--x', "it's"] }, String.raw`USING (args => '["--x","it\'s"]')`],
    [{ env: { A: 'say "hi"' } }, String.raw`USING (env => '{"A":"say \\"hi\\""}')`],
    [{ path: String.raw`a\b` }, String.raw`USING (path => '"a\\\\b"')`],
    [{}, ''],
  ])('writes %o', (values, sql) => {
    expect(printUsing(values)).toBe(sql)
  })

  test.each([[{ 'my-key': 1 }], [{ '': 1 }], [{ ratio: Number.NaN }], [{ list: [Infinity] }]])(
    'refuses %o',
    (values) => {
      expect(() => printUsing(values)).toThrow(expect.objectContaining({ code: 'USING_INVALID' }))
    },
  )

  test('writes what decodeUsingValue() reads, once SQL has taken its quotes away', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value)) // -0 becomes 0, as JSON has it
        const [, literal = ''] =
          /^USING \(value => '(.*)'\)$/s.exec(printUsing({ value: json })) ?? []
        expect(decodeUsingValue(literal.replaceAll(/\\(.)/gs, '$1'))).toEqual(exactNumbers(json))
      }),
    )
  })
})

describe('decodeUsingValue()', () => {
  test.each([
    ['"/db/s/r/n:t"', '/db/s/r/n:t'],
    ['v1', 'v1'],
    ['007', '007'],
    ['8080', 8080],
    ['1.10', '1.10'],
    ['12345678901234567890', '12345678901234567890'],
    ['true', true],
    ['["--x", 1]', ['--x', 1]],
    ['{"A": "b"}', { A: 'b' }],
  ])('reads %s', (text, value) => {
    expect(decodeUsingValue(text)).toEqual(value)
  })

  test('refuses a bare path and shows it as JSON', () => {
    expect(() => decodeUsingValue('/db/s/r/n:t')).toThrow(
      expect.objectContaining({
        code: 'USING_INVALID',
        hint: `Write it as JSON in single quotes: '"/db/s/r/n:t"'`,
      }),
    )
  })
})

/** A number at the top comes back as text where JSON writes it in another form than we would read. */
function exactNumbers(value: unknown): unknown {
  return typeof value === 'number' && String(value) !== JSON.stringify(value)
    ? String(value)
    : value
}
