import { setTimeout as after } from 'node:timers/promises'
import { serviceLogs } from '@spcs/deploy'
import type { QueryRunner } from '@spcs/sql'
import type { Workload } from './config.ts'

const WITHIN_MS = 30_000
const EVERY_MS = 200

/** A query that a service answered. */
export interface AnsweredQuery {
  readonly queryId: string
  /** How many rows it had the service answer. */
  readonly rows: number
}

/**
 * How many rows each batch of a query had, by the log of the service that answered them. What a container prints comes
 * to its log a little after the answer, so the log is read again until all rows are in it, for 30 seconds at most.
 */
export async function readBatches(
  runner: QueryRunner,
  { service, name }: Pick<Workload, 'service' | 'name'>,
  { queryId, rows }: AnsweredQuery,
  signal?: AbortSignal,
): Promise<number[]> {
  const until = Date.now() + WITHIN_MS
  for (;;) {
    const log = await serviceLogs(runner, service, { instance: '0', container: name, lines: 1000 })
    const batches = batchesOf(log, queryId)
    const known = batches.reduce((sum, batch) => sum + batch, 0)
    if (known >= rows || Date.now() > until) return batches
    await after(EVERY_MS, undefined, { signal })
  }
}

/** The rows of each batch that a log tells of; lines that are no records belong to somebody else. */
export function batchesOf(log: string, queryId: string): number[] {
  return log.split('\n').flatMap((line) => {
    const batch = attributesOf(line)
    return batch['queryId'] === queryId && typeof batch['rows'] === 'number' ? [batch['rows']] : []
  })
}

/** What Snowflake's event table has as RECORD_ATTRIBUTES of a line. */
function attributesOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const { attributes } = JSON.parse(line) as { attributes?: Record<string, unknown> }
    return attributes ?? {}
  } catch {
    return {}
  }
}
