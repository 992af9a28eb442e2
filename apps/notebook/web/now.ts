import { useSyncExternalStore } from 'react'

const STEP_MS = 1_000
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = Date.now()

/** The time, in steps of a second, for as long as `isWanted`. One timer for the whole page. */
export function useNow(isWanted = true): number {
  return useSyncExternalStore(isWanted ? subscribe : subscribeToNothing, () => now)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  now = Date.now()
  timer ??= setInterval(() => {
    now = Date.now()
    for (const listen of listeners) listen()
  }, STEP_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function subscribeToNothing(): () => void {
  return () => {}
}
