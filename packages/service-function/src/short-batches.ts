import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { BatchEndpoint } from './batch-endpoint.ts'
import { RawReply } from './batch-reply.ts'
import { shortBatchPathsOf } from './batch-server.ts'
import type { BatchesInFlight } from './batches-in-flight.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { BATCH_ID_HEADER, QUERY_ID_HEADER } from './headers.ts'

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
    const { contentType, contentLength, contentEncoding, batchId, queryId } = headersOf(request)
    const bytes = Number(contentLength)
    const isWhole = bytes > 0 && bytes <= bodyLimit && request.readableLength === bytes
    const isPlain = contentType === 'application/json' && contentEncoding === undefined
    if (!isWhole || !isPlain || !inFlight.hasRoom(bytes)) return false

    inFlight.enter(bytes)
    const body = request.read() as Buffer
    const started = performance.now()
    const batch = {
      functionName: name,
      batchId,
      queryId,
      started,
      rows: undefined,
      repeated: false,
    }
    const reply = new RawReply(response, () => inFlight.leave(bytes))
    endpoint.answer(batch, request, body, reply)
    return true
  })
  app.addHook('preClose', (done) => {
    paths.delete(url)
    done()
  })
}

interface BatchHead {
  contentType: string | undefined
  contentLength: string | undefined
  contentEncoding: string | undefined
  batchId: string | undefined
  queryId: string | undefined
}

/** The headers that count. To put all of them together, as `request.headers` does, takes a tenth of a short batch's time. */
function headersOf({ rawHeaders }: IncomingMessage): BatchHead {
  const head: BatchHead = {
    contentType: undefined,
    contentLength: undefined,
    contentEncoding: undefined,
    batchId: undefined,
    queryId: undefined,
  }
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    const value = rawHeaders[at + 1] as string
    // No two of them are of one length.
    switch (name.length) {
      case CONTENT_TYPE.length:
        if (isHeader(name, CONTENT_TYPE)) head.contentType = value
        break
      case CONTENT_LENGTH.length:
        if (isHeader(name, CONTENT_LENGTH)) head.contentLength = value
        break
      case CONTENT_ENCODING.length:
        if (isHeader(name, CONTENT_ENCODING)) head.contentEncoding = value
        break
      case BATCH_ID_HEADER.length:
        if (isHeader(name, BATCH_ID_HEADER)) head.batchId = value || undefined
        break
      case QUERY_ID_HEADER.length:
        if (isHeader(name, QUERY_ID_HEADER)) head.queryId = value || undefined
    }
  }
  return head
}

const CONTENT_TYPE = 'content-type'
const CONTENT_LENGTH = 'content-length'
const CONTENT_ENCODING = 'content-encoding'

function isHeader(name: string, lowerCase: string): boolean {
  return name === lowerCase || name.toLowerCase() === lowerCase
}
