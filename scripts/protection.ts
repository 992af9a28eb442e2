import type { SpcsConfig } from './config.ts'
import { CliError } from './errors.ts'
import type { Invocation, VerbOptions } from './verb.ts'

/** For every verb that destroys something or takes it down. */
export const protectionOptions: VerbOptions = {
  'allow-protected': {
    type: 'boolean',
    help: 'do it in an environment that spcs.config.ts protects, too',
  },
}

/**
 * Stops a verb that would destroy, or take down, what is in a protected environment.
 *
 * @param doing What the verb is about to do: `suspend services`.
 * @throws {CliError} `ENVIRONMENT_PROTECTED` unless `--allow-protected` is given.
 */
export function requireUnprotected(
  { environment }: Pick<SpcsConfig, 'environment'>,
  doing: string,
  options: Invocation['options'],
): void {
  if (!environment.protect || options['allow-protected'] === true) return
  throw new CliError(
    'ENVIRONMENT_PROTECTED',
    `Cannot ${doing}: environment "${environment.name}" is protected`,
    { hint: 'Add --allow-protected if you are sure, or name another environment with --env' },
  )
}
