import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calmMedian } from './calm-windows.ts'
import { type Cores, separateCores } from './cores.ts'
import { lastLine } from './last-line.ts'
import { rowsPerSecond } from './load-figures.ts'
import { type Benchmark, type Measure, measure, medianOf } from './measure.ts'
import { startMetricsCollector } from './metrics-collector.ts'
import { tellsProcesses } from './processor-time.ts'
import { peakMiB } from './resident.ts'
import { CONNECTIONS, sendBatches } from './service-function-load.ts'
import { startBare, startConvertApi, startFlask } from './service-function-servers.ts'
import { takeWindows, WINDOWS, WINDOW_SECONDS } from './service-function-windows.ts'
import type { StartedServer } from './start-server.ts'
import { writeImage } from './write-image.ts'

const BATCH_ROWS = [1, 5, 100, 1_000, 10_000]
const MEMORY = { rows: 10_000, requests: 100, runs: 3 }

/** What a batch costs convert-api, beside a server that does nothing else and the quickstart's own. */
export const serviceFunction: Benchmark = {
  name: 'service-function',
  summary: `convert-api under ${CONNECTIONS} connections; medians of ${WINDOWS} windows of ${WINDOW_SECONDS} s`,
  async *run() {
    const image = mkdtempSync(join(tmpdir(), 'spcs-bench-'))
    try {
      await writeImage('convert-api', image)
      await using collector = await startMetricsCollector()
      await using cores = await separateCores()
      say(cores.summary)
      const startOurs = (): Promise<StartedServer> =>
        startConvertApi(cores, image, collector.endpoint)
      yield* throughput(cores, startOurs)
      if (tellsProcesses()) yield await memory(startOurs, () => startBare(cores))
      else say('left out: memory, which this system does not tell')
      if (collector.exports() === 0) throw new Error('convert-api sent no metrics')
      say(`metrics: ${collector.exports()} exports came to the collector`)
    } finally {
      rmSync(image, { recursive: true, force: true })
    }
  },
}

async function* throughput(
  cores: Cores,
  startOurs: () => Promise<StartedServer>,
): AsyncGenerator<Measure> {
  await using ours = await startOurs()
  await using bare = await startBare(cores)
  await using flask = await maybeStartFlask(cores)
  const peers = flask === null ? [bare] : [bare, flask]
  for (const rows of BATCH_ROWS) {
    const windows = await takeWindows([ours, ...peers], rows, say)
    const figureOf = (server: StartedServer): number =>
      calmMedian(windows.get(server) ?? [], WINDOWS)
    for (const peer of peers) {
      yield measure({
        name: `rows/s at batches of ${rows.toLocaleString('en')}`,
        value: figureOf(ours),
        unit: 'rows/s',
        better: 'higher',
        beside: { name: peer.name, value: figureOf(peer) },
      })
    }
  }
}

async function maybeStartFlask(cores: Cores): Promise<StartedServer | null> {
  try {
    return await startFlask(cores)
  } catch (error) {
    say(`left out: Flask under gunicorn: ${lastLine(error)}`)
    return null
  }
}

/** The most memory of a fresh server after a million rows, a batch on every connection. */
async function memory(
  startOurs: () => Promise<StartedServer>,
  startTheirs: () => Promise<StartedServer>,
): Promise<Measure> {
  const { rows, requests, runs } = MEMORY
  const peakOf = async (start: () => Promise<StartedServer>): Promise<number> => {
    await using server = await start()
    rowsPerSecond(server.name, rows, await sendBatches(server.url, rows, { requests }))
    return peakMiB(server.process)
  }
  const value = await medianOf(runs, () => peakOf(startOurs))
  const theirs = await medianOf(runs, () => peakOf(startTheirs))
  return measure({
    name: `memory at most, ${(rows * requests).toLocaleString('en')} rows`,
    value,
    unit: 'MiB',
    better: 'lower',
    beside: { name: 'node:http', value: theirs },
  })
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
