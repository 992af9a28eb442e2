import { waitForComputePool } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { printIdentifier } from '@spcs/sql'
import { connectionOptions, openSession, standInProject } from './account.ts'
import { applyPlan } from './apply-plan.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import type { Invocation, Verb } from './verb.ts'

export const setup: Verb = {
  name: 'setup',
  summary: 'Makes role, database, warehouse, stages, compute pool and image repository',
  options: connectionOptions,
  async run(invocation) {
    const config = await loadConfig(invocation)
    await using session = await openSession(invocation)
    const changed = await setUp(session, config, invocation)
    invocation.output.result(
      { changed },
      changed.length === 0 ? 'Nothing to change.' : `${changed.length} objects changed.`,
    )
  },
}

/** Everything that services need; what is right already is left alone. */
export async function setUp(
  session: Session,
  config: SpcsConfig,
  { progress, signal }: Pick<Invocation, 'progress' | 'signal'>,
): Promise<string[]> {
  await session.execute(`USE ROLE ${printIdentifier(config.adminRole)}`)
  const account = await applyPlan(
    'Set up roles and rights',
    config.account,
    session,
    progress,
    signal,
  )
  await session.execute(`USE ROLE ${printIdentifier(config.role)}`)
  const title = 'Set up database, warehouse, stages, compute pool and image repository'
  const objects = await applyPlan(title, config.objects, session, progress, signal)
  await standInProject(session, config)
  for (const { name } of config.objects.computePools ?? []) {
    await progress.step(`Wait for compute pool ${name}`, (onProgress) =>
      waitForComputePool(session, name, { onProgress, signal }),
    )
  }
  return [...account, ...objects]
}
