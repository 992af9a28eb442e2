/** Tells what is waited for. */
export interface Teller {
  /** Takes in how things stand now; tells each line that was not among those before. */
  readonly tell: (lines: readonly string[]) => void
  readonly stop: () => void
}

/** Nothing is silent for longer. */
const REMINDER_MS = 4000

/** Tells what changes; and while nothing does, that it is still so, and how long the waiting lasts. */
export function tellChanges(onProgress: ((line: string) => void) | undefined): Teller {
  const started = performance.now()
  let told: readonly string[] = []
  const remind = (): void => {
    const seconds = Math.round((performance.now() - started) / 1000)
    // The first is the whole, the second the first part that is not ready: enough for a reminder.
    onProgress?.(`still ${told[1] ?? told[0] ?? 'asking'}, ${seconds} s`)
  }
  let reminder = setInterval(remind, REMINDER_MS)
  return {
    tell: (lines) => {
      const fresh = lines.filter((line) => !told.includes(line))
      told = lines
      if (fresh.length === 0) return
      for (const line of fresh) onProgress?.(line)
      clearInterval(reminder)
      reminder = setInterval(remind, REMINDER_MS)
    },
    stop: () => clearInterval(reminder),
  }
}
