import { readMember } from './safe-values.ts'

type ExpressionFunction = (...values: never[]) => unknown

const dateOf = (value: never): Date => new Date(value)
const text = (value: unknown): string => String(value)

/** The functions of Vega's expressions that belong to no chart: https://vega.github.io/vega/docs/expressions/ */
export const EXPRESSION_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  isNaN: (value: unknown) => Number.isNaN(value),
  isFinite: (value: unknown) => Number.isFinite(value),
  abs: Math.abs,
  acos: Math.acos,
  asin: Math.asin,
  atan: Math.atan,
  atan2: Math.atan2,
  ceil: Math.ceil,
  cos: Math.cos,
  exp: Math.exp,
  floor: Math.floor,
  hypot: Math.hypot,
  log: Math.log,
  max: Math.max,
  min: Math.min,
  pow: Math.pow,
  round: Math.round,
  sin: Math.sin,
  sqrt: Math.sqrt,
  tan: Math.tan,
  clamp: (value: number, least: number, most: number) => Math.max(least, Math.min(most, value)),

  now: () => Date.now(),
  utc: (...parts: [number, number]) => Date.UTC(...parts),
  datetime: (first: number | string, month = 0, ...rest: number[]) =>
    typeof first === 'string' ? new Date(first) : new Date(first, month, ...rest),
  date: (value) => dateOf(value).getDate(),
  day: (value) => dateOf(value).getDay(),
  year: (value) => dateOf(value).getFullYear(),
  month: (value) => dateOf(value).getMonth(),
  hours: (value) => dateOf(value).getHours(),
  minutes: (value) => dateOf(value).getMinutes(),
  seconds: (value) => dateOf(value).getSeconds(),
  milliseconds: (value) => dateOf(value).getMilliseconds(),
  time: (value) => dateOf(value).getTime(),
  timezoneoffset: (value) => dateOf(value).getTimezoneOffset(),
  utcdate: (value) => dateOf(value).getUTCDate(),
  utcday: (value) => dateOf(value).getUTCDay(),
  utcyear: (value) => dateOf(value).getUTCFullYear(),
  utcmonth: (value) => dateOf(value).getUTCMonth(),
  utchours: (value) => dateOf(value).getUTCHours(),
  utcminutes: (value) => dateOf(value).getUTCMinutes(),
  utcseconds: (value) => dateOf(value).getUTCSeconds(),
  utcmilliseconds: (value) => dateOf(value).getUTCMilliseconds(),

  length: (value: unknown) => readMember(value, 'length'),
  parseFloat: (value: unknown) => Number.parseFloat(text(value)),
  parseInt: (value: unknown, radix?: number) => Number.parseInt(text(value), radix),
  upper: (value: unknown) => text(value).toUpperCase(),
  lower: (value: unknown) => text(value).toLowerCase(),
  substring: (value: unknown, start: number, end?: number) => text(value).substring(start, end),
  split: (value: unknown, separator: string | RegExp, limit?: number) =>
    text(value).split(separator, limit),
  trim: (value: unknown) => text(value).trim(),
  btoa: (value: unknown) => btoa(text(value)),
  atob: (value: unknown) => atob(text(value)),
  encodeURIComponent: (value: unknown) => encodeURIComponent(text(value)),
  regexp: (pattern: unknown, flags?: string) => new RegExp(text(pattern), flags),
  test: (pattern: unknown, value: unknown) =>
    (pattern instanceof RegExp ? new RegExp(pattern) : new RegExp(text(pattern))).test(text(value)),
  pluck: (values: unknown, name: unknown) =>
    Array.isArray(values)
      ? values.map((value) => readMember(value, name))
      : readMember(values, name),
}
