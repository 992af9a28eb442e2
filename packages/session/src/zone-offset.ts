const QUARTER_HOUR = 900
/** Quarters of an hour whose offsets are kept: about two years. */
const MOST_KEPT = 70_000
/** Before 1900 zones have their own mean times, with seconds. */
const FIRST_SECOND = -2_208_988_800

/** Minutes east of UTC at a second since 1970; undefined before 1900. */
export type OffsetAt = (seconds: number) => number | undefined

/** The offsets of a time zone, such as `America/Los_Angeles`; undefined for one that is not known here. */
export function zoneOffsets(timeZone: string): OffsetAt | undefined {
  if (/^(?:Etc\/)?(?:UTC|GMT|Zulu)$/i.test(timeZone)) return () => 0
  const format = maybeFormat(timeZone)
  if (format === undefined) return undefined
  const kept = new Map<number, number>()
  return (seconds) => {
    if (seconds < FIRST_SECOND) return undefined
    // No zone has changed its clock between two quarters of an hour since.
    const quarter = Math.floor(seconds / QUARTER_HOUR)
    let minutes = kept.get(quarter)
    if (minutes === undefined) {
      minutes = offsetOf(format, quarter * QUARTER_HOUR)
      if (kept.size === MOST_KEPT) kept.clear()
      kept.set(quarter, minutes)
    }
    return minutes
  }
}

function maybeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** `GMT-08:00` is -480; `GMT` is 0. */
function offsetOf(format: Intl.DateTimeFormat, seconds: number): number {
  const parts = format.formatToParts(seconds * 1000)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(name) ?? []
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0)
  return sign === '-' ? -size : size
}
