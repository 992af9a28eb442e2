import { serviceLogs } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import type { Workload } from './config.ts'

/** How many rows each batch of a query had, by the log of the service that answered them. */
export async function readBatches(
  session: Session,
  { service, name }: Workload,
  queryId: string,
): Promise<number[]> {
  const log = await serviceLogs(session, service, { instance: '0', container: name, lines: 1000 })
  return batchesOf(log, queryId)
}

/** The rows of each batch that a log tells of; lines that are no JSON belong to somebody else. */
export function batchesOf(log: string, queryId: string): number[] {
  return log.split('\n').flatMap((line) => {
    const batch = maybeParse(line)
    return batch?.['queryId'] === queryId && typeof batch['rows'] === 'number'
      ? [batch['rows']]
      : []
  })
}

function maybeParse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}
