import { parseArgs } from 'node:util'
import { CodedError, printError } from '@spcs/errors'
import { type Benchmark, printMeasure } from './measure.ts'

/** Every benchmark by name; `spcs-bench` runs them all, `spcs-bench NAME` one. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  start: async () => (await import('./start.ts')).start,
  notebook: async () => (await import('./notebook.ts')).notebook,
  'service-function': async () => (await import('./service-function.ts')).serviceFunction,
}

// Killed without a word, it would leave the servers that it started.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

try {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS)
  for (const name of names) await run(name, values.json)
} catch (error) {
  process.stderr.write(`${printError(error)}\n`)
  process.exitCode = 1
}

async function run(name: string, json: boolean): Promise<void> {
  const load = BENCHMARKS[name]
  if (load === undefined) {
    throw new CodedError('BENCHMARK_UNKNOWN', `Cannot run benchmark "${name}": there is none`, {
      hint: `Use one of ${Object.keys(BENCHMARKS).join(', ')}`,
    })
  }
  const benchmark = await load()
  process.stderr.write(`${benchmark.name}: ${benchmark.summary}\n`)
  for await (const taken of benchmark.run()) {
    process.stdout.write(`${json ? JSON.stringify(taken) : printMeasure(taken)}\n`)
  }
}
