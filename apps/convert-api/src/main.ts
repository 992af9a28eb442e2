import { printError } from '@spcs/errors'
import { BatchMetrics } from '@spcs/service-function'
import { eventTableLogger } from '@spcs/service-function/event-table-log'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { listen } from './listen.ts'
import { maybeExportMetrics } from './maybe-export-metrics.ts'

try {
  const config = readConfig(process.env)
  const { logger } = eventTableLogger({ name: 'convert-api', level: config.logLevel })
  const metrics = new BatchMetrics()
  const app = buildApp(logger, metrics)
  let exporting: ReturnType<typeof maybeExportMetrics> | undefined
  const stop = async (): Promise<void> => {
    await app.drain()
    await (await exporting)?.close()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Once: a second signal ends the process where it stands.
    process.once(signal, () => void stop())
  }
  await listen(app, config)
  exporting = maybeExportMetrics(config.metrics, metrics, logger)
} catch (error) {
  process.stderr.write(`${printError(error)}\n`)
  process.exitCode = 1
}
