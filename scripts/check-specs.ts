import { SpecError } from '@spcs/spec'
import { PROJECT, type Workload } from './config.ts'
import { CliError } from './errors.ts'
import { readSpec } from './read-spec.ts'

/**
 * Checks the specification of every workload, before anything is touched.
 *
 * @throws {CliError} `SPEC_INVALID` naming the file and every mistake with its line.
 */
export async function checkSpecs(workloads: readonly Workload[]): Promise<void> {
  for (const { name, spec } of workloads) {
    try {
      await readSpec(new URL(spec, PROJECT))
    } catch (error) {
      if (!(error instanceof SpecError)) throw error
      throw new CliError('SPEC_INVALID', `Cannot deploy ${name}: ${spec}: ${error.message}`, {
        hint: error.hint,
        cause: error,
      })
    }
  }
}
