import { readFile } from 'node:fs/promises'
import { type DesiredState, waitForService } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, maybeLocalConnection, openSession } from './account.ts'
import { applyPlan } from './apply-plan.ts'
import { checkSpecs } from './check-specs.ts'
import { isBuilt, loadConfig, PROJECT, type SpcsConfig } from './config.ts'
import { pushImages, type PushedImages } from './images.ts'
import { setUp } from './setup.ts'
import { letUserSignIn } from './sign-in.ts'
import type { Invocation, Verb } from './verb.ts'

export const deploy: Verb = {
  name: 'deploy',
  summary: 'Brings everything into an account: setup, images, specifications, services, functions',
  options: connectionOptions,
  async run(invocation) {
    const config = await loadConfig(invocation)
    await using session = await openSession(invocation)
    const changed = await deployAll(session, config, invocation)
    const local = maybeLocalConnection(invocation)
    if (local !== undefined) await letUserSignIn(session, config, local.password)
    invocation.output.result(
      { changed },
      changed.length === 0 ? 'Nothing to change.' : `${changed.length} objects changed.`,
    )
  },
}

/** The whole way into an account; a second run changes nothing that is right already. */
export async function deployAll(
  session: Session,
  config: SpcsConfig,
  invocation: Pick<Invocation, 'progress' | 'signal'>,
): Promise<string[]> {
  await checkSpecs(config.workloads)
  const objects = await setUp(session, config, invocation)
  const pushed = await pushImages(session, config, invocation)
  const workloads = await deployWorkloads(session, config, pushed, invocation)
  return [...objects, ...workloads]
}

/** Specifications on their stage, services from them, functions on those; waits until each service is ready. */
export async function deployWorkloads(
  session: Session,
  config: SpcsConfig,
  pushed: PushedImages,
  { progress, signal }: Pick<Invocation, 'progress' | 'signal'>,
): Promise<string[]> {
  const desired = await desiredWorkloads(config, pushed)
  const title = 'Deploy specifications, services and functions'
  const changed = await applyPlan(title, desired, session, progress, signal)
  for (const { service } of config.workloads) {
    await progress.step(`Wait for service ${service}`, (onProgress) =>
      waitForService(session, service, { onProgress, signal }),
    )
  }
  return changed
}

/** The workloads as deploy wants them: each specification's text, with the pushed image in it. */
export async function desiredWorkloads(
  { workloads }: SpcsConfig,
  pushed: PushedImages,
): Promise<DesiredState> {
  const services = workloads.map(async (workload) => ({
    name: workload.service,
    computePool: workload.computePool,
    queryWarehouse: workload.queryWarehouse,
    source: {
      text: await readFile(new URL(workload.spec, PROJECT), 'utf8'),
      stageFile: workload.specOnStage,
      using: isBuilt(workload) ? { image: pushed.get(workload.name)?.reference ?? '' } : undefined,
    },
  }))
  const functions = workloads.flatMap((workload) =>
    workload.functions.map((fn) => ({ ...fn, service: workload.service })),
  )
  const grants = workloads.flatMap(({ service, serviceRoles = [] }) =>
    serviceRoles.map(({ name, toRole }) => ({ serviceRole: { service, name }, toRole })),
  )
  return { services: await Promise.all(services), functions, grants }
}
