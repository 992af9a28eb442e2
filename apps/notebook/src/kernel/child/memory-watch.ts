import type { MainInspector } from './main-inspector.ts'

const IDLE_MS = 3000
const BUSY_MS = 250
const FILLING_MS = 40
const FILLING_SHARE = 0.5
const FULL_SHARE = 0.88
// Part of V8's limit, but room for new objects alone: three semi-spaces, which are larger from Node 24 on.
const YOUNG_BYTES = (Number.parseInt(process.versions.node, 10) >= 24 ? 192 : 48) * 1024 * 1024

/** Main's heap as it was last seen. */
export interface MemoryWatch {
  readonly heapUsedBytes: number
  readonly heapLimitBytes: number
}

/** Looks at main's heap, and says when it is nearly full: twice in a row, as garbage comes and goes. */
export function watchMemory(
  inspector: MainInspector,
  v8LimitBytes: number,
  actions: {
    isBusy(): boolean
    onFull(memory: MemoryWatch): void
  },
): MemoryWatch {
  const heapLimitBytes = v8LimitBytes - YOUNG_BYTES
  const memory = { heapUsedBytes: 0, heapLimitBytes }
  let timesFull = 0
  let isFilling = false
  const look = async (): Promise<void> => {
    memory.heapUsedBytes = await inspector.heapUsedBytes()
    isFilling = memory.heapUsedBytes > heapLimitBytes * FILLING_SHARE
    timesFull = memory.heapUsedBytes > heapLimitBytes * FULL_SHARE ? timesFull + 1 : 0
    if (timesFull === 2) actions.onFull(memory)
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
  return memory
}

/** The process ends, and main has let go of its inspector. */
function noAnswer(): void {}
