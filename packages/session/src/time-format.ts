/** A date or time: seconds since 1970 in UTC, nanoseconds on top of them, and where it is told. */
export interface Time {
  readonly seconds: number
  readonly nanoseconds: number
  readonly offsetMinutes: number
}

export type PrintTime = (time: Time) => string

/** Years 0000 to 9999, as ISO 8601 has them. */
const LEAST_SECONDS = -62_167_219_200
const MOST_SECONDS = 253_402_300_799

/**
 * A printer for an output format of Snowflake's, such as `YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM`. All digits of a fraction
 * are printed, also those for which the format has no place, so that the text is exact. Undefined for a format with
 * names of months or days, two digits of a year or half a day.
 *
 * @param scale Digits that FF without a number has.
 */
export function timePrinter(format: string, scale: number): PrintTime | undefined {
  const parts: Part[] = []
  const hasFraction = /FF/i.test(format)
  const source = format.toUpperCase()
  for (let at = 0; at < format.length;) {
    PART.lastIndex = at
    const [text] = PART.exec(source) ?? []
    if (text === undefined) return undefined
    // Literals keep their case.
    parts.push(partOf(text, scale) ?? format.slice(at, at + text.length))
    if (text === 'SS' && !hasFraction) parts.push(missingFraction)
    at += text.length
  }
  const joined = joinParts(parts)
  return (time) => {
    const local = time.seconds + time.offsetMinutes * 60
    const iso = new Date(local * 1000).toISOString()
    let printed = ''
    for (const part of joined) {
      if (typeof part === 'string') printed += part
      else if (typeof part === 'function') printed += part(time)
      else printed += iso.slice(part.start, part.end)
    }
    return printed
  }
}

/** Whether the years of a printer have it. */
export function isPrintable({ seconds, offsetMinutes }: Time): boolean {
  const local = seconds + offsetMinutes * 60
  return local >= LEAST_SECONDS && local <= MOST_SECONDS
}

/** A literal, what ISO 8601 has at a place, or what is made of a time. */
type Part = string | Place | ((time: Time) => string)

interface Place {
  readonly start: number
  readonly end: number
}

/** The tags that have digits; a T alone is a letter. */
const PART = /YYYY|MM|DD|HH24|MI|SS|FF\d?|TZH|TZM|T(?!Z)|[^A-Z"]/y

const PLACES: Readonly<Record<string, Place>> = {
  YYYY: { start: 0, end: 4 },
  MM: { start: 5, end: 7 },
  DD: { start: 8, end: 10 },
  HH24: { start: 11, end: 13 },
  MI: { start: 14, end: 16 },
  SS: { start: 17, end: 19 },
}
const ISO_LITERALS = '    -  -  T  :  :'

function partOf(tag: string, scale: number): Part | undefined {
  if (tag.startsWith('FF')) return fraction(tag === 'FF' ? scale : Number(tag.slice(2)))
  if (tag === 'TZH') return ({ offsetMinutes }) => offset(offsetMinutes).slice(0, 3)
  if (tag === 'TZM') return ({ offsetMinutes }) => offset(offsetMinutes).slice(3)
  return PLACES[tag]
}

/** `YYYY`, `-`, `MM` are one part, as ISO 8601 has them so. */
function joinParts(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = []
  for (const part of parts) {
    const literal = joined.at(-1)
    const before = joined.at(-2)
    const isNext =
      isPlace(part) &&
      isPlace(before) &&
      before.end + 1 === part.start &&
      literal === ISO_LITERALS[before.end]
    if (isNext) joined.splice(-2, 2, { start: before.start, end: part.end })
    else joined.push(part)
  }
  return joined
}

function isPlace(part: Part | undefined): part is Place {
  return typeof part === 'object'
}

function fraction(digits: number): (time: Time) => string {
  const zeros = '0'.repeat(digits)
  return ({ nanoseconds }) =>
    nanoseconds === 0 ? zeros : significant(nanoseconds).padEnd(digits, '0')
}

function missingFraction({ nanoseconds }: Time): string {
  return nanoseconds === 0 ? '' : `.${significant(nanoseconds)}`
}

function significant(nanoseconds: number): string {
  return String(nanoseconds).padStart(9, '0').replace(/0+$/, '')
}

function offset(minutes: number): string {
  const size = Math.abs(minutes)
  const hours = String(Math.floor(size / 60)).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${hours}${String(size % 60).padStart(2, '0')}`
}
