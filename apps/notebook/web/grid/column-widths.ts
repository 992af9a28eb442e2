import type { ResultBundle, ResultBundleColumn } from '../../src/results/result.ts'
import { type MeasureText, measureText } from './measure-text.ts'

export const LEAST_WIDTH = 56
const MOST_WIDTH = 360
/** Padding of a cell, and room to breathe. */
const SPACE = 36
/** Room in a header for the mark of a filter, beside that of the order. */
const FILTER_MARK = 24
/** More characters than the widest column has room for need no measuring. */
const MOST_CHARACTERS = 120
/** The longest texts of a column: one of fewer characters is hardly the widest. */
const MEASURED = 3

/** Widths that fit the names, the types and the first rows. */
export function fittingWidths(
  { columns, firstRows }: ResultBundle,
  measure: MeasureText = measureText,
): number[] {
  return columns.map((column, index) => {
    const texts = firstRows.map((row) => (row[index] ?? 'NULL').slice(0, MOST_CHARACTERS))
    const longest = texts.toSorted((one, other) => other.length - one.length).slice(0, MEASURED)
    const width = Math.max(
      measure(column.name, 'name') + FILTER_MARK,
      measure(column.type, 'type'),
      ...longest.map((text) => measure(text, 'cell')),
    )
    return Math.ceil(Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, width + SPACE)))
  })
}

/** Left edges of the columns, and the right one of the last. */
export function columnEdges(widths: readonly number[]): number[] {
  const edges = [0]
  for (const width of widths) edges.push((edges.at(-1) ?? 0) + width)
  return edges
}

export function withWidth(widths: readonly number[], column: number, width: number): number[] {
  return widths.with(column, Math.round(Math.max(LEAST_WIDTH, Math.min(1_600, width))))
}

/** Numbers are read from their right end. */
export function isNumeric({ type }: ResultBundleColumn): boolean {
  return type === 'NUMBER' || type === 'FLOAT'
}
