import { unsupported } from '../../../snowflake-error.ts'
import { decimal, VARCHAR } from '../sql-type.ts'
import { castTo } from './cast.ts'
import { compose, type Printed } from './printed.ts'

/**
 * TO_CHAR of a number by a format of `9`, `0`, `,`, `.`, `$` and a leading `FM`: a blank or minus for the sign, blanks for
 * leading nines, `#` where the number does not fit.
 *
 * @throws {SnowflakeError} for any other format.
 * @see https://docs.snowflake.com/en/sql-reference/sql-format-models
 */
export function printNumberFormat(value: Printed, format: string): Printed {
  const [, fill, dollar = '', whole, fraction = ''] =
    /^(FM)?(\$)?([90](?:[90,]*[90])?)(?:\.([90]*))?$/i.exec(format) ?? []
  if (whole === undefined || !isGrouped(whole)) throw unsupported(`number format '${format}'`)
  const digits = whole.replaceAll(',', '')
  const minimum = digits.includes('0') ? digits.length - digits.indexOf('0') : 0
  const grouped = whole.includes(',')
  const width = whole.length + dollar.length + 1 + (format.includes('.') ? 1 + fraction.length : 0)
  const point = format.includes('.') ? '.' : ''
  const rounded = castTo(value, decimal(fraction.length))
  return compose(VARCHAR, [rounded], (x) => {
    const integer = `CAST(trunc(abs(${x})) AS HUGEINT)`
    const plain = `CASE WHEN ${integer} = 0 AND ${minimum} = 0 AND ${fraction.length} > 0 THEN '' ELSE lpad(CAST(${integer} AS VARCHAR), CAST(greatest(length(CAST(${integer} AS VARCHAR)), ${minimum}) AS INTEGER), '0') END`
    const shown = grouped
      ? `regexp_replace(reverse(regexp_replace(reverse(${plain}), '(\\d{3})', '\\1,', 'g')), '^,', '')`
      : plain
    const decimals =
      fraction === ''
        ? `'${point}'`
        : `'.' || right(CAST(abs(${x}) AS VARCHAR), ${fraction.length})`
    const text = `(CASE WHEN ${x} < 0 THEN '-' ELSE '' END || '${dollar}' || ${shown} || ${decimals})`
    const padded = fill === undefined ? `lpad(${text}, ${width}, ' ')` : text
    return `CASE WHEN ${x} IS NULL THEN NULL WHEN length(CAST(${integer} AS VARCHAR)) > ${digits.length} AND ${integer} > 0
      THEN repeat('#', ${width}) ELSE ${padded} END`
  })
}

/** True when commas stand before every third digit from the right, or nowhere. */
function isGrouped(whole: string): boolean {
  const groups = whole.split(',')
  return groups.slice(1).every((group) => group.length === 3) && (groups[0]?.length ?? 0) > 0
}
