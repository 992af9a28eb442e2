import { readiness, serviceFunctions } from '@spcs/service-function'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { ExchangeRates } from './exchange-rates.ts'
import { catalogFunctions } from './functions.ts'

/** The service, ready for `listen` or `inject`. */
export function buildApp(rates: ExchangeRates, { logger = true } = {}): FastifyInstance {
  const app = Fastify({
    logger,
    requestTimeout: 60_000, // to receive a request; Snowflake gives up after 30 s
    // A batch leaves one line of its own.
    logController: new LogController({ disableRequestLogging: true }),
  })
  app.register(readiness)
  app.register(serviceFunctions, {
    functions: catalogFunctions(rates),
    openApi: { title: 'catalog-functions', service: 'CATALOG_FUNCTIONS', endpoint: 'catalog' },
  })
  return app
}
