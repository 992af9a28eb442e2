import { unsupported } from '../../../snowflake-error.ts'
import { quoteText } from './printed.ts'

/** Timestamps as Snowflake's default output formats write them. */
// DIFFERS: text made by a cast does not follow the session's *_OUTPUT_FORMAT parameters.
export function formatTimestamp(sql: string, kind: string): string {
  if (kind === 'TIMESTAMP_NTZ') return `strftime(${sql}, '%Y-%m-%d %H:%M:%S.%g')`
  return `sf_zoned_text(${sql})`
}

// Longest first: `MON` before `MO`, `HH24` before `HH`.
const ELEMENTS: readonly (readonly [string, string])[] = [
  ['YYYY', '%Y'],
  ['MMMM', '%B'],
  ['HH24', '%H'],
  ['HH12', '%I'],
  ['TZHTZM', '%z'],
  ['TZH:TZM', '%z'],
  ['MON', '%b'],
  ['FF0', ''],
  ['FF3', '%g'],
  ['FF6', '%f'],
  ['FF9', '%n'],
  ['YY', '%y'],
  ['MM', '%m'],
  ['DD', '%d'],
  ['DY', '%a'],
  ['HH', '%H'],
  ['MI', '%M'],
  ['SS', '%S'],
  ['FF', '%n'],
  ['AM', '%p'],
  ['PM', '%p'],
]

/**
 * A Snowflake date format as DuckDB's strftime and strptime want it, in quotes: `'YYYY-MM-DD'` → `'%Y-%m-%d'`.
 *
 * @throws {SnowflakeError} for an element that DuckDB has no like of.
 */
export function printDateFormat(format: string): string {
  let result = ''
  let rest = format
  while (rest !== '') {
    const literal = /^"([^"]*)"/.exec(rest)
    const element = ELEMENTS.find(([name]) => rest.toUpperCase().startsWith(name))
    if (literal !== null) {
      result += (literal[1] ?? '').replaceAll('%', '%%')
      rest = rest.slice(literal[0].length)
    } else if (element !== undefined) {
      result += element[1]
      rest = rest.slice(element[0].length)
    } else {
      const other = rest.slice(0, 1)
      if (/[A-Z]/i.test(other) && other !== 'T' && other !== 'Z') {
        throw unsupported(`date format element at '${rest}'`)
      }
      result += other === '%' ? '%%' : other
      rest = rest.slice(1)
    }
  }
  return quoteText(result)
}
