import { type BatchMetrics, serviceFunctions } from '@spcs/service-function'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { CONVERT_UDF } from './conversions.ts'

/** The service, ready for `listen` or `inject`. */
export function buildApp(logger: FastifyBaseLogger, metrics: BatchMetrics): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    requestTimeout: 60_000, // to receive a request; Snowflake gives up after 30 s
    // A batch leaves one line of its own; probes come every few seconds and need none.
    logController: new LogController({ disableRequestLogging: true }),
  })
  endConnectionsOnClose(app)
  app.get('/healthcheck', () => ({ status: 'ok' }))
  const options = { functions: [CONVERT_UDF], metrics }
  app.register(serviceFunctions, options)
  return app
}

/** Once closing, the last answer on a connection ends it: kept alive, it would hold the process back. */
function endConnectionsOnClose(app: FastifyInstance): void {
  let isClosing = false
  app.addHook('preClose', (done) => {
    isClosing = true
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close')
    done()
  })
}
