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
  })
  endConnectionsOnClose(app)
  app.get('/healthcheck', () => ({ status: 'ok' }))
  app.register(serviceFunctions, { functions: [CONVERT_UDF] })
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
