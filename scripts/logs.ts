import { serviceLogs } from '@spcs/deploy'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig } from './config.ts'
import { readContainers } from './status.ts'
import type { Verb } from './verb.ts'

const LINES = '100'
/** Snowflake's own containers, one for each stage volume. */
const SIDECAR = 'stage-mount-v2-sidecar-'

export const logs: Verb = {
  name: 'logs',
  summary: 'Prints the newest log lines of every container',
  positionals: '[SERVICE]',
  options: {
    ...connectionOptions,
    lines: { type: 'string', value: 'COUNT', help: `how many of the newest lines (${LINES})` },
    previous: { type: 'boolean', help: 'those of the run before the last restart' },
  },
  async run(invocation) {
    const { options, positionals, output } = invocation
    const config = await loadConfig(invocation)
    await using session = await openProject(invocation, config)
    const [only] = positionals
    const services = only === undefined ? config.workloads.map(({ service }) => service) : [only]
    const printed: { container: string; instance: string; log: string }[] = []
    for (const { service, instance, container } of await readContainers(session, services)) {
      if (container === '' || container.startsWith(SIDECAR)) continue
      const log = await serviceLogs(session, service, {
        instance,
        container,
        lines: Number(options['lines'] ?? LINES),
        previous: options['previous'] === true,
      })
      printed.push({ container, instance, log })
    }
    const text = printed.map(({ container, instance, log }) =>
      log.replaceAll(/^/gm, `${container}/${instance} | `),
    )
    output.result(printed, text.join('\n'))
  },
}
