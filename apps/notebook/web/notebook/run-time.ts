/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 14 min`. */
export function printDuration(durationMs: number): string {
  if (durationMs < 995) return `${Math.round(durationMs)} ms`
  if (durationMs < 9_950) return `${(durationMs / 1_000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1_000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`
}

/** `just now`, `12 s ago`, `4 min ago`, `3 h ago`. */
export function printAge(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1_000)
  if (seconds < 3) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`
  return `${Math.floor(seconds / 3_600)} h ago`
}
