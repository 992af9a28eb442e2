import {
  countSteps,
  describeCosts,
  type DesiredState,
  planDeploy,
  readActualState,
  refuseLosses,
} from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, maybeLocalConnection, openSession, standInProject } from './account.ts'
import { allowanceOptions, allowedLosses } from './allowed-losses.ts'
import { applyPlanned } from './apply-plan.ts'
import { buildOptions } from './build-workload.ts'
import { checkDeployed } from './check-deployed.ts'
import { checkSpecs } from './check-specs.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import { desiredWorkloads, plannedImages } from './desired-workloads.ts'
import { type BuiltImages, buildImages, pushImages, type PushedImages } from './images.ts'
import { planProject } from './plan.ts'
import { requireUnprotected } from './protection.ts'
import { printChanged, setUpAccess, setUpObjects } from './setup.ts'
import { letUserSignIn } from './sign-in.ts'
import type { Invocation, Verb } from './verb.ts'
import { readPatience, upgradeOptions, waitForUpgrade } from './wait-for-upgrade.ts'
import { lockOptions, withDeployLock } from './with-deploy-lock.ts'

export const deploy: Verb = {
  name: 'deploy',
  summary: 'Brings everything into an account: setup, images, specifications, services, functions',
  options: {
    ...connectionOptions,
    ...buildOptions,
    ...allowanceOptions,
    ...upgradeOptions,
    ...lockOptions,
  },
  async run(invocation) {
    readPatience(invocation) // a slip of the pen is told before anything is done
    const config = await loadConfig(invocation)
    if (allowedLosses(invocation).size > 0) {
      requireUnprotected(config, 'drop and create services', invocation.options)
    }
    await using session = await openSession(invocation)
    const changed = await deployAll(session, config, invocation)
    const local = maybeLocalConnection(invocation)
    if (local !== undefined) await letUserSignIn(session, config, local)
    invocation.output.result({ changed }, printChanged(changed))
  },
}

/** The whole way into an account; a second run changes nothing that is right already. */
export async function deployAll(
  session: Session,
  config: SpcsConfig,
  invocation: Pick<Invocation, 'progress' | 'signal' | 'options'>,
): Promise<string[]> {
  await checkSpecs(config.workloads)
  const built = await buildImages(session, config, invocation)
  return deployBuilt(session, config, built, invocation)
}

/**
 * The same with images that are built already. The plan is made first, so that nothing has been done when it is refused,
 * and once more when we have the lock.
 */
export async function deployBuilt(
  session: Session,
  config: SpcsConfig,
  built: BuiltImages,
  invocation: Pick<Invocation, 'progress' | 'signal' | 'options'>,
): Promise<string[]> {
  const { progress } = invocation
  const images = plannedImages(config, built)
  const groups = await progress.step('Compare the account with the configuration', () =>
    planProject(session, config, images),
  )
  const steps = groups.flatMap((group) => group.steps)
  refuseLosses(steps, allowedLosses(invocation))
  if (steps.length === 0) {
    await standInProject(session, config)
    await waitForServices(session, await desiredWorkloads(config, images), invocation)
    await checkDeployed(session, config, images, invocation)
    return []
  }
  progress.note(countSteps(steps))
  for (const line of describeCosts(config.objects)) progress.note(`    ${line}`)
  const access = await setUpAccess(session, config, invocation)
  const others = await withDeployLock(session, config, invocation, async (locked) => {
    const objects = await setUpObjects(session, config, locked)
    const pushed = await pushImages(session, config, locked, built)
    return [...objects, ...(await deployWorkloads(session, config, pushed, locked))]
  })
  return [...access, ...others]
}

/**
 * Specifications on their stage and services from them; once each service is ready, the functions that it answers. What
 * fails to get ready is rolled back.
 */
export async function deployWorkloads(
  session: Session,
  config: SpcsConfig,
  pushed: PushedImages,
  invocation: Pick<Invocation, 'progress' | 'signal' | 'options'>,
): Promise<string[]> {
  const desired = await desiredWorkloads(config, pushed)
  const steps = planDeploy(desired, await readActualState(session, desired))
  refuseLosses(steps, allowedLosses(invocation))
  const [first, then] = [false, true].map((late) =>
    steps.filter(({ onceReady }) => onceReady === late),
  )
  const services = await applyPlanned('Deploy services', first ?? [], session, invocation)
  await waitForServices(session, desired, invocation)
  const rest = await applyPlanned('Deploy functions and rights', then ?? [], session, invocation)
  await checkDeployed(session, config, pushed, invocation)
  return [...new Set([...services, ...rest])]
}

async function waitForServices(
  session: Session,
  { services = [] }: DesiredState,
  invocation: Pick<Invocation, 'progress' | 'signal' | 'options'>,
): Promise<void> {
  for (const service of services) await waitForUpgrade(session, service, invocation)
}
