import { setTimeout as timeout } from 'node:timers/promises'

/** Lets those who wait for something look again whenever anything changed. */
export class Changes {
  readonly #waiting = new Set<() => void>()

  /** Tells that something changed. */
  notify(): void {
    for (const look of this.#waiting) look()
  }

  /**
   * Waits until it is so; false when that took too long.
   *
   * @throws The signal's reason.
   */
  until(
    isSo: () => boolean,
    {
      timeoutMs,
      signal,
    }: { timeoutMs?: number | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        this.#waiting.delete(look)
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        settle()
      }
      const look = (): void => {
        if (isSo()) end(() => resolve(true))
      }
      const onAbort = (): void => end(() => reject(signal?.reason as Error))
      const timer =
        timeoutMs === undefined ? undefined : setTimeout(() => end(() => resolve(false)), timeoutMs)
      this.#waiting.add(look)
      if (signal?.aborted === true) return onAbort()
      signal?.addEventListener('abort', onAbort, { once: true })
      look()
    })
  }
}

/** Waits for a time, or less when the signal comes; never throws. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await timeout(ms, undefined, { signal }).catch(() => {})
}
