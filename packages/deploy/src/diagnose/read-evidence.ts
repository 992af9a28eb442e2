import { checkServiceSpec, type ServiceSpec } from '@spcs/spec'
import type { QueryRunner } from '@spcs/sql'
import { describeComputePoolSql } from '../objects/compute-pool.ts'
import type { ShownRow } from '../objects/object-kind.ts'
import { shownRows } from '../shown-rows.ts'
import { lastLogLines } from '../wait/service-logs.ts'
import type { ServiceStatus } from '../wait/service-status.ts'
import type { Evidence } from './evidence.ts'
import type { Symptom } from './symptom.ts'

const LINES = 15

/** Reads what tells the meaning of a symptom: the pool, or the logs of the container. */
export async function readEvidence(
  runner: QueryRunner,
  service: string,
  { computePool, spec }: ServiceStatus,
  { trouble, container }: Pick<Symptom, 'trouble' | 'container'>,
): Promise<Evidence> {
  const common = { service, computePool, spec: maybeSpec(spec) }
  if (trouble === 'nodes' || trouble === 'room' || container === undefined) {
    const pool = await maybePool(runner, computePool)
    return { ...common, pool, log: [], previousLog: [] }
  }
  const tail = (previous: boolean): Promise<string[]> =>
    lastLogLines(runner, service, {
      instance: container.instance,
      container: container.container,
      lines: LINES,
      previous,
    })
  const log = await tail(false)
  const previousLog = container.restartCount > 0 ? await tail(true) : []
  return { ...common, log, previousLog }
}

/** The pool's row; undefined where the role may not see it. */
export async function maybePool(runner: QueryRunner, pool: string): Promise<ShownRow | undefined> {
  try {
    return (await shownRows(runner, describeComputePoolSql(pool)))[0]
  } catch {
    // What is told then is told without it: an error here must not hide the fault that is looked for.
    return undefined
  }
}

/** The specification that DESCRIBE SERVICE gives; undefined for those who may not see it. */
export function maybeSpec(text: string): ServiceSpec | undefined {
  return text === '' ? undefined : checkServiceSpec(text).spec
}
