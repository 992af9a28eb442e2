import type { Value } from '@spcs/sql'
import type { MimeBundle } from '../../kernel.ts'
import { placeInCell } from '../describe-thrown.ts'
import type { KernelSession } from '../kernel-session.ts'
import { keepResult, type ResultPlace } from '../results/keep-result.ts'
import type { LargeResult } from '../results/large-result.ts'
import { resultBundle } from '../results/print-result.ts'
import { rememberColumns } from '../results/result-columns.ts'
import { type BoundStatement, bindTemplate } from './bind-template.ts'
import type { StatementTemplate } from './sql-program.ts'

/** What a statement gives its cell. */
export interface StatementResult {
  readonly value: Record<string, Value>[] | LargeResult
  readonly shown: MimeBundle
}

/**
 * Runs one statement of a SQL cell with the values of its `${…}`, and reads its result to the end.
 */
export async function runStatement(
  template: StatementTemplate,
  values: readonly unknown[],
  session: KernelSession,
  place: ResultPlace,
): Promise<StatementResult> {
  const startedAt = performance.now()
  const { variable } = template
  let bound: BoundStatement | undefined
  try {
    bound = bindTemplate(template.pieces, values, template.expressions)
    const kept = await session.read(bound.text, { binds: bound.binds }, (result) =>
      keepResult(result, { place, startedAt, variable }),
    )
    const shown = resultBundle(kept)
    rememberColumns(kept.value, kept.columns)
    return { value: kept.value, shown }
  } catch (error) {
    const offset = bound && faultOffset(error, bound, template)
    throw placeInCell(error, offset ?? template.starts[0] ?? 0)
  }
}

/** Where in the cell Snowflake has found a fault: it counts lines from 1 and positions from 0, in what it was sent. */
function faultOffset(
  error: unknown,
  { text, pieceStarts }: BoundStatement,
  { pieces, starts }: StatementTemplate,
): number | undefined {
  const message = (error as { readonly snowflakeMessage?: unknown } | null)?.snowflakeMessage
  if (typeof message !== 'string') return undefined
  const [, line, position] = /\bline (\d+) at position (\d+)/.exec(message) ?? []
  if (line === undefined || position === undefined) return undefined
  const before = text.split('\n').slice(0, Number(line) - 1)
  const at = before.reduce((sum, { length }) => sum + length + 1, 0) + Number(position)
  const index = pieceStarts.findLastIndex((start) => start <= at)
  const into = Math.min(at - (pieceStarts[index] ?? 0), pieces[index]?.length ?? 0)
  return (starts[index] ?? 0) + into
}
