import {
  describeCosts,
  type DesiredState,
  NOTHING,
  planDeploy,
  type PlanGroup,
  planJson,
  printPlan,
  readActualState,
} from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { printIdentifier } from '@spcs/sql'
import { connectionOptions, openSession } from './account.ts'
import { buildOptions } from './build-workload.ts'
import { checkSpecs } from './check-specs.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import { desiredWorkloads, plannedImages } from './desired-workloads.ts'
import { buildImages, type PushedImages } from './images.ts'
import type { Verb } from './verb.ts'

/** How `spcs plan --exit-code` ends when there is something to change. */
const SOMETHING_TO_CHANGE = 2

export const plan: Verb = {
  name: 'plan',
  summary: 'Shows what deploy would change, field by field, and why; changes nothing',
  options: {
    ...connectionOptions,
    ...buildOptions,
    'exit-code': { type: 'boolean', help: 'end with 2 when there is something to change' },
  },
  async run(invocation) {
    const { options, output, progress } = invocation
    const config = await loadConfig(invocation)
    await checkSpecs(config.workloads)
    await using session = await openSession(invocation)
    const images = plannedImages(config, await buildImages(session, config, invocation))
    const groups = await progress.step('Compare the account with the configuration', () =>
      planProject(session, config, images),
    )
    for (const line of describeCosts(config.objects)) progress.note(line)
    const report = planJson(groups)
    output.result(report, printPlan(groups))
    if (report.changes > 0 && options['exit-code'] === true) process.exitCode = SOMETHING_TO_CHANGE
  },
}

/** What a deploy of the whole project would do, by who does it. Nothing is changed. */
export async function planProject(
  session: Session,
  config: SpcsConfig,
  images: PushedImages,
): Promise<PlanGroup[]> {
  const { adminRole, role } = config
  await session.execute(`USE ROLE ${printIdentifier(adminRole)}`)
  const account = await planGroup('Roles and rights', adminRole, config.account, session)
  const isThere = await maybeUseRole(session, role, account.steps.length > 0)
  const workloads = await desiredWorkloads(config, images)
  return [
    account,
    await planGroup('What services need', role, config.objects, isThere ? session : undefined),
    await planGroup('Services and functions', role, workloads, isThere ? session : undefined),
  ]
}

/** @param session Absent where there can be nothing yet. */
async function planGroup(
  title: string,
  role: string,
  desired: DesiredState,
  session: Session | undefined,
): Promise<PlanGroup> {
  const actual = session === undefined ? NOTHING : await readActualState(session, desired)
  return { title, role, steps: planDeploy(desired, actual) }
}

/** False for a role that the plan makes, or gives to us, and that so owns nothing yet. */
async function maybeUseRole(session: Session, role: string, isPlanned: boolean): Promise<boolean> {
  try {
    await session.execute(`USE ROLE ${printIdentifier(role)}`)
    return true
  } catch (error) {
    if (isPlanned) return false
    throw error
  }
}
