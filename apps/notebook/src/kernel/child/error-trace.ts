import type { ThrownError } from '../messages.ts'
import { type Position, positionAt, type SourcePositions } from './source-positions.ts'
import type { CellSyntaxError } from './transform-cell.ts'

const RED = '\u001B[31m'
const DIM = '\u001B[2m'
const BOLD = '\u001B[1m'
const END = '\u001B[0m'
const CONTEXT_LINES = 2

/** The lines that a terminal shows for an error: what, where in the cell, the frames, the hint, and the causes. */
export function errorTrace(
  error: ThrownError,
  positions: SourcePositions,
  { prefix = '', number }: { readonly prefix?: string; readonly number?: number } = {},
): string[] {
  const [first = '', ...rest] = error.message.split('\n')
  const lines = [`${prefix}${RED}${BOLD}${error.name}${END}: ${first}`, ...rest]
  const told =
    number === undefined || error.offset === undefined
      ? undefined
      : positions.at(number, error.offset)
  const position = told ?? positions.first(error.stack)
  if (position !== undefined) lines.push(...codeFrame(position))
  const stack = error.stack
    .split('\n')
    .filter((line) => line !== '' && !positions.isInternal(line))
    .map((line) => `${DIM}${positions.mapText(line)}${END}`)
  lines.push(...stack)
  if (error.hint !== undefined) lines.push(`  → ${error.hint}`)
  if (error.cause !== undefined && !isSaid(error.cause, error))
    lines.push(...errorTrace(error.cause, positions, { prefix: 'Caused by: ' }))
  return lines
}

/** An error that repeats its cause has nothing to gain from it. */
function isSaid(cause: ThrownError, { message }: ThrownError): boolean {
  const inner = cause.message.replace(/\.\s*$/, '')
  return inner !== '' && message.includes(inner) && cause.cause === undefined
}

/** The same for a cell that does not parse. */
export function syntaxTrace(error: CellSyntaxError, cell: string, source: string): string[] {
  const position = positionAt(error.offset, cell, source)
  return [
    `${RED}${BOLD}SyntaxError${END}: ${error.message}`,
    ...codeFrame(position),
    `${DIM}    at cell:${cell}:${position.line}:${position.column}${END}`,
  ]
}

function codeFrame({ source, line, column }: Position): string[] {
  const lines = source.split('\n')
  const from = Math.max(1, line - CONTEXT_LINES)
  const to = Math.min(lines.length, line + CONTEXT_LINES)
  const width = String(to).length
  const frame: string[] = []
  for (let number = from; number <= to; number += 1) {
    const text = (lines[number - 1] ?? '').slice(0, 200)
    const mark = number === line ? `${RED}>${END}` : ' '
    frame.push(`${mark} ${DIM}${String(number).padStart(width)} │${END} ${text}`)
    if (number === line && column <= 200) {
      frame.push(`  ${DIM}${' '.repeat(width)} │${END} ${' '.repeat(column - 1)}${RED}^${END}`)
    }
  }
  return frame
}
