import {
  resumeComputePoolSql,
  resumeServiceSql,
  waitForComputePool,
  waitForService,
} from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import type { Invocation, Verb } from './verb.ts'

export const resume: Verb = {
  name: 'resume',
  summary: 'Goes on after a suspend and waits until every service is ready',
  options: connectionOptions,
  async run(invocation) {
    const config = await loadConfig(invocation)
    await using session = await openProject(invocation, config)
    await resumeAll(session, config, invocation)
    invocation.output.result({ resumed: true }, 'Every service is ready.')
  },
}

export async function resumeAll(
  session: Session,
  { workloads, objects }: SpcsConfig,
  { progress, signal }: Pick<Invocation, 'progress' | 'signal'>,
): Promise<void> {
  for (const { name } of objects.computePools ?? []) {
    await progress.step(`Resume compute pool ${name}`, async (onProgress) => {
      await session.execute(resumeComputePoolSql(name))
      await waitForComputePool(session, name, { onProgress, signal })
    })
  }
  for (const { service } of workloads) {
    await progress.step(`Resume service ${service}`, async (detail) => {
      await session.execute(resumeServiceSql(service))
      await waitForService(session, service, { onProgress: detail, onLook: detail, signal })
    })
  }
}
