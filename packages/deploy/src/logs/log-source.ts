import type { QueryRunner } from '@spcs/sql'
import { type ShownRow, textOf } from '../objects/object-kind.ts'
import { showServiceContainersSql } from '../objects/service.ts'
import { shownRows } from '../shown-rows.ts'

/** A container that has a log. */
export interface LogSource {
  readonly service: string
  readonly instance: string
  readonly container: string
  readonly restartCount: number
  /** Changes whenever the container is started again, or its instance is replaced. */
  readonly run: string
}

/** Which containers are meant; all of them without a filter. */
export interface LogFilter {
  readonly containers?: readonly string[] | undefined
  readonly instances?: readonly string[] | undefined
}

/** Snowflake's own containers, one for each stage volume. */
const SIDECAR = 'stage-mount-v2-sidecar-'

/** The containers of a service by SHOW SERVICE CONTAINERS; none while it is suspended or waits to be placed. */
export async function logSources(
  runner: QueryRunner,
  service: string,
  { containers, instances }: LogFilter = {},
): Promise<LogSource[]> {
  const rows = await shownRows(runner, showServiceContainersSql(service))
  const sources = new Map<string, LogSource>()
  // While an instance is replaced it may be there twice: the one that ends first.
  const inOrder = rows.toSorted((a, b) => Number(isEnding(b)) - Number(isEnding(a)))
  for (const row of inOrder) {
    const source = readSource(service, row)
    const { container, instance } = source
    if (container === '' || container.startsWith(SIDECAR)) continue
    if (containers?.includes(container) === false) continue
    if (instances?.includes(instance) === false) continue
    sources.set(`${instance}/${container}`, source)
  }
  return [...sources.values()]
}

function readSource(service: string, row: ShownRow): LogSource {
  const text = (column: string): string => textOf(row[column])
  return {
    service,
    instance: text('instance_id'),
    container: text('container_name'),
    restartCount: Number(row['restart_count'] ?? 0),
    run: ['image_digest', 'start_time', 'restart_count', 'last_restart_time'].map(text).join(' '),
  }
}

function isEnding(row: ShownRow): boolean {
  return textOf(row['status']) === 'TERMINATING'
}
