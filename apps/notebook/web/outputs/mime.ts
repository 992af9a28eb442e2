import { RESULT_MIME } from '../../src/results/result.ts'

/** The types that the page can show, the most telling first. */
const SHOWN_TYPES = [
  RESULT_MIME,
  'application/vnd.vegalite.v6+json',
  'application/vnd.vegalite.v5+json',
  'application/vnd.vega.v6+json',
  'application/vnd.vega.v5+json',
  'text/html',
  'image/svg+xml',
  'image/png',
  'image/jpeg',
  'image/gif',
  'text/markdown',
  'text/latex',
  'application/json',
  'text/plain',
] as const

export type ShownType = (typeof SHOWN_TYPES)[number]

/** The representation of a value that is shown, if there is one. */
export function chooseType(data: Readonly<Record<string, unknown>>): ShownType | undefined {
  return SHOWN_TYPES.find((type) => Object.hasOwn(data, type))
}

/** nbformat keeps a text as a string or as a list of lines. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value))
    return value.map((line) => (typeof line === 'string' ? line : '')).join('')
  return value === undefined ? '' : JSON.stringify(value, null, 2)
}

/** The address of an image inside the notebook; undefined when it is no base64. */
export function imageAddress(type: ShownType, value: unknown): string | undefined {
  const base64 = textOf(value).replaceAll(/\s/g, '')
  return /^[A-Za-z\d+/]+={0,2}$/.test(base64) ? `data:${type};base64,${base64}` : undefined
}
