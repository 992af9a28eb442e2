import { rollBackToPrevious } from '@spcs/deploy'
import { parseName } from '@spcs/sql'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import { CliError } from './errors.ts'
import type { Verb } from './verb.ts'
import { lockOptions, withDeployLock } from './with-deploy-lock.ts'

export const rollback: Verb = {
  name: 'rollback',
  summary: 'Gives services the specification and image that they had before; again, the newer ones',
  positionals: '[SERVICE...]',
  options: { ...connectionOptions, ...lockOptions },
  async run(invocation) {
    const { output, positionals, progress } = invocation
    const config = await loadConfig(invocation)
    const services = namedServices(config, positionals)
    await using session = await openProject(invocation, config)
    const done = await withDeployLock(session, config, invocation, async ({ signal }) => {
      const rolledBack: { service: string; file: string }[] = []
      for (const service of services) {
        const { file } = await progress.step(`Roll back service ${service}`, (onProgress) =>
          rollBackToPrevious(session, service, { onProgress, signal }),
        )
        rolledBack.push({ service, file })
      }
      return rolledBack
    })
    output.result(done, done.map(({ service, file }) => `${service} runs ${file}`).join('\n'))
  },
}

/**
 * The services that the words mean, by the name of workload or service. Without words the only one: of several, an older
 * deploy may have changed each.
 *
 * @throws {CliError} `USAGE` for a name that none has, or for none where there are several.
 */
function namedServices({ workloads }: SpcsConfig, words: readonly string[]): string[] {
  const hint = `Use one of ${workloads.map(({ name }) => name).join(', ')}`
  if (words.length === 0 && workloads.length > 1) {
    throw new CliError('USAGE', 'Cannot roll back: there are several services', { hint })
  }
  if (words.length === 0) return workloads.map(({ service }) => service)
  return words.map((word) => {
    const found = workloads.find(
      ({ name, service }) => name === word || isNamed(service, word.toUpperCase()),
    )
    if (found !== undefined) return found.service
    throw new CliError(
      'USAGE',
      `Cannot roll back "${word}": no workload or service has this name`,
      { hint },
    )
  })
}

function isNamed(service: string, word: string): boolean {
  const parts = parseName(service)
  return word === parts.join('.') || word === parts.at(-1)
}
