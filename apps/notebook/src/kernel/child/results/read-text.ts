import { readNumber, type ResultColumn, type Value } from '@spcs/sql'

/**
 * A value from the exact text that `printValue` made of it; text that is of no such value stays text.
 *
 * @param parseVariant That of @spcs/session, which the kernel loads with the first statement.
 */
export function readText(
  text: string | null,
  type: ResultColumn['type'],
  parseVariant: (text: string) => Value,
): Value {
  if (text === null) return null
  switch (type) {
    case 'NUMBER':
      return readNumber(text)
    case 'FLOAT':
      return readFloat(text)
    case 'BOOLEAN':
      return text === 'true'
    case 'BINARY':
      return Buffer.from(text, 'hex')
    case 'DATE':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return readTime(text)
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return parseVariant(text)
    default:
      return text
  }
}

function readFloat(text: string): Value {
  const word = text.toLowerCase()
  if (word === 'inf') return Number.POSITIVE_INFINITY
  return word === '-inf' ? Number.NEGATIVE_INFINITY : Number(text)
}

/** `2024-01-31`, `2024-01-31 12:00:00.000 +0100`; a session may have a format of its own. */
function readTime(text: string): Value {
  const [, date, time = '00:00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d(?:\.\d+)?))?(?: ?(Z|[+-]\d\d:?\d\d))?$/.exec(text) ??
    []
  if (date === undefined) return text
  const value = new Date(`${date}T${time}${zone.replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`)
  return Number.isNaN(value.getTime()) ? text : value
}
