import { timeSql, valueSql } from './column-values.ts'
import type { ResultConnection } from './result-engine.ts'
import type { ResultBundleColumn } from './result.ts'
import { uniqueNames } from './unique-names.ts'

/** Microseconds of the years 1678 to 2261, for which there are nanoseconds in 64 bits. */
const NS_RANGE = 'BETWEEN -9214560000000000 AND 9214646399999999'

/**
 * Writes a Parquet file. A column gets its own type where that keeps every value to the last digit, and is text where it
 * does not: nanoseconds of a TIME, or of years that Parquet has no nanoseconds for. TIMESTAMP_TZ and _LTZ are instants.
 *
 * @returns How many rows there are.
 */
export async function writeParquet(
  connection: ResultConnection,
  columns: readonly ResultBundleColumn[],
  source: string,
  file: string,
): Promise<number> {
  const texts = columns.map((_, at) => `cells[${at + 1}]`)
  const questions = columns.map(({ type }, at) => questionsSql(type, texts[at] ?? ''))
  const [answers = []] = await connection.rows(
    `SELECT ${questions.flat().join(', ')} FROM ${source}`,
  )
  const names = uniqueNames(
    columns.map((column, at) => ({ ...column, name: column.name || `column_${at + 1}` })),
    (name) => name.toLowerCase(),
  )
  const fields = columns.map(({ type }, at) => {
    const [first, second, third] = answers.slice(at * 3, at * 3 + 3)
    const value = fieldSql(type, texts[at] ?? '', first, second, third)
    return `${value} AS "${(names[at] ?? '').replaceAll('"', '""')}"`
  })
  const [copied] = await connection.rows(
    `COPY (SELECT ${fields.join(', ')} FROM ${source}) TO ${file} (FORMAT parquet)`,
  )
  return Number(copied?.[0])
}

/** What must be known of all values to choose a column's type: always three expressions. */
function questionsSql(
  type: ResultBundleColumn['type'],
  text: string,
): readonly [string, string, string] {
  const every = (condition: string): string => `coalesce(bool_and(${condition}), true)`
  switch (type) {
    case 'NUMBER':
      return [
        every(`regexp_full_match(${text}, '-?\\d+(?:\\.\\d+)?')`),
        `coalesce(max(length(split_part(ltrim(${text}, '-'), '.', 1))), 0)`,
        `coalesce(max(length(split_part(${text}, '.', 2))), 0)`,
      ]
    case 'FLOAT':
    case 'BOOLEAN':
      return [every(`${text} IS NULL OR ${valueSql(type, text, 0)} IS NOT NULL`), 'NULL', 'NULL']
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ': {
      const { isTime, microseconds, fraction } = timeSql(type, text)
      return [
        every(`${text} IS NULL OR (${isTime} AND (${microseconds}) IS NOT NULL)`),
        every(`${fraction} % 1000 = 0`),
        every(`${microseconds} ${NS_RANGE}`),
      ]
    }
    case 'BINARY':
      return [every(`regexp_full_match(${text}, '(?:[0-9A-Fa-f]{2})*')`), 'NULL', 'NULL']
    default:
      return ['false', 'NULL', 'NULL']
  }
}

function fieldSql(
  type: ResultBundleColumn['type'],
  text: string,
  isAll: unknown,
  second: unknown,
  third: unknown,
): string {
  if (isAll !== true) return text
  const { microseconds, fraction } = timeSql(type, text)
  const timestamp = `make_timestamp(${microseconds} + ${fraction} // 1000)`
  switch (type) {
    case 'NUMBER': {
      const digits = Number(second) + Number(third)
      if (digits > 38) return text
      return `TRY_CAST(${text} AS DECIMAL(${digits <= 18 ? 18 : 38}, ${Number(third)}))`
    }
    case 'FLOAT':
    case 'BOOLEAN':
      return valueSql(type, text, 0)
    case 'DATE':
      return `${timestamp}::DATE`
    case 'TIME':
      return second === true ? `${timestamp}::TIME` : text
    case 'TIMESTAMP_NTZ':
      if (second === true) return timestamp
      return third === true ? `make_timestamp_ns((${microseconds}) * 1000 + ${fraction})` : text
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return second === true ? `(${timestamp} AT TIME ZONE 'UTC')` : text
    case 'BINARY':
      return `unhex(${text})`
    default:
      return text
  }
}
