import { SHARED } from '../messages.ts'

const MAX_MS = 3000

/**
 * Runs something that loads modules. A module that is cut off while it loads can never be loaded again in this
 * process, so for a while a hard interrupt waits for it.
 */
export async function loading<T>(shared: Int32Array, load: () => Promise<T>): Promise<T> {
  Atomics.store(shared, SHARED.loadingUntil, now() + MAX_MS)
  try {
    return await load()
  } finally {
    Atomics.store(shared, SHARED.loadingUntil, 0)
  }
}

/** True while main loads a module, and not for long yet. */
export function isLoading(shared: Int32Array): boolean {
  const left = Atomics.load(shared, SHARED.loadingUntil) - now()
  // The clock begins anew every eleven days: a load that was cut off just before it would seem to last as long.
  return left > 0 && left <= MAX_MS
}

/** Milliseconds that both threads agree on, and that fit into 31 bits. */
function now(): number {
  return Math.floor(performance.timeOrigin + performance.now()) % 1_000_000_000
}
