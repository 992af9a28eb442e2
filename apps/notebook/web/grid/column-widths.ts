import type { ResultBundle, ResultBundleColumn } from '../../src/results/result.ts'

export const LEAST_WIDTH = 56
const MOST_WIDTH = 340
/** Padding of a cell, and room for the mark of the order in its header. */
const SPACE = 36
const CHARACTER_WIDTH = 7.1
/** Names are bold, and mostly capitals. */
const NAME_WIDTH = 8.6

/** Widths that fit the names, the types and the first rows. */
export function fittingWidths({ columns, firstRows }: ResultBundle): number[] {
  return columns.map((column, index) => {
    const longest = firstRows.reduce(
      (most, row) => Math.max(most, (row[index]?.length ?? 0) * CHARACTER_WIDTH),
      Math.max(column.name.length * NAME_WIDTH, column.type.length * 6),
    )
    return Math.round(Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, longest + SPACE)))
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
