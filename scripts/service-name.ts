import { parseName, printName, SqlError } from '@spcs/sql'
import type { SpcsConfig } from './config.ts'
import { CliError } from './errors.ts'

/**
 * The service that a word of the command line means: by the name of its workload in `spcs.config.ts`, or by its own.
 *
 * @throws {CliError} `USAGE` for a word that is neither.
 */
export function serviceName({ workloads, database, schema }: SpcsConfig, word: string): string {
  const workload = workloads.find(({ name }) => name === word)
  if (workload !== undefined) return workload.service
  try {
    const given = parseName(word)
    const around = [...parseName(database), ...parseName(schema)]
    return printName([...around.slice(0, Math.max(0, 3 - given.length)), ...given])
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    throw new CliError('USAGE', `Cannot find service "${word}": nothing has this name`, {
      hint: `Name one of ${workloads.map(({ name }) => name).join(', ')}, or a service of the account`,
      cause: error,
    })
  }
}

/** The services that a verb is about: the one that is named, or all. */
export function namedServices(config: SpcsConfig, words: readonly string[]): string[] {
  if (words.length === 0) return config.workloads.map(({ service }) => service)
  return words.map((word) => serviceName(config, word))
}
