/** A moment to the nanosecond, since 1970. */
export type LogTime = bigint

const NANOSECONDS = 1_000_000_000n
const RFC_3339 =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-]\d\d:\d\d))?$/

/** Reads RFC 3339, UTC where no offset is given; undefined when it is something else. */
export function maybeParseLogTime(text: string): LogTime | undefined {
  const [, day, time, fraction = '', offset = 'Z'] = RFC_3339.exec(text) ?? []
  const whole = Date.parse(`${day}T${time}${offset}`)
  if (Number.isNaN(whole)) return undefined
  return logTime(whole) + BigInt(fraction.padEnd(9, '0'))
}

/** `2024-10-22T01:12:29.873896187Z` */
export function printLogTime(time: LogTime): string {
  const second = new Date(Number(time / NANOSECONDS) * 1000).toISOString().slice(0, 19)
  return `${second}.${String(time % NANOSECONDS).padStart(9, '0')}Z`
}

export function logTime(milliseconds: number): LogTime {
  return BigInt(milliseconds) * 1_000_000n
}
