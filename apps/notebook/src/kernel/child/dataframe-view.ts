import { type DataFrame, isDataFrame } from '@spcs/dataframe'
import type { MimeBundle } from '../kernel.ts'
import { type KernelSession, withoutComments } from './kernel-session.ts'
import { keepResult, type ResultPlace } from './results/keep-result.ts'
import { resultBundle } from './results/print-result.ts'
import { rememberColumns } from './results/result-columns.ts'

/** More rows of a DataFrame are not read only because a cell shows it. */
const MOST_ROWS = 1_000_000

/**
 * A DataFrame as the grid of its rows: showing it runs it, once each time. What is no query is not run by being looked at.
 */
export function dataFrameView(session: KernelSession, place: ResultPlace) {
  return (value: object): Promise<MimeBundle> | MimeBundle | undefined => {
    if (!isDataFrame(value)) return undefined
    if (!reads(value)) {
      const text = 'DataFrame of a statement that is no query: collect() or show() runs it'
      return { 'text/plain': text }
    }
    return showDataFrame(value, session, place)
  }
}

async function showDataFrame(
  dataFrame: DataFrame,
  session: KernelSession,
  place: ResultPlace,
): Promise<MimeBundle> {
  const startedAt = performance.now()
  try {
    const { sql, binds } = await dataFrame.toSql()
    const kept = await session.read(sql, { binds }, (result) =>
      keepResult(result, { place, startedAt, variable: null, mostRows: MOST_ROWS }),
    )
    rememberColumns(dataFrame, kept.columns)
    return resultBundle(kept)
  } catch (error) {
    // Its own error names the columns that there are.
    await dataFrame.schema()
    throw error
  }
}

function reads({ plan }: DataFrame): boolean {
  return plan.kind !== 'sql' || READS.test(withoutComments(plan.text))
}

const READS = /^(?:\(|select\b|with\b|show\b|desc\b|describe\b|values\b|list\b|ls\b|explain\b)/i
