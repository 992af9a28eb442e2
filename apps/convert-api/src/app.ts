import { type BatchMetrics, batchServer, readiness, serviceFunctions } from '@spcs/service-function'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { CONVERT_UDF } from './conversions.ts'

/** The service, ready for `listen` or `inject`. */
export function buildApp(logger: FastifyBaseLogger, metrics: BatchMetrics): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    serverFactory: batchServer,
    requestTimeout: 60_000, // to receive a request; Snowflake gives up after 30 s
    // A batch leaves one line of its own; probes come every few seconds and need none.
    logController: new LogController({ disableRequestLogging: true }),
  })
  app.register(readiness)
  app.register(serviceFunctions, {
    functions: [CONVERT_UDF],
    metrics,
    openApi: { title: 'convert-api', service: 'CONVERT_API', endpoint: 'convert-api' },
  })
  return app
}
