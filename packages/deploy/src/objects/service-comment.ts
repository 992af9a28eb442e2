import type { TemplateValue } from '@spcs/spec'

/** A specification that a service ran well with: the file on a stage, and the values of its variables. */
export interface SpecificationRecord {
  /** `@DB.PUBLIC.SPECS/convert_api/0123456789abcdef.yaml`. */
  readonly file: string
  readonly using: Readonly<Record<string, TemplateValue>>
  /** Snowflake's own digest of the service's specification at that time. */
  readonly digest?: string | undefined
}

/** A service's comment: a text for people, and what rolling back needs to know. */
export interface ServiceComment {
  readonly text: string
  /** The specification that was ready last. */
  readonly current?: SpecificationRecord | undefined
  /** The one before it. */
  readonly previous?: SpecificationRecord | undefined
}

/** Far below what Snowflake stores; what is longer is kept without its records. */
const MOST_CHARACTERS = 4000
const RECORDS = /\s*\[spcs (\{.*\})\]\s*$/s

/** `Converts temperatures [spcs {"current":{…},"previous":{…}}]`. */
export function printServiceComment({ text, current, previous }: ServiceComment): string {
  const withRecords = (records: object): string =>
    [text, `[spcs ${JSON.stringify(records)}]`].filter((part) => part !== '').join(' ')
  if (current === undefined) return text
  return (
    [withRecords({ current, previous }), withRecords({ current })].find(
      ({ length }) => length <= MOST_CHARACTERS,
    ) ?? text
  )
}

/** Reads it back; a text that somebody wrote has no records. */
export function parseServiceComment(comment: string): ServiceComment {
  const [whole, json] = RECORDS.exec(comment) ?? []
  const records = json === undefined ? undefined : maybeParseJson(json)
  if (whole === undefined || records === undefined) return { text: comment }
  const { current, previous } = records as Record<string, unknown>
  return {
    text: comment.slice(0, -whole.length),
    ...(isRecord(current) && { current }),
    ...(isRecord(previous) && { previous }),
  }
}

/** True when both are the same file with the same values. */
export function isSameRecord(
  one: SpecificationRecord | undefined,
  other: SpecificationRecord | undefined,
): boolean {
  return JSON.stringify([one?.file, one?.using]) === JSON.stringify([other?.file, other?.using])
}

function maybeParseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is SpecificationRecord {
  if (typeof value !== 'object' || value === null) return false
  const { file, using } = value as Record<string, unknown>
  return typeof file === 'string' && typeof using === 'object' && using !== null
}
