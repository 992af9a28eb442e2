import { writeSync } from 'node:fs'
import { getHeapStatistics } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { SHARED, type ToMain } from '../messages.ts'
import { Attribution } from './attribution.ts'
import { CellGlobals } from './globals.ts'
import { describeThrown } from './describe-thrown.ts'
import { Evaluator } from './evaluate.ts'
import { KernelSession } from './kernel-session.ts'
import { Outbox } from './outbox.ts'
import { createRing, RingWriter } from './ring.ts'

/*
 * The main thread of a kernel: it runs the code of cells, and everything else is done by the driver, a worker thread
 * that is alive while this one loops.
 */
const ring = createRing()
const shared = new Int32Array(new SharedArrayBuffer(64))
const socketPath = process.env['SPCS_KERNEL_SOCKET']
delete process.env['SPCS_KERNEL_SOCKET']

const driver = new Worker(new URL('./driver.js', import.meta.url), {
  workerData: { ring, shared, socketPath, heapLimit: getHeapStatistics().heap_size_limit },
  // A copy: what cells do to process.env is theirs.
  env: { ...process.env },
  execArgv: [],
})
const attribution = new Attribution(shared)
const outbox = new Outbox(new RingWriter(ring), shared, attribution, () => tell(0))
const evaluator = new Evaluator(shared, attribution, outbox)
const session = new KernelSession(outbox, evaluator, shared)
const globals = new CellGlobals(outbox, evaluator, session, shared)

outbox.captureStreams()
evaluator.start()
driver.on('message', onMessage)
driver.on('error', (error) => {
  writeSync(2, `the kernel's driver failed: ${String(error.stack ?? error)}\n`)
  process.exit(70)
})
process.on('uncaughtException', (error) => {
  outbox.send({ type: 'thrown', uncaught: true, error: describeThrown(error) })
})
process.on('exit', () => {
  // The driver's inspector session must let go, or the process waits for a debugger.
  outbox.flush(500)
  tell('detach')
  Atomics.wait(shared, SHARED.detached, 0, 200)
})

function onMessage(message: ToMain): void {
  switch (message.type) {
    case 'init':
      session.signInAs(message.callerToken)
      globals.install(message)
      outbox.send({ type: 'ready' }, 0)
      break
    case 'evaluate':
      evaluator.evaluate(message.execution, message.code)
      break
    case 'interrupt':
      evaluator.interrupt(message.execution)
      break
    case 'abandon':
      attribution.reset()
      evaluator.abandon(message.execution, message.status)
      break
    case 'ping':
      Atomics.add(shared, SHARED.heartbeat, 1)
      break
    case 'answer-input':
      globals.answerInput(message.inputId, message.text)
      break
    case 'use':
      void session.answerUse(message.requestId, message.context)
      break
    case 'catalogue':
      void session.tellCatalogue(message.databases)
      break
    default:
      message satisfies never
  }
}

function tell(message: 0 | 'detach'): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  driver.postMessage(message)
}
