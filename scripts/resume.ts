import {
  readAccountStatus,
  resumeComputePoolSql,
  resumeServiceSql,
  waitForComputePool,
  waitForService,
} from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import { namedServices } from './service-name.ts'
import type { Invocation, Verb } from './verb.ts'

export const resume: Verb = {
  name: 'resume',
  summary: 'Goes on after a suspend and waits until the services are ready',
  positionals: '[SERVICE...]',
  options: connectionOptions,
  async run(invocation) {
    const { positionals, output } = invocation
    const config = await loadConfig(invocation)
    await using session = await openProject(invocation, config)
    const ready = namedServices(config, positionals)
    const resumed = await resumeServices(session, config, ready, invocation)
    const words = resumed.length === 0 ? 'Nothing to resume.' : `${resumed.join(', ')} resumed.`
    output.result({ resumed, ready }, `${words} Every service is ready.`)
  },
}

/** Resumes everything that a configuration names. */
export async function resumeAll(
  session: Session,
  config: SpcsConfig,
  invocation: Pick<Invocation, 'progress' | 'signal'>,
): Promise<void> {
  await resumeServices(session, config, namedServices(config, []), invocation)
}

const PAUSED = new Set(['SUSPENDED', 'SUSPENDING', 'STOPPING'])

/** Pools first: a service needs nodes. What runs already is only waited for. */
async function resumeServices(
  session: Session,
  { objects }: SpcsConfig,
  services: readonly string[],
  { progress, signal }: Pick<Invocation, 'progress' | 'signal'>,
): Promise<string[]> {
  const found = await readAccountStatus(session, {
    services,
    computePools: (objects.computePools ?? []).map(({ name }) => name),
    warehouses: [],
  })
  const needed = new Set(found.services.map(({ computePool }) => computePool))
  const resumed: string[] = []
  for (const { name, state } of found.computePools) {
    if (!PAUSED.has(state) || !needed.has(name)) continue
    await progress.step(`Resume compute pool ${name}`, async (onProgress) => {
      await session.execute(resumeComputePoolSql(name))
      await waitForComputePool(session, name, { onProgress, signal })
    })
    resumed.push(`compute pool ${name}`)
  }
  for (const { name, status } of found.services) {
    const isPaused = PAUSED.has(status)
    await progress.step(`${isPaused ? 'Resume' : 'Wait for'} service ${name}`, async (detail) => {
      if (isPaused) await session.execute(resumeServiceSql(name))
      await waitForService(session, name, { onProgress: detail, onLook: detail, signal })
    })
    if (isPaused) resumed.push(`service ${name}`)
  }
  return resumed
}
