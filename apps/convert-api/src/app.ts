import { serviceFunctions } from '@spcs/service-function'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Config } from './config.ts'
import { CONVERT_UDF } from './conversions.ts'

/** Where log lines go when not to standard output. */
export interface LogStream {
  write(line: string): void
}

/** The service, ready for `listen` or `inject`. */
export function buildApp(config: Pick<Config, 'logLevel'>, stream?: LogStream): FastifyInstance {
  const app = Fastify({
    logger: { level: config.logLevel, ...(stream === undefined ? {} : { stream }) },
    requestTimeout: 60_000, // to receive a request; Snowflake gives up after 30 s
    // A batch leaves one line of its own; probes come every few seconds and need none.
    logController: new LogController({ disableRequestLogging: true }),
    // Lines name their batch; a logger for each request would cost a short batch a tenth of its time.
    childLoggerFactory: (logger) => logger,
  })
  endConnectionsOnClose(app)
  app.get('/healthcheck', () => ({ status: 'ok' }))
  app.register(serviceFunctions, { functions: [CONVERT_UDF] })
  return app
}

/** Once closing, connections are ended as they fall idle: kept alive, they would hold the process back. */
function endConnectionsOnClose(app: FastifyInstance): void {
  let timer: NodeJS.Timeout | undefined
  app.addHook('preClose', (done) => {
    timer = setInterval(() => app.server.closeIdleConnections(), 20)
    done()
  })
  app.addHook('onClose', (_app, done) => {
    clearInterval(timer)
    done()
  })
}
