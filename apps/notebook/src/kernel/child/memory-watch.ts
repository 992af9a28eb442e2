import type { KernelMemory } from '../kernel.ts'
import type { MainInspector } from './main-inspector.ts'

const IDLE_MS = 3000
const BUSY_MS = 250
const FILLING_MS = 40
const FILLING_SHARE = 0.5
const NOTEWORTHY_BYTES = 1024 * 1024
const FULL_SHARE = 0.88
const YOUNG_BYTES = 48 * 1024 * 1024 // part of V8's limit, but room for new objects alone

/** Looks at main's heap, tells of changes, and says when it is nearly full: twice in a row, as garbage comes and goes. */
export function watchMemory(
  inspector: MainInspector,
  heapLimitBytes: number,
  actions: {
    isBusy(): boolean
    onChange(memory: KernelMemory): void
    onFull(memory: KernelMemory): void
  },
): void {
  let told: KernelMemory | undefined
  let toldAt = 0
  let timesFull = 0
  let isFilling = false
  const look = async (): Promise<void> => {
    const heapUsedBytes = await inspector.heapUsedBytes()
    const memory = { residentBytes: process.memoryUsage.rss(), heapUsedBytes, heapLimitBytes }
    const room = heapLimitBytes - YOUNG_BYTES
    isFilling = heapUsedBytes > room * FILLING_SHARE
    timesFull = heapUsedBytes > room * FULL_SHARE ? timesFull + 1 : 0
    if (timesFull === 2) actions.onFull(memory)
    if (Date.now() - toldAt >= IDLE_MS && differs(memory, told)) {
      told = memory
      toldAt = Date.now()
      actions.onChange(memory)
    }
  }
  const next = (): void => {
    const wait = actions.isBusy() ? (isFilling ? FILLING_MS : BUSY_MS) : IDLE_MS
    // While main runs native code there is no answer, and no second question.
    setTimeout(() => void look().catch(noAnswer).finally(next), wait).unref()
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
