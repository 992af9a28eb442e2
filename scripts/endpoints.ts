import { waitForEndpoints } from '@spcs/deploy'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig } from './config.ts'
import type { Verb } from './verb.ts'

export const endpoints: Verb = {
  name: 'endpoints',
  summary: 'Lists the endpoints of every service, with the address of each public one',
  options: connectionOptions,
  async run(invocation) {
    const { output, progress, signal } = invocation
    const config = await loadConfig()
    await using session = await openProject(invocation, config)
    const found: { service: string; name: string; port: string; url: string | null }[] = []
    for (const { service } of config.workloads) {
      const listed = await progress.step(`Read endpoints of ${service}`, (onProgress) =>
        waitForEndpoints(session, service, { onProgress, signal }),
      )
      for (const { name, port, ingressUrl } of listed) {
        found.push({ service, name, port, url: ingressUrl ?? null })
      }
    }
    const lines = found.map(
      ({ service, name, port, url }) =>
        `${service}  ${name}:${port}  ${url ?? 'private: service functions reach it'}`,
    )
    output.result(found, lines.join('\n'))
  },
}
