import type { ResultBundleColumn, ResultRow } from '../../src/results/result.ts'
import { isNumeric } from './column-widths.ts'

export type CopyFormat = 'tsv' | 'csv' | 'json' | 'markdown'

/**
 * A range of rows as text for another program. TSV is what a spreadsheet takes from the clipboard and has the names
 * only when asked; the others always have them. NULL is an empty field, and null in JSON. One value alone is its text as it
 * is, which goes into an editor as often as into a spreadsheet.
 */
export function printRange(
  format: CopyFormat,
  columns: readonly ResultBundleColumn[],
  rows: readonly ResultRow[],
  withNames: boolean,
): string {
  const names = columns.map((column) => column.name)
  const isOne = rows.length === 1 && columns.length === 1
  if (format === 'tsv' && isOne && !withNames) return rows[0]?.[0] ?? ''
  switch (format) {
    case 'tsv':
      return (withNames ? [names, ...rows] : rows).map((row) => printFields(row, '\t')).join('\n')
    case 'csv':
      return [names, ...rows].map((row) => printFields(row, ',')).join('\r\n')
    case 'json':
      return `[${rows.map((row) => `\n  ${printObject(columns, row)}`).join(',')}\n]`
    case 'markdown':
      return [
        printLine(names),
        printLine(columns.map((column) => (isNumeric(column) ? '--:' : '---'))),
        ...rows.map((row) => printLine(row.map((value) => value ?? ''))),
      ].join('\n')
  }
}

/** Quoted where a reader would take it apart; the empty text, too, which is not NULL. */
function printFields(row: readonly (string | null)[], separator: string): string {
  return row
    .map((value) => {
      if (value === null) return ''
      // A spreadsheet looks for a quote at the beginning of what is pasted, CSV's readers anywhere.
      const hasQuote = separator === '\t' ? value.startsWith('"') : value.includes('"')
      const needsQuotes =
        value === '' || value.includes(separator) || hasQuote || /[\r\n]/.test(value)
      return needsQuotes ? `"${value.replaceAll('"', '""')}"` : value
    })
    .join(separator)
}

/** Numbers, booleans and JSON stand as they are: their exact text is JSON already. */
function printObject(columns: readonly ResultBundleColumn[], row: ResultRow): string {
  const members = columns.map(
    ({ name, type }, at) => `${JSON.stringify(name)}: ${printValue(type, row[at] ?? null)}`,
  )
  return `{ ${members.join(', ')} }`
}

function printValue(type: ResultBundleColumn['type'], value: string | null): string {
  if (value === null) return 'null'
  switch (type) {
    case 'NUMBER':
    case 'FLOAT':
    case 'BOOLEAN':
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return isJson(value) ? value : JSON.stringify(value)
    default:
      return JSON.stringify(value)
  }
}

/** NaN and inf of a FLOAT are none. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function printLine(values: readonly string[]): string {
  const cells = values.map((value) =>
    value.replaceAll(/[\\|]/g, String.raw`\$&`).replaceAll(/\r\n|\r|\n/g, '<br>'),
  )
  return `| ${cells.join(' | ')} |`
}
