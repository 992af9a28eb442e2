import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A collector of OpenTelemetry metrics, by protobuf over HTTP, that takes whatever comes and keeps count. */
export interface MetricsCollector extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_METRICS_ENDPOINT. */
  readonly endpoint: string
  exports(): number
}

export async function startMetricsCollector(): Promise<MetricsCollector> {
  let exports = 0
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      exports += 1
      response.setHeader('content-type', 'application/x-protobuf')
      response.end() // nothing was refused
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}/v1/metrics`,
    exports: () => exports,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
