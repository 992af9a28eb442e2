import { setMaxListeners } from 'node:events'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { BatchMetrics } from './batch-metrics.ts'
import { BatchesInFlight } from './batches-in-flight.ts'
import { batchEndpoint, type ServerEnd } from './batch-endpoint.ts'
import { batchRoutes } from './batch-routes.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { ServiceFunctionError } from './errors.ts'
import { LongRunningBatches } from './long-running-batches.ts'
import type { OpenApiOptions } from './openapi-document.ts'
import { openApiRoutes } from './openapi-routes.ts'
import { shortBatches } from './short-batches.ts'

const MIB = 1024 * 1024
const DEFAULTS = {
  bodyLimit: 64 * MIB,
  maxBatchesInFlight: 256,
  maxBytesInFlight: 256 * MIB,
  answerCacheBytes: 16 * MIB,
  keptAnswerBytes: 256 * MIB,
  gzipFromBytes: MIB,
  stopAfterMs: 20_000,
}

export interface ServiceFunctionsOptions {
  readonly functions: readonly ServiceFunction[]
  /** The most bytes of a request body, once unzipped; default 64 MiB. */
  readonly bodyLimit?: number | undefined
  /** Batches read or computed at once; more are answered 429. Default 256. */
  readonly maxBatchesInFlight?: number | undefined
  /** Bytes of their bodies; default 256 MiB. */
  readonly maxBytesInFlight?: number | undefined
  /** Room for answers that are kept in case that their batch comes again; default 16 MiB, 0 keeps none. */
  readonly answerCacheBytes?: number | undefined
  /** Room for answers of long-running functions that wait to be fetched; default 256 MiB. */
  readonly keptAnswerBytes?: number | undefined
  /** Answers of so many bytes are sent as gzip where the caller takes it; default 1 MiB. */
  readonly gzipFromBytes?: number | undefined
  /** Counts what the batches do; to be exported, or shown. */
  readonly metrics?: BatchMetrics | undefined
  /** How long batches may run on after the server began to close; then their signal fires. Default 20,000. */
  readonly stopAfterMs?: number | undefined
  /** What GET /openapi.json and GET /describe say besides the functions; false answers neither. */
  readonly openApi?: OpenApiOptions | false | undefined
}

/**
 * Answers service functions: POST at the path of each, `{"data": [[row, ...arguments], ...]}` in,
 * `{"data": [[row, result], ...]}` out. A batch that comes again is not computed again. Every batch leaves one line in
 * the log.
 */
export const serviceFunctions: FastifyPluginAsync<ServiceFunctionsOptions> = async (
  app,
  options,
) => {
  const limits = { ...DEFAULTS, ...withoutUndefined(options) }
  const inFlight = new BatchesInFlight({
    batches: limits.maxBatchesInFlight,
    bytes: limits.maxBytesInFlight,
  })
  const shared = {
    answerCacheBytes: limits.answerCacheBytes / Math.max(1, options.functions.length),
    longRunning: new LongRunningBatches(limits.keptAnswerBytes),
    end: endOf(app, limits.stopAfterMs),
    gzipFromBytes: limits.gzipFromBytes,
    log: app.log,
  }

  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: limits.bodyLimit },
    (_request, body, done) => done(null, body),
  )
  app.decorateRequest('receivedBatch', null)
  const { functions, metrics } = options
  metrics?.observeInFlight(() => inFlight.count)
  for (const definition of functions) {
    const record = metrics?.recorderOf(definition.name)
    const endpoint = batchEndpoint(definition, { ...shared, record })
    batchRoutes(app, definition, endpoint, inFlight)
    shortBatches(app, definition, endpoint, { inFlight, bodyLimit: limits.bodyLimit })
  }
  if (options.openApi !== false) openApiRoutes(app, functions, options.openApi ?? {})
}

function withoutUndefined(options: ServiceFunctionsOptions): Partial<typeof DEFAULTS> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/** Its signal fires some time after the server began to close, so that what can finish does. */
function endOf(app: FastifyInstance, afterMs: number): ServerEnd {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal) // every batch whose handler asks for its signal listens
  const end = { hasBegun: false, signal: controller.signal }
  let timer: NodeJS.Timeout | undefined
  app.addHook('preClose', (done) => {
    end.hasBegun = true
    timer = setTimeout(() => controller.abort(stopping()), afterMs).unref()
    done()
  })
  app.addHook('onClose', (_app, done) => {
    clearTimeout(timer)
    controller.abort(stopping())
    done()
  })
  return end
}

function stopping(): ServiceFunctionError {
  return new ServiceFunctionError('SERVICE_STOPPING', 'Cannot answer batch: the service stops', {
    hint: 'Send it again: another instance answers it',
  })
}
