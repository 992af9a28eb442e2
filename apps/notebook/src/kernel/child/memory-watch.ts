import type { KernelMemory } from '../kernel.ts'
import type { MainInspector } from './main-inspector.ts'

const IDLE_MS = 3000
const BUSY_MS = 250
const FILLING_MS = 40
const FILLING_SHARE = 0.5
const NOTEWORTHY_BYTES = 1024 * 1024
const FULL_SHARE = 0.88
// Part of V8's limit, but room for new objects alone: three semi-spaces, which are larger from Node 24 on.
const YOUNG_BYTES = (Number.parseInt(process.versions.node, 10) >= 24 ? 192 : 48) * 1024 * 1024

/** Looks at main's heap, tells of changes, and says when it is nearly full: twice in a row, as garbage comes and goes. */
export function watchMemory(
  inspector: MainInspector,
  v8LimitBytes: number,
  actions: {
    isBusy(): boolean
    onChange(memory: KernelMemory): void
    onFull(memory: KernelMemory): void
  },
): void {
  const heapLimitBytes = v8LimitBytes - YOUNG_BYTES
  let told: KernelMemory | undefined
  let toldAt = 0
  let timesFull = 0
  let isFilling = false
  const look = async (): Promise<void> => {
    const heapUsedBytes = await inspector.heapUsedBytes()
    const memory = { residentBytes: process.memoryUsage.rss(), heapUsedBytes, heapLimitBytes }
    isFilling = heapUsedBytes > heapLimitBytes * FILLING_SHARE
    timesFull = heapUsedBytes > heapLimitBytes * FULL_SHARE ? timesFull + 1 : 0
    if (timesFull === 2) actions.onFull(memory)
    if (Date.now() - toldAt >= IDLE_MS && differs(memory, told)) {
      told = memory
      toldAt = Date.now()
      actions.onChange(memory)
    }
  }
  let lookedAt = 0
  const lookWhenDue = async (): Promise<void> => {
    if (!actions.isBusy() && Date.now() - lookedAt < IDLE_MS) return
    lookedAt = Date.now()
    // While main runs native code there is no answer, and no second question.
    await look().catch(noAnswer)
  }
  const next = (): void => {
    setTimeout(() => void lookWhenDue().finally(next), isFilling ? FILLING_MS : BUSY_MS).unref()
  }
  next()
}

/** The process ends, and main has let go of its inspector. */
function noAnswer(): void {}

function differs(memory: KernelMemory, told: KernelMemory | undefined): boolean {
  if (told === undefined) return true
  const isFar = (a: number, b: number): boolean => Math.abs(a - b) >= NOTEWORTHY_BYTES
  return (
    isFar(memory.residentBytes, told.residentBytes) ||
    isFar(memory.heapUsedBytes, told.heapUsedBytes)
  )
}
