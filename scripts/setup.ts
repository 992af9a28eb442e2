import { waitForComputePool } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { printIdentifier } from '@spcs/sql'
import { connectionOptions, openSession, standInProject } from './account.ts'
import { applyPlan } from './apply-plan.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import type { Invocation, Verb } from './verb.ts'
import { lockOptions, withDeployLock } from './with-deploy-lock.ts'

export const setup: Verb = {
  name: 'setup',
  summary: 'Makes role, database, warehouse, stages, compute pool and image repository',
  options: { ...connectionOptions, ...lockOptions },
  async run(invocation) {
    const config = await loadConfig(invocation)
    await using session = await openSession(invocation)
    const changed = [
      ...(await setUpAccess(session, config, invocation)),
      ...(await withDeployLock(session, config, invocation, (locked) =>
        setUpObjects(session, config, locked),
      )),
    ]
    invocation.output.result({ changed }, printChanged(changed))
  },
}

/** What a verb says that changed objects. */
export function printChanged(changed: readonly string[]): string {
  return changed.length === 0 ? 'Nothing to change.' : `${changed.length} objects changed.`
}

/** Everything that services need; what is right already is left alone. */
export async function setUp(
  session: Session,
  config: SpcsConfig,
  invocation: Pick<Invocation, 'progress' | 'signal' | 'options'>,
): Promise<string[]> {
  return [
    ...(await setUpAccess(session, config, invocation)),
    ...(await setUpObjects(session, config, invocation)),
  ]
}

/**
 * Roles, rights, database and warehouse: the lock is a row in that database and needs that warehouse, so these come
 * before it. Each is one statement that does no harm when two deploys run it.
 */
export async function setUpAccess(
  session: Session,
  { adminRole, role, account, objects }: SpcsConfig,
  invocation: Pick<Invocation, 'progress' | 'signal' | 'options'>,
): Promise<string[]> {
  const { databases, warehouses } = objects
  await session.execute(`USE ROLE ${printIdentifier(adminRole)}`)
  const access = await applyPlan('Set up roles and rights', account, session, invocation)
  await session.execute(`USE ROLE ${printIdentifier(role)}`)
  const title = 'Set up database and warehouse'
  return [...access, ...(await applyPlan(title, { databases, warehouses }, session, invocation))]
}

/** The rest of what services need; waits until each compute pool has its nodes. */
export async function setUpObjects(
  session: Session,
  config: SpcsConfig,
  invocation: Pick<Invocation, 'progress' | 'signal' | 'options'>,
): Promise<string[]> {
  const { progress, signal } = invocation
  await standInProject(session, config)
  const title = 'Set up stages, compute pool and image repository'
  const changed = await applyPlan(title, config.objects, session, invocation)
  for (const { name } of config.objects.computePools ?? []) {
    await progress.step(`Wait for compute pool ${name}`, (onProgress) =>
      waitForComputePool(session, name, { onProgress, signal }),
    )
  }
  return changed
}
