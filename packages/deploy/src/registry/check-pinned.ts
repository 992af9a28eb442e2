import { type Container, parseImageReference, parseServiceSpec } from '@spcs/spec'
import type { QueryRunner } from '@spcs/sql'
import { DeployError } from '../errors.ts'
import { textOf } from '../objects/object-kind.ts'
import { describeServiceSql, showServiceContainersSql } from '../objects/service.ts'
import { shownRows } from '../shown-rows.ts'
import type { PushedImage } from './push-image.ts'

/**
 * Makes sure that a service runs the very image that was pushed: the account resolves tags when a service changes, and
 * somebody else may have moved the tag before.
 *
 * @throws {DeployError} `IMAGE_NOT_PINNED` naming the digest that it has in place.
 */
export async function checkPinned(
  runner: QueryRunner,
  service: string,
  { digest, reference }: Pick<PushedImage, 'digest' | 'reference'>,
): Promise<void> {
  const [described] = await shownRows(runner, describeServiceSql(service))
  const { containers } = parseServiceSpec(textOf(described?.['spec'])).spec
  const ours = containers.filter((container) => imageOf(container) === reference)
  if (ours.length === 0) throw notPinned(service, `no container of it has image "${reference}"`)
  for (const { name, sha256 = '@no digest' } of ours) {
    if (sha256 !== `@${digest}`) {
      throw notPinned(service, `container ${name} has ${sha256.slice(1)}, not ${digest}`)
    }
  }
  const names = new Set(ours.map(({ name }) => name))
  for (const row of await shownRows(runner, showServiceContainersSql(service))) {
    const runs = textOf(row['image_digest'])
    const name = textOf(row['container_name'])
    if (!names.has(name) || runs === '' || runs === digest) continue
    const container = `container ${name} of instance ${textOf(row['instance_id'])}`
    throw notPinned(service, `${container} runs ${runs}, not ${digest}`)
  }
}

/** In path form. */
function imageOf({ image }: Container): string {
  const { database, schema, repository, name, tag = 'latest' } = parseImageReference(image)
  return `/${database}/${schema}/${repository}/${name}:${tag}`
}

function notPinned(service: string, why: string): DeployError {
  return new DeployError('IMAGE_NOT_PINNED', `Cannot trust the image of ${service}: ${why}`, {
    hint: 'Deploy again; if it stays so, somebody else pushes to the same tag',
  })
}
