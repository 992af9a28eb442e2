import { readFile } from 'node:fs/promises'
import { parseServiceSpec, renderTemplate, SpecError } from '@spcs/spec'
import { PROJECT, type Workload } from './config.ts'
import { CliError } from './errors.ts'

/** Stands for the image until it is pushed. */
const ANY_IMAGE = '/db/schema/repository/image:tag'

/**
 * Checks the specification of every workload, before anything is touched.
 *
 * @throws {CliError} `SPEC_INVALID` naming the file and every mistake with its line.
 */
export async function checkSpecs(workloads: readonly Workload[]): Promise<void> {
  for (const { name, spec } of workloads) {
    const text = await readFile(new URL(spec, PROJECT), 'utf8')
    try {
      parseServiceSpec(renderTemplate(text, { image: ANY_IMAGE }))
    } catch (error) {
      if (!(error instanceof SpecError)) throw error
      throw new CliError('SPEC_INVALID', `Cannot deploy ${name}: ${spec}: ${error.message}`, {
        hint: error.hint,
        cause: error,
      })
    }
  }
}
