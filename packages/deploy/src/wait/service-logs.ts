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

/** The newest lines of a container's run; why there are none, where Snowflake says so by an error. */
export async function lastLogLines(
  runner: QueryRunner,
  service: string,
  options: ServiceLogsOptions,
): Promise<string[]> {
  try {
    const logs = await serviceLogs(runner, service, options)
    return logs === '' ? [] : logs.split(/\r?\n/)
  } catch (error) {
    return [`(no logs: ${error instanceof Error ? error.message : String(error)})`]
  }
}
