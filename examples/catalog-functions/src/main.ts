import { buildApp } from './app.ts'
import { fixedRates, httpRates } from './exchange-rates.ts'

const { PORT = '9090', HOST = '0.0.0.0', RATES_URL } = process.env
const app = buildApp(RATES_URL === undefined ? fixedRates : httpRates(RATES_URL))
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void app.drain())
await app.listen({ port: Number(PORT), host: HOST })
