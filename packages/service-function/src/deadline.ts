/**
 * Runs something under a signal of its own, which fires when the outer one does or the time is up.
 * Whatever it then throws, the signal's reason is what the caller gets.
 */
export async function withDeadline<T>(
  ms: number,
  outer: AbortSignal,
  timedOut: () => Error,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted()
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(outer.reason)
  const timer = setTimeout(() => controller.abort(timedOut()), ms)
  outer.addEventListener('abort', onAbort, { once: true })
  try {
    return await run(controller.signal)
  } catch (error) {
    controller.signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', onAbort)
  }
}
