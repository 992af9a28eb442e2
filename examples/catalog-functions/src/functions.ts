import { defineServiceFunction, type ServiceFunction } from '@spcs/service-function'
import type { ExchangeRates } from './exchange-rates.ts'
import { slugify } from './slugify.ts'
import { tidyAttributes } from './tidy-attributes.ts'

/** Everything that the service answers. */
export function catalogFunctions(rates: ExchangeRates): readonly ServiceFunction[] {
  return [SLUGIFY, TIDY_ATTRIBUTES, euroPrice(rates)]
}

export const SLUGIFY = defineServiceFunction({
  name: 'SLUGIFY',
  path: '/slugify',
  arguments: { title: 'VARCHAR' },
  returns: 'VARCHAR',
  comment: 'The part of a URL that stands for a title',
  handler: slugify,
})

export const TIDY_ATTRIBUTES = defineServiceFunction({
  name: 'TIDY_ATTRIBUTES',
  path: '/tidy-attributes',
  arguments: { attributes: 'OBJECT' },
  returns: 'VARIANT',
  comment: 'The attributes of a product, to search by',
  handler: tidyAttributes,
})

/** Asks for each currency of a batch once. A price in a currency that is not known is NULL. */
export function euroPrice(rates: ExchangeRates) {
  return defineServiceFunction({
    name: 'EURO_PRICE',
    path: '/euro-price',
    arguments: { price: 'NUMBER(12,2)', currency: 'VARCHAR(3)' },
    returns: 'NUMBER(12,2)',
    comment: 'A price in euro; NULL where the currency is not known',
    vectorized: true,
    maxBatchRows: 1000,
    handler: async ({ price, currency }, { signal }) => {
      const asked = [...new Set(currency)].map(
        async (code) => [code, await rates.perEuro(code, signal)] as const,
      )
      const perEuro = new Map(await Promise.all(asked))
      return price.map((amount, row) => {
        const rate = perEuro.get(currency[row] ?? '')
        return rate === undefined ? null : Math.round((amount / rate) * 100) / 100
      })
    },
  })
}
