import { callServiceFunction } from '@spcs/service-function'
import type { FastifyInstance } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildApp } from './app.ts'
import { type ExchangeRates, fixedRates } from './exchange-rates.ts'
import { euroPrice, SLUGIFY, TIDY_ATTRIBUTES } from './functions.ts'

function appWith(rates: ExchangeRates = fixedRates): FastifyInstance {
  const app = buildApp(rates, { logger: false })
  onTestFinished(() => app.close())
  return app
}

describe('SLUGIFY', () => {
  test('makes titles part of a URL', async () => {
    const rows = [['Crème brûlée, 4 pieces'], ['  «Smörgås» & co. '], ['Ⅳ Ελλάδα'], ['!'], [null]]
    expect(await callServiceFunction(appWith(), rows, { function: SLUGIFY })).toEqual([
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
    const rows = [{ attributes }, { attributes: {} }]
    expect(await callServiceFunction(appWith(), rows, { function: TIDY_ATTRIBUTES })).toEqual([
      { net_weight: { value: 12.5, unit: 'kg' }, colour: 'red', in_stock: true },
      {},
    ])
  })
})

describe('EURO_PRICE', () => {
  const EURO_PRICE = euroPrice(fixedRates)

  test('turns prices into euro, and is NULL for a currency that is not known', async () => {
    const rows = [
      { price: 10, currency: 'EUR' },
      { price: 10, currency: 'USD' },
      { price: 1000, currency: 'JPY' },
      { price: 10, currency: 'XXX' },
      { price: null, currency: 'EUR' },
    ]
    expect(await callServiceFunction(appWith(), rows, { function: EURO_PRICE })).toEqual([
      10,
      9.24,
      6.1,
      null,
      null,
    ])
  })

  test('asks for each currency of a batch once, and again when that failed', async () => {
    const asked: string[] = []
    const rates: ExchangeRates = {
      perEuro: async (currency) => {
        asked.push(currency)
        if (asked.length === 1) throw new Error('not today')
        return 2
      },
    }
    const rows = [
      { price: 10, currency: 'USD' },
      { price: 20, currency: 'GBP' },
      { price: 30, currency: 'USD' },
    ]
    const options = { function: EURO_PRICE, retryPauseMs: () => 1 }
    expect(await callServiceFunction(appWith(rates), rows, options)).toEqual([5, 10, 15])
    expect(asked).toEqual(['USD', 'GBP', 'USD', 'GBP'])
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
