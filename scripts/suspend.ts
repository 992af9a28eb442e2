import { suspendComputePoolSql, suspendServiceSql } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import type { Progress } from './progress.ts'
import { protectionOptions, requireUnprotected } from './protection.ts'
import type { Verb } from './verb.ts'

export const suspend: Verb = {
  name: 'suspend',
  summary: 'Pauses services and compute pools, so that they cost nothing; nothing is lost',
  options: { ...connectionOptions, ...protectionOptions },
  async run(invocation) {
    const config = await loadConfig(invocation)
    requireUnprotected(config, 'suspend services and compute pools', invocation.options)
    await using session = await openProject(invocation, config)
    await suspendAll(session, config, invocation.progress)
    invocation.output.result({ suspended: true }, 'Suspended. `npx spcs resume` goes on.')
  },
}

export async function suspendAll(
  session: Session,
  { workloads, objects }: SpcsConfig,
  progress: Progress,
): Promise<void> {
  for (const { service } of workloads) {
    await progress.step(`Suspend service ${service}`, () =>
      session.execute(suspendServiceSql(service)),
    )
  }
  for (const { name } of objects.computePools ?? []) {
    await progress.step(`Suspend compute pool ${name}`, () =>
      session.execute(suspendComputePoolSql(name)),
    )
  }
}
