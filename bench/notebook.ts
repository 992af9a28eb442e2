import { tmpdir } from 'node:os'
import { startKernel } from '@spcs/notebook/kernel/process-kernel'
import type { Kernel, KernelEvent } from '@spcs/notebook/kernel/kernel'
import { jupyterPeers, type PeerFigures } from './jupyter-peers.ts'
import { type Benchmark, type Measure, measure, median, medianOf } from './measure.ts'
import { language } from './language.ts'
import { startNotebookApp } from './notebook-app.ts'
import { page } from './page.ts'
import { terminal } from './terminal.ts'

const STARTS = 5
const ROUND_TRIPS = 200
const LINES = 'for (let i = 0; i < 10000; i++) console.log(`line ${i}`)'
const CHARACTERS = 98_890

/** What the kernel costs, beside those of other notebooks. */
export const notebook: Benchmark = {
  name: 'notebook',
  summary: `the notebook's kernel; medians of ${STARTS} starts, of ${ROUND_TRIPS} round trips`,
  async *run() {
    const ours = await ourFigures()
    const peers = await jupyterPeers((why) => process.stderr.write(`left out: ${why}\n`))
    for (const peer of peers) yield* besides(ours, peer)
    yield* terminal()
    await using app = await startNotebookApp()
    yield* language(app)
    yield* page(app)
  },
}

function* besides(ours: PeerFigures, peer: PeerFigures): Generator<Measure> {
  const rows = [
    ['kernel start to first result', ours.start, peer.start],
    ['round trip of 1 + 1', ours.roundTrip, peer.roundTrip],
    ['10,000 printed lines', ours.lines, peer.lines],
  ] as const
  for (const [name, value, theirs] of rows) {
    if (value === null) throw new Error(`our kernel lost output of: ${name}`)
    if (theirs === null) {
      process.stderr.write(`left out: ${name} of ${peer.name}: not all of it came\n`)
      continue
    }
    const beside = { name: peer.name, value: theirs }
    yield measure({ name, value, unit: 'ms', better: 'lower', beside })
  }
}

async function ourFigures(): Promise<PeerFigures> {
  // The first start from sources bundles the kernel's programs; an image has them ready.
  await timeToFirstResult()
  const start = await medianOf(STARTS, timeToFirstResult)
  await using kernel = await startKernel({ directory: tmpdir() })
  await execution(kernel, '1 + 1')
  const trips: number[] = []
  for (let trip = 0; trip < ROUND_TRIPS; trip++) trips.push((await execution(kernel, '1 + 1')).ms)
  const lines = await execution(kernel, LINES)
  return {
    name: 'spcs',
    start,
    roundTrip: median(trips),
    lines: lines.printed === CHARACTERS ? lines.ms : null,
  }
}

async function timeToFirstResult(): Promise<number> {
  const started = performance.now()
  await using kernel = await startKernel({ directory: tmpdir() })
  await execution(kernel, '1 + 1')
  return performance.now() - started
}

/** Runs a cell; resolves when it has finished, and so all of its output has come. */
async function execution(kernel: Kernel, source: string): Promise<{ ms: number; printed: number }> {
  const executionId = crypto.randomUUID()
  let printed = 0
  const { promise, resolve, reject } = withResolvers<void>()
  const end = kernel.onEvent((event: KernelEvent) => {
    if (!('executionId' in event) || event.executionId !== executionId) return
    if (event.type === 'stream') printed += event.text.length
    if (event.type !== 'execution-finished') return
    if (event.status === 'ok') resolve()
    else reject(new Error(`the cell ended as ${event.status}`))
  })
  const started = performance.now()
  kernel.execute({ executionId, cellId: 'bench', language: 'typescript', source })
  await promise
  end()
  return { ms: performance.now() - started, printed }
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>(): {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (error: Error) => void
} {
  let resolve: (value: T) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<T>((onGood, onBad) => {
    resolve = onGood
    reject = onBad
  })
  return { promise, resolve, reject }
}
