import { printHex } from './print-hex.ts'
import { RawJson } from './raw-json.ts'

/** What a printer makes of values that JSON has no form for. */
export interface JsonStyle {
  /** Of NaN and the infinities. */
  readonly nonFinite: (value: number) => string
  /** Of an object inside itself. */
  readonly circular: () => string
}

/**
 * JSON text that keeps what JSON.stringify loses: bigints and `RawJson` have all their digits, -0 its sign, NaN and the infinities are
 * the strings that Snowflake takes for a FLOAT (`"NaN"`, `"inf"`, `"-inf"`), bytes are upper-case hex. What has no
 * JSON is null, and left out of an object.
 *
 * @throws {TypeError} for an object inside itself, as JSON.stringify does.
 */
export function printJson(value: unknown): string {
  const text = isPlain(value, 0) ? JSON.stringify(value) : printStyled(value, WIRE, [])
  return text ?? 'null'
}

/** Deeper than this a value may be inside itself. */
const MOST_DEPTH = 100

/** True for what JSON.stringify prints as well, and several times faster. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object') return typeof value !== 'bigint'
  if (value === null) return true
  if (depth > MOST_DEPTH || value instanceof RawJson || value instanceof Uint8Array) return false
  if (Array.isArray(value)) {
    for (const element of value) if (!isPlain(element, depth + 1)) return false
    return true
  }
  if (hasJson(value)) return true
  for (const name in value) {
    if (!isPlain((value as Record<string, unknown>)[name], depth + 1)) return false
  }
  return true
}

/** The same for other needs than the wire's; undefined for what has no JSON. */
export function printStyled(
  value: unknown,
  style: JsonStyle,
  around: readonly object[],
): string | undefined {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return style.nonFinite(value)
    return Object.is(value, -0) ? '-0.0' : String(value)
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (value instanceof RawJson) return value.text
  if (value instanceof Uint8Array) return `"${printHex(value)}"`
  if (hasJson(value)) return JSON.stringify(value)
  if (around.includes(value)) return style.circular()
  const inside = [...around, value]
  if (Array.isArray(value)) {
    return `[${value.map((element: unknown) => printStyled(element, style, inside) ?? 'null').join(',')}]`
  }
  const members = Object.entries(value).flatMap(([name, member]) => {
    const text = printStyled(member, style, inside)
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`]
  })
  return `{${members.join(',')}}`
}

const WIRE: JsonStyle = {
  nonFinite: (value) => (Number.isNaN(value) ? '"NaN"' : value > 0 ? '"inf"' : '"-inf"'),
  circular: () => {
    throw new TypeError('Cannot print JSON: an object holds itself')
  },
}

/** True for a Date and the like, which say themselves what they are in JSON. */
function hasJson(value: object): boolean {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}
