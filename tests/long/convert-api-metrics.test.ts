import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { grpcCollector } from '../../packages/service-function/src/testing/collector.ts'

describe('convert-api with a collector of metrics', () => {
  test('exports a last time when it is ended', async () => {
    const { host, received } = await grpcCollector()
    const { main, url } = await start({
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `http://${host}`,
      SNOWFLAKE_DATABASE: 'WEATHER_DB',
    })
    await convert(url)
    main.kill('SIGTERM')
    expect(await once(main, 'exit')).toEqual([0, null])
    const text = received.map(({ body }) => body.toString('latin1'))
    expect(text).toEqual([
      expect.stringMatching(/WEATHER_DB[^]*spcs\.service_function\.batches[^]*CONVERT_UDF/),
    ])
  })

  test('answers and ends as ever when the collector cannot be reached, and warns once', async () => {
    const { main, url, lines } = await start({
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_METRIC_EXPORT_INTERVAL: '20',
    })
    const warnings = (): string[] => lines.filter((line) => line.includes('cannot be exported'))
    await vi.waitFor(() => expect(warnings()).toHaveLength(1), 10_000)
    for (let batch = 0; batch < 20; batch++) await convert(url)
    main.kill('SIGTERM')
    expect(await once(main, 'exit')).toEqual([0, null])
    expect(warnings()).toHaveLength(1)
  })

  test('ends although the collector never answers', async () => {
    const { host, received } = await grpcCollector('none')
    const { main } = await start({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `http://${host}` })
    main.kill('SIGTERM')
    expect(await once(main, 'exit')).toEqual([0, null])
    expect(received).toHaveLength(1)
  })
})

async function convert(url: string): Promise<void> {
  const response = await fetch(new URL('/convert', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"data":[[0,12]]}',
  })
  expect(await response.text()).toBe('{"data":[[0,53.6]]}')
}

/** The service itself, once it listens. */
async function start(
  environment: Record<string, string>,
): Promise<{ main: ChildProcess; url: string; lines: string[] }> {
  const args = ['-C', '@spcs/source', '--import', 'tsx', 'src/main.ts']
  const main = spawn(process.execPath, args, {
    cwd: new URL('../../apps/convert-api', import.meta.url),
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void main.kill('SIGKILL'))
  const lines: string[] = []
  const url = await new Promise<string>((resolve) => {
    createInterface(main.stdout).on('line', (line) => {
      lines.push(line)
      const address = /listening at (http:[^"]+)/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
  return { main, url, lines }
}
