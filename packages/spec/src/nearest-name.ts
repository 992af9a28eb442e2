/** The candidate that a misspelt name most likely means, or undefined when none is near. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const folded = fold(name)
  const same = candidates.find((candidate) => fold(candidate) === folded)
  if (same !== undefined) return same
  let nearest: string | undefined
  let nearestDistance = Math.max(1, Math.min(3, Math.floor(folded.length / 3))) + 1
  for (const candidate of candidates) {
    const distance = editDistance(folded, fold(candidate))
    if (distance < nearestDistance) {
      nearest = candidate
      nearestDistance = distance
    }
  }
  return nearest
}

/** Case, `_` and `-` are what people mix up first: `readiness_probe` is `readinessProbe`. */
function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '')
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(left: string, right: string): number {
  const letters = Array.from(right)
  let row = Array.from({ length: letters.length + 1 }, (_, index) => index)
  for (const [index, letter] of Array.from(left).entries()) {
    const next = [index + 1]
    for (const [column, other] of letters.entries()) {
      next.push(
        Math.min(
          (row[column] ?? 0) + (letter === other ? 0 : 1),
          (row[column + 1] ?? 0) + 1,
          (next[column] ?? 0) + 1,
        ),
      )
    }
    row = next
  }
  return row.at(-1) ?? left.length
}
