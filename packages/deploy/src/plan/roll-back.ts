import type { QueryRunner } from '@spcs/sql'
import { DeployError } from '../errors.ts'
import { textOf } from '../objects/object-kind.ts'
import { printUnquotedName } from '../objects/property.ts'
import {
  isSameRecord,
  parseServiceComment,
  printServiceComment,
  type ServiceComment,
  type SpecificationRecord,
} from '../objects/service-comment.ts'
import {
  alterServiceSql,
  describeServiceSql,
  recordOf,
  type ServiceSource,
  upgradeServiceSql,
} from '../objects/service.ts'
import { shownRows } from '../shown-rows.ts'
import type { WaitOptions } from '../wait/poll.ts'
import { waitForService } from '../wait/wait-for-service.ts'

/**
 * What a service ran well with before it was given another source; undefined where there is nothing to go back to.
 *
 * @param source What the service has been given.
 */
export async function specificationBefore(
  runner: QueryRunner,
  service: string,
  source: ServiceSource,
): Promise<SpecificationRecord | undefined> {
  const { current } = await readComment(runner, service)
  return isSameRecord(current, recordOf(source)) ? undefined : current
}

/** Gives a service a specification that it had, in place, and waits until it is ready. */
export async function rollBackTo(
  runner: QueryRunner,
  service: string,
  { file, using }: SpecificationRecord,
  options: WaitOptions = {},
): Promise<void> {
  await runner.execute(upgradeServiceSql(service, { text: '', stageFile: file, using }))
  await waitForService(runner, service, options)
}

/**
 * Gives a service the specification before the current one; a second time, the current one again.
 *
 * @throws {DeployError} `ROLLBACK_IMPOSSIBLE` when its comment tells of none.
 */
export async function rollBackToPrevious(
  runner: QueryRunner,
  service: string,
  options: WaitOptions = {},
): Promise<SpecificationRecord> {
  const { text, current, previous } = await readComment(runner, service)
  if (previous === undefined) throw impossible(service)
  await rollBackTo(runner, service, previous, options)
  const comment = printServiceComment({ text, current: previous, previous: current })
  await runner.execute(alterServiceSql(service, { comment }))
  return previous
}

async function readComment(runner: QueryRunner, service: string): Promise<ServiceComment> {
  const [row] = await shownRows(runner, describeServiceSql(service))
  return parseServiceComment(textOf(row?.['comment']))
}

function impossible(service: string): DeployError {
  return new DeployError(
    'ROLLBACK_IMPOSSIBLE',
    `Cannot roll back service ${printUnquotedName(service)}: its comment tells of no specification before`,
    {
      hint: 'Only a deploy that changed a running service leaves one; deploy what you want instead',
    },
  )
}
