import { once } from 'node:events'
import { type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2'
import { buffer } from 'node:stream/consumers'

/** How OTLP travels: https://opentelemetry.io/docs/specs/otlp/ */
export type OtlpProtocol = 'grpc' | 'http/protobuf'

/** Sends a serialized export request, and gives the serialized response. */
export type OtlpTransport = (request: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>

export function otlpTransport(endpoint: URL, protocol: OtlpProtocol): OtlpTransport {
  return protocol === 'grpc'
    ? (request, signal) => callByGrpc(endpoint, request, signal)
    : (request, signal) => postByHttp(endpoint, request, signal)
}

const PROTOBUF = 'application/x-protobuf'

async function postByHttp(
  endpoint: URL,
  request: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': PROTOBUF },
    body: request as Uint8Array<ArrayBuffer>,
    signal,
  })
  const body = new Uint8Array(await response.arrayBuffer())
  if (!response.ok) throw new Error(`the collector answered ${response.status}`)
  const isProtobuf = response.headers.get('content-type') === PROTOBUF
  return isProtobuf ? body : new Uint8Array() // some answer in JSON, whatever they were asked in
}

const METHOD = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'
const PREFIX_BYTES = 5

/**
 * One unary call, on a connection of its own: exports are rare, and a collector may come and go between them.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
async function callByGrpc(
  { origin }: URL,
  request: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const session = connect(origin)
  session.on('error', () => {}) // whoever waits for it is told
  try {
    await once(session, 'connect', { signal })
    const call = session.request(
      { ':method': 'POST', ':path': METHOD, 'content-type': 'application/grpc', te: 'trailers' },
      { signal },
    )
    let trailers: IncomingHttpHeaders = {}
    call.once('trailers', (received: IncomingHttpHeaders) => (trailers = received))
    call.end(toGrpcMessage(request))
    const headers = await Promise.race([responseTo(call), closeOf(call)])
    const body = await buffer(call)
    checkStatus({ ...headers, ...trailers })
    return body.subarray(PREFIX_BYTES)
  } finally {
    session.destroy()
  }
}

async function responseTo(call: ClientHttp2Stream): Promise<IncomingHttpHeaders> {
  const [headers] = (await once(call, 'response')) as [IncomingHttpHeaders]
  return headers
}

async function closeOf(call: ClientHttp2Stream): Promise<never> {
  await once(call, 'close')
  throw new Error('the collector closed the connection')
}

/** The status of the call is in the trailers, or where there is no body in the headers. */
function checkStatus(headers: IncomingHttpHeaders & { ':status'?: number }): void {
  const { ':status': httpStatus, 'grpc-status': status, 'grpc-message': message } = headers
  if (httpStatus !== 200) throw new Error(`the collector answered ${httpStatus}`)
  if (status === '0') return
  const told = message === undefined ? '' : `: ${decodeURIComponent(String(message))}`
  throw new Error(`the collector answered with gRPC status ${String(status ?? 'missing')}${told}`)
}

/** Not compressed, its length, and the message. */
function toGrpcMessage(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}
