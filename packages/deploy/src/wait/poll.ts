import { setTimeout as pause } from 'node:timers/promises'
import { tellChanges } from './tell-changes.ts'

/** How a wait goes on and ends. */
export interface WaitOptions {
  readonly timeoutMs?: number | undefined
  /** Told what is being waited for: once each time that it changes, and again while it does not. */
  readonly onProgress?: ((line: string) => void) | undefined
  /** Told at each look all that is being waited for, a line each: for a table that is drawn over itself. */
  readonly onLook?: ((lines: readonly string[]) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /**
   * How long a fault must last until it is told as one and ends the waiting; a failing probe that nothing explains
   * has the time of its period and threshold besides, or three times that while nothing listens. Default 5 s.
   */
  readonly patienceMs?: number | undefined
}

export const PATIENCE_MS = 5000

/** What one look found: the thing that was waited for, or why it is not there yet, in one line or several. */
export type Look<T> = { readonly ready: T } | { readonly waitingFor: string | readonly string[] }

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2000
const GROWTH = 1.5

/**
 * Looks until something is ready: at once and often, so that a local account is quick, then every two seconds.
 *
 * @param timedOut Makes the error for the time-out out of the last reason.
 */
export async function poll<T>(
  look: () => Promise<Look<T>>,
  timedOut: (waitingFor: string) => Promise<Error>,
  { timeoutMs = 900_000, onProgress, onLook, signal }: WaitOptions,
): Promise<T> {
  const end = performance.now() + timeoutMs
  const teller = tellChanges(onProgress)
  try {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS)) {
      signal?.throwIfAborted()
      const found = await look()
      if ('ready' in found) return found.ready
      const lines = [found.waitingFor].flat()
      teller.tell(lines)
      onLook?.(lines)
      const left = end - performance.now()
      if (left <= 0) throw await timedOut(lines.join('; '))
      await pauseUnlessAborted(Math.min(pauseMs, left), signal)
    }
  } finally {
    teller.stop()
  }
}

/** @throws the signal's own reason; the timer would wrap it into an error of its own. */
async function pauseUnlessAborted(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
