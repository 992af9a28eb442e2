import type { QueryRunner } from '@spcs/sql'
import { textOf } from '../objects/object-kind.ts'
import { serviceLogsSql, type ServiceLogsOptions } from '../objects/service.ts'

/** A container's newest log lines; empty when it has logged nothing yet. */
export async function serviceLogs(
  runner: QueryRunner,
  service: string,
  options: ServiceLogsOptions,
): Promise<string> {
  const { rows } = await runner.execute(serviceLogsSql(service, options))
  return textOf(rows[0]?.[0]).trimEnd()
}

/** The last words of a container: of this run, or of the one before when this run is silent. */
export async function lastLogLines(
  runner: QueryRunner,
  service: string,
  { instance, container, restartCount }: LoggingContainer,
): Promise<string> {
  const lines = 20
  const runs = restartCount > 0 ? [false, true] : [false]
  const reasons: string[] = []
  for (const previous of runs) {
    try {
      const logs = await serviceLogs(runner, service, { instance, container, lines, previous })
      if (logs !== '') return logs
    } catch (error) {
      // A container that has not started has no logs; Snowflake says so by an error.
      reasons.push(error instanceof Error ? error.message : String(error))
    }
  }
  return reasons.length === 0 ? '(no log lines)' : `(no logs: ${reasons.join('; ')})`
}

interface LoggingContainer {
  readonly instance: string
  readonly container: string
  readonly restartCount: number
}
