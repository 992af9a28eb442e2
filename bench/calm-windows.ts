import { median } from './measure.ts'

/** One short measurement of a server under full load. */
export interface Window {
  /** What it did in a second. */
  readonly figure: number
  /** The part of the window in which it ran: all of it, unless something else on this machine took a core. */
  readonly share: number
}

const CALM_SHARE = 0.9

/** How many windows nothing else took part in. */
export function countCalm(windows: readonly Window[]): number {
  return windows.filter(({ share }) => share >= CALM_SHARE).length
}

/** What the server does in a second that it runs: the median of the calmest windows, as many as asked for. */
export function calmMedian(windows: readonly Window[], count: number): number {
  const calmest = windows.toSorted((left, right) => right.share - left.share).slice(0, count)
  return median(calmest.map(({ figure, share }) => figure / share))
}
