import { createHash } from 'node:crypto'
import {
  checkServiceSpec,
  type Container,
  printServiceSpec,
  renderTemplate,
  type ServiceSpec,
  SpecError,
  type SpecProblem,
} from '@spcs/spec'
import { effectiveRoles, requireHeld, requireNamespace } from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import type { ComputePool, Service } from '../../catalog/objects.ts'
import { SnowflakeError, unsupported } from '../../snowflake-error.ts'
import { maybeInstanceFamily, nodeArchitecture } from '../instance-families.ts'
import { instanceShare, whyTooLarge } from '../placement.ts'
import { serviceError } from '../service-error.ts'
import { checkSecrets } from '../secrets.ts'
import { checkVolumes } from '../volumes.ts'
import { pinImage } from './pin-image.ts'
import { type SpecificationSource, specificationText } from './specification-source.ts'

/** What a service keeps of its specification. */
export type ServiceSpecification = Pick<Service, 'spec' | 'specDigest' | 'imageDigests'>

/**
 * Reads a specification and checks all that it names: the pool's room, images, volumes, secrets. What the service
 * uses while it runs is its owner's to use, whoever changes the service. Images are pinned to what their tags name now.
 *
 * @throws {SnowflakeError} when anything is wrong; nothing was changed then.
 */
export async function loadSpecification(
  source: SpecificationSource,
  home: Pick<Service, 'database' | 'schema' | 'owner'>,
  pool: ComputePool,
  context: StatementContext,
): Promise<ServiceSpecification> {
  const text = await specificationText(source, context)
  const spec = checked(source.isTemplate ? rendered(text, source) : text, context)
  refuseUnsupported(spec)
  checkRoom(spec, pool)
  const { catalog } = context.account
  const roles = effectiveRoles(catalog, home.owner)
  for (const stage of checkVolumes(spec, home, context.account)) {
    requireNamespace(catalog, roles, stage)
    const key = catalog.stages.keyOf(stage)
    // WRITE is not asked for: without it the volume is read-only.
    requireHeld(catalog, roles, { on: 'STAGE', key, owner: stage.owner }, 'READ')
  }
  if (spec.spec.endpoints.some((endpoint) => endpoint.public)) {
    requireHeld(catalog, roles, { on: 'ACCOUNT', key: '' }, 'BIND SERVICE ENDPOINT')
  }
  checkSecrets(spec, home, catalog)
  const architecture = nodeArchitecture(pool.instanceFamily)
  const options = { ownerRoles: roles, architecture, account: context.account }
  const containers: Container[] = []
  for (const container of spec.spec.containers) {
    containers.push(await pinImage(container, options))
  }
  const canonical = printServiceSpec({ ...spec, spec: { ...spec.spec, containers } })
  return {
    spec: canonical,
    specDigest: createHash('sha256').update(canonical).digest('hex'),
    imageDigests: Object.fromEntries(
      containers.map(({ name, sha256 }) => [name, (sha256 ?? '').slice(1)]),
    ),
  }
}

function rendered(text: string, source: SpecificationSource): string {
  try {
    return renderTemplate(text, source.using)
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    throw new SnowflakeError(
      '395069',
      '23001',
      `Unable to render service spec from given template: ${error.message}`,
      { cause: error },
    )
  }
}

function checked(text: string, { account }: StatementContext): ServiceSpec {
  const { spec, problems, warnings } = checkServiceSpec(text)
  for (const warning of warnings) account.log.warn({ warning }, 'service specification')
  if (spec === undefined) throw serviceError(problems.map(printProblem).join('\n'))
  return spec
}

function printProblem({ message, hint, line, column }: SpecProblem): string {
  const place = `${message} (line ${line}, column ${column})`
  return hint === undefined ? place : `${place}. ${hint}`
}

/** What would be silently missing in a container. */
function refuseUnsupported({ spec }: ServiceSpec): void {
  for (const { sessionTokenConfig } of spec.containers) {
    if (sessionTokenConfig?.mountConnectionConfig === true)
      throw unsupported('mountConnectionConfig')
  }
  for (const volume of spec.volumes) {
    const isBlock = volume.source === 'block' && 'blockConfig' in volume
    if (isBlock && volume.blockConfig?.initialContents !== undefined) {
      throw unsupported('initialContents of a block volume')
    }
  }
}

function checkRoom(spec: ServiceSpec, pool: ComputePool): void {
  const family = maybeInstanceFamily(pool.instanceFamily)
  const why = family === undefined ? undefined : whyTooLarge(instanceShare(spec), family)
  if (why !== undefined) {
    throw serviceError(
      `Invalid spec: no node of compute pool ${pool.name} can hold an instance: ${why}`,
    )
  }
}
