import { setTimeout as sleep } from 'node:timers/promises'
import { isPassing } from './registry-answer.ts'

/** How long is waited before the second, third and fourth attempt. */
const WAITS_MS = [100, 1000, 4000]

/**
 * Does a registry's work again where a connection was cut or the registry asks for time; the fourth failure is thrown.
 *
 * @param work Told how often it has failed.
 */
export async function retry<T>(
  work: (failures: number) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await work(failures)
    } catch (error) {
      const waitMs = WAITS_MS[failures]
      if (waitMs === undefined || !isPassing(error)) throw error
      await sleep(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => {})
      signal?.throwIfAborted()
    }
  }
}
