import RATES from './rates.json' with { type: 'json' }

/** Where exchange rates come from. */
export interface ExchangeRates {
  /** How much of a currency one euro is; undefined for a currency that is not known. */
  perEuro(currency: string, signal: AbortSignal): Promise<number | undefined>
}

/** The rates of one day, which come with the service. */
export const fixedRates: ExchangeRates = {
  perEuro: async (currency) => new Map(Object.entries(RATES)).get(currency),
}

/** The rates of a server that answers `GET URL/USD` with `{ "rate": 1.0817 }`, and 404 for what it does not know. */
export function httpRates(url: string): ExchangeRates {
  return {
    perEuro: async (currency, signal) => {
      const response = await fetch(`${url}/${encodeURIComponent(currency)}`, { signal })
      if (response.status === 404) return undefined
      if (!response.ok) throw new Error(`${url} answered ${response.status} for ${currency}`)
      const { rate } = (await response.json()) as { rate: number }
      return rate
    },
  }
}
