const MOST_ROWS = 100_000
const MOST_VALUES = 2_000_000

/** Up to so many rows a result is an array of objects in its kernel; beyond, a LargeResult that reads its file. */
export function mostRowsInMemory(columnCount: number): number {
  return Math.min(MOST_ROWS, Math.floor(MOST_VALUES / Math.max(1, columnCount)))
}
