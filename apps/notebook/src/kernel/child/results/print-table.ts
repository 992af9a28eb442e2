import { printValue, type ResultColumn, type Value } from '@spcs/sql'

const MAX_CELL_CHARACTERS = 50

/** Rows as Snowpark's `show()` draws them. */
export function printTable(
  columns: readonly ResultColumn[],
  rows: readonly (readonly Value[])[],
): string {
  const header = columns.map(({ name }) => `"${name}"`)
  const texts = rows.map((row) => row.map((value, index) => cell(value, columns[index]?.type)))
  const widths = header.map((name, index) =>
    Math.max(name.length, ...texts.map((row) => row[index]?.length ?? 0)),
  )
  const line = '-'.repeat(widths.reduce((sum, width) => sum + width + 3, 1))
  const print = (cells: readonly string[]): string =>
    `|${cells.map((text, index) => `${text.padEnd(widths[index] ?? 0)}  `).join('|')}|`
  return [line, print(header), line, ...texts.map(print), line].join('\n')
}

function cell(value: Value, type: ResultColumn['type'] | undefined): string {
  const text = (printValue(value, type) ?? 'NULL').replaceAll('\n', '\\n')
  return text.length > MAX_CELL_CHARACTERS ? `${text.slice(0, MAX_CELL_CHARACTERS - 3)}...` : text
}
