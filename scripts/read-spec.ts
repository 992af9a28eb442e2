import { readFile } from 'node:fs/promises'
import { parseServiceSpec, renderTemplate, type ServiceSpec } from '@spcs/spec'

/** Stands for the image until it is pushed. */
const ANY_IMAGE = '/db/schema/repository/image:tag'

/**
 * The specification in a file, with any image in it.
 *
 * @throws {SpecError} with every mistake and its line.
 */
export async function readSpec(file: URL): Promise<ServiceSpec> {
  return parseServiceSpec(renderTemplate(await readFile(file, 'utf8'), { image: ANY_IMAGE }))
}
