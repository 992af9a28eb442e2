import { printValue, quoteIdentifier, type ResultColumn, type Value } from '@spcs/sql'

/**
 * Rows as Snowpark's `show()` prints them: a box of plain characters, names in double quotes, a text of several lines in
 * several lines, and every line cut to `maxWidth` characters. It ends without a line break.
 */
export function printTable(
  columns: readonly ResultColumn[],
  rows: readonly (readonly Value[])[],
  maxWidth = 50,
): string {
  const header = columns.map(({ name }) => cut(quoteIdentifier(name), maxWidth))
  const lines = rows.flatMap((row) => printRow(columns, row, maxWidth))
  const widths = columns.map((_, index) =>
    [header, ...lines].reduce((widest, line) => Math.max(widest, lengthOf(line[index])), 0),
  )
  const rule = '-'.repeat(widths.reduce((total, width) => total + width + PADDING + 1, 1))
  const print = (line: readonly string[]): string =>
    `|${widths.map((width, index) => pad(line[index], width + PADDING)).join('|')}|`
  // As in Snowpark, no rows are one empty line.
  const body = lines.length === 0 ? [[]] : lines
  return [rule, print(header), rule, ...body.map(print), rule].join('\n')
}

const PADDING = 2

/** The lines of a row, each with a part of every column. */
function printRow(
  columns: readonly ResultColumn[],
  row: readonly Value[],
  maxWidth: number,
): string[][] {
  const cells = columns.map(({ type, scale }, index) =>
    (printValue(row[index], type, scale) ?? 'NULL')
      .split(/\r?\n/)
      .map((line) => cut(line, maxWidth)),
  )
  const height = Math.max(1, ...cells.map((cell) => cell.length))
  return Array.from({ length: height }, (_, line) => cells.map((cell) => cell[line] ?? ''))
}

/** Characters that a terminal would act on instead of showing them. */
// oxlint-disable-next-line no-control-regex -- they are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g

function cut(line: string, maxWidth: number): string {
  // Of a long text no more is looked at than can be shown; a character may take two units.
  const start = line.slice(0, 2 * maxWidth + 2).replaceAll(CONTROL, escapeControl)
  const characters = Array.from(start)
  if (characters.length <= maxWidth) return start
  return `${characters.slice(0, maxWidth - 3).join('')}...`
}

function escapeControl(character: string): string {
  if (character === '\t') return '\\t'
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function pad(text: string | undefined, width: number): string {
  return `${text ?? ''}${' '.repeat(width - lengthOf(text))}`
}

/** In characters, as Snowpark counts them. */
function lengthOf(text = ''): number {
  return Array.from(text).length
}
