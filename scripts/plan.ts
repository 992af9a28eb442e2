import {
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
import { desiredWorkloads } from './desired-workloads.ts'
import { planImages, type PlannedImages } from './planned-images.ts'
import type { Invocation, Verb } from './verb.ts'

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
    const config = await loadConfig(invocation)
    await checkSpecs(config.workloads)
    await using session = await openSession(invocation)
    const { groups } = await planProject(session, config, invocation)
    const report = planJson(groups)
    invocation.output.result(report, printPlan(groups))
    if (report.changes > 0 && invocation.options['exit-code'] === true) {
      process.exitCode = SOMETHING_TO_CHANGE
    }
  },
}

/** What a deploy of the whole project would do. */
export interface ProjectPlan extends PlannedImages {
  /** By who does it, in order. */
  readonly groups: readonly PlanGroup[]
}

/** Builds the images, so that it is known whether they move, and compares; nothing is pushed or changed. */
export async function planProject(
  session: Session,
  config: SpcsConfig,
  invocation: Pick<Invocation, 'progress' | 'signal' | 'options'>,
): Promise<ProjectPlan> {
  const { adminRole, role } = config
  await session.execute(`USE ROLE ${printIdentifier(adminRole)}`)
  const account = await planGroup('Roles and rights', adminRole, config.account, session)
  const owner = await maybeInRole(session, role, account.steps.length > 0)
  const planned = await planImages(owner, config, invocation)
  const workloads = await desiredWorkloads(config, planned.images)
  const owned = await invocation.progress.step('Compare the account with the configuration', () =>
    Promise.all([
      planGroup('What services need', role, config.objects, owner),
      planGroup('Services and functions', role, workloads, owner),
    ]),
  )
  return { groups: [account, ...owned], ...planned }
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

/** The session in a role; none for a role that the plan makes, or gives to us, and that so owns nothing yet. */
async function maybeInRole(
  session: Session,
  role: string,
  isPlanned: boolean,
): Promise<Session | undefined> {
  try {
    await session.execute(`USE ROLE ${printIdentifier(role)}`)
    return session
  } catch (error) {
    if (isPlanned) return undefined
    throw error
  }
}
