import { isTerminal, SHARED, type ToMain } from '../messages.ts'
import { childProcesses } from './child-processes.ts'
import { isLoading } from './loading.ts'

const TICK_MS = 50
const TERMINATE_AFTER_MS = 150
const CHILDREN_AFTER_MS = [500, 900, 1300] as const
const CHILD_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const
const UNRESPONSIVE_AFTER_MS = 1500
const ABANDON_AFTER_MS = 1000
const ABANDON_TERMINATED_AFTER_MS = 200

/** What an interruption does to the world. */
export interface InterruptionActions {
  post(message: ToMain): void
  /** Ends the JavaScript that runs in main now. */
  terminate(): void
  onUnresponsive(isUnresponsive: boolean): void
}

/**
 * Ends one execution by the softest way that works: first its loops and awaits are asked to throw; then, while main's
 * event loop stands still, V8 is told to end what runs, and child processes that main waits for are signalled; and
 * what awaits something that never comes is left behind.
 */
export function interruptExecution(
  execution: number,
  shared: Int32Array,
  actions: InterruptionActions,
): () => void {
  const slot = isTerminal(execution) ? SHARED.repl : SHARED.cell
  const started = Date.now()
  let beat = Atomics.load(shared, SHARED.heartbeat)
  let standingSince = started
  let aliveSince: number | undefined
  let terminatedAt: number | undefined
  let isUnresponsive = false
  let signals = 0
  const children = new Set<number>() // one that has lost its parent is still one of ours

  Atomics.store(shared, SHARED.interrupt, 1)
  actions.post({ type: 'interrupt', execution })
  actions.post({ type: 'ping' })
  const timer = setInterval(tick, TICK_MS)
  return stop

  function tick(): void {
    if (Atomics.load(shared, slot) !== execution) {
      stop()
      return
    }
    const now = Date.now()
    const newBeat = Atomics.load(shared, SHARED.heartbeat)
    if (newBeat !== beat) {
      beat = newBeat
      standingSince = now
      aliveSince ??= now
      setUnresponsive(false)
      actions.post({ type: 'ping' })
    }
    if (now - standingSince < TERMINATE_AFTER_MS) whileAlive(now)
    else whileStanding(now)
  }

  function whileAlive(now: number): void {
    const isOverdue =
      terminatedAt === undefined
        ? now - started > ABANDON_AFTER_MS
        : aliveSince !== undefined &&
          now - Math.max(aliveSince, terminatedAt) > ABANDON_TERMINATED_AFTER_MS
    if (!isOverdue || aliveSince === undefined) return
    const status = terminatedAt === undefined ? 'abandoned' : 'interrupted'
    actions.post({ type: 'abandon', execution, status })
  }

  function whileStanding(now: number): void {
    aliveSince = undefined
    if (!isLoading(shared)) {
      terminatedAt = now
      actions.terminate()
    }
    const standing = now - standingSince
    const due = CHILDREN_AFTER_MS.filter((after) => standing >= after).length
    if (due > signals) {
      const signal = CHILD_SIGNALS[signals] ?? 'SIGKILL'
      signals += 1
      for (const pid of childProcesses()) children.add(pid)
      for (const pid of children) kill(pid, signal)
    }
    if (standing >= UNRESPONSIVE_AFTER_MS) setUnresponsive(true)
  }

  function setUnresponsive(value: boolean): void {
    if (value === isUnresponsive) return
    isUnresponsive = value
    actions.onUnresponsive(value)
  }

  function stop(): void {
    clearInterval(timer)
    Atomics.store(shared, SHARED.interrupt, 0)
    setUnresponsive(false)
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}
