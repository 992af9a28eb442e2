import type { FastifyInstance } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildApp } from './app.ts'
import { type ExchangeRates, fixedRates } from './exchange-rates.ts'

function appWith(rates: ExchangeRates = fixedRates): FastifyInstance {
  const app = buildApp(rates, { logger: false })
  onTestFinished(() => app.close())
  return app
}

/** What a function answers, a value for each row of arguments. */
async function call(
  app: FastifyInstance,
  path: string,
  rows: readonly (readonly unknown[])[],
): Promise<unknown[]> {
  const data = rows.map((row, index) => [index, ...row])
  const response = await app.inject({ method: 'POST', url: path, payload: { data } })
  expect([response.statusCode, response.body]).toEqual([200, expect.any(String)])
  return response.json<{ data: [number, unknown][] }>().data.map(([, result]) => result)
}

describe('SLUGIFY', () => {
  test('makes titles part of a URL', async () => {
    const rows = [['Crème brûlée, 4 pieces'], ['  «Smörgås» & co. '], ['Ⅳ Ελλάδα'], ['!'], [null]]
    expect(await call(appWith(), '/slugify', rows)).toEqual([
      'creme-brulee-4-pieces',
      'smorgas-co',
      'iv-ελλαδα',
      '',
      null,
    ])
  })
})

describe('TIDY_ATTRIBUTES', () => {
  test('tidies names and texts, and takes quantities apart', async () => {
    const attributes = { ' Net Weight': '12.5 kg', 'Colour ': ' red', Note: ' ', 'In stock': true }
    expect(await call(appWith(), '/tidy-attributes', [[attributes], [{}]])).toEqual([
      { net_weight: { value: 12.5, unit: 'kg' }, colour: 'red', in_stock: true },
      {},
    ])
  })
})

describe('EURO_PRICE', () => {
  test('turns prices into euro, and is NULL for a currency that is not known', async () => {
    const rows = [
      [10, 'EUR'],
      [10, 'USD'],
      [1000, 'JPY'],
      [10, 'XXX'],
      [10, 'toString'],
      [null, 'EUR'],
    ]
    expect(await call(appWith(), '/euro-price', rows)).toEqual([10, 9.24, 6.1, null, null, null])
  })

  test('asks for each currency of a batch once', async () => {
    const asked: string[] = []
    const rates = { perEuro: async (currency: string) => (asked.push(currency), 2) }
    const rows = [
      [10, 'USD'],
      [20, 'GBP'],
      [30, 'USD'],
    ]
    expect(await call(appWith(rates), '/euro-price', rows)).toEqual([5, 10, 15])
    expect(asked).toEqual(['USD', 'GBP'])
  })
})

describe('buildApp()', () => {
  test('is ready, and says what it answers', async () => {
    const app = appWith()
    expect((await app.inject('/healthcheck')).statusCode).toBe(200)
    const { paths } = (await app.inject('/openapi.json')).json<{ paths: object }>()
    expect(Object.keys(paths)).toEqual(['/slugify', '/tidy-attributes', '/euro-price'])
  })
})
