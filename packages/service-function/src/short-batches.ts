import type { FastifyInstance } from 'fastify'
import type { BatchEndpoint } from './batch-endpoint.ts'
import { RawReply } from './batch-reply.ts'
import { shortBatchPathsOf } from './batch-server.ts'
import type { BatchesInFlight } from './batches-in-flight.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { receiveBatch } from './received-batch.ts'

export interface ShortBatchesOptions {
  readonly inFlight: BatchesInFlight
  readonly bodyLimit: number
}

/**
 * Answers batches of one function before Fastify sees them, where the app has a `batchServer`: those whose plain body
 * came along with its head, as long as there is room for them.
 */
export function shortBatches(
  app: FastifyInstance,
  { name, path, longRunning }: ServiceFunction,
  endpoint: BatchEndpoint,
  { inFlight, bodyLimit }: ShortBatchesOptions,
): void {
  const paths = shortBatchPathsOf(app.server)
  if (paths === undefined || longRunning) return
  const url = app.prefix + path

  paths.set(url, (request, response) => {
    const { headers, readableLength } = request
    const bytes = Number(headers['content-length'])
    const isWhole = bytes > 0 && bytes <= bodyLimit && readableLength === bytes
    const isPlain =
      headers['content-type'] === 'application/json' && headers['content-encoding'] === undefined
    if (!isWhole || !isPlain || !inFlight.hasRoom(bytes)) return false

    inFlight.enter(bytes)
    const body = request.read() as Buffer
    const batch = receiveBatch(name, request)
    const reply = new RawReply(response, () => inFlight.leave(bytes))
    endpoint.answer(batch, request, body, reply)
    return true
  })
  app.addHook('preClose', (done) => {
    paths.delete(url)
    done()
  })
}
