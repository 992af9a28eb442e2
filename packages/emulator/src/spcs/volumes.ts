import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseMemory, type ServiceSpec, type Volume } from '@spcs/spec'
import type { Account } from '../account.ts'
import type { Service, Stage } from '../catalog/objects.ts'
import { parseStageLocation } from '../catalog/stage-location.ts'
import { resolveName } from '../catalog/resolve-name.ts'
import { roleHasPrivilege } from '../access-control.ts'
import { doesNotExist, SnowflakeError } from '../snowflake-error.ts'
import type { Mount } from './runner.ts'

/** Where a service's names are looked up when they are not qualified. */
type Home = Pick<Service, 'database' | 'schema'>

/**
 * The stage of a volume and the path on it; undefined for a volume of another kind.
 *
 * @throws {SnowflakeError} 002003 when there is no such stage.
 */
export function maybeVolumeStage(
  volume: Volume,
  home: Home,
  { catalog }: Pick<Account, 'catalog'>,
): { readonly stage: Stage; readonly path: string } | undefined {
  const location = stageLocation(volume)
  if (location === undefined) return undefined
  const { nameParts, path } = parseStageLocation(location)
  const { key } = resolveName(nameParts, home)
  const stage = catalog.stages.maybe(key)
  if (stage === undefined || stage.sessionId !== null) throw doesNotExist('Stage', key)
  if (path.split('/').includes('..')) {
    throw new SnowflakeError(
      '395018',
      '22023',
      `Invalid spec: volume '${volume.name}' leaves its stage`,
    )
  }
  return { stage, path }
}

/** A volume at a path of a container of one instance; its folder is made if need be. */
export function mountVolume(
  volume: Volume,
  path: string,
  service: Service,
  account: Pick<Account, 'catalog' | 'stages'>,
  directories: { readonly instance: string; readonly block: string },
): Mount {
  const onStage = maybeVolumeStage(volume, service, account)
  const owner = 'uid' in volume || 'gid' in volume ? ownerOf(volume) : {}
  if (onStage === undefined) {
    const above = volume.source === 'block' ? directories.block : directories.instance
    const directory = join(above, volume.name)
    mkdirSync(directory, { recursive: true })
    return {
      path,
      directory,
      ...owner,
      ...(volume.source !== 'block' && { instanceVolume: volume.name }),
      ...(volume.source === 'memory' && { memoryBytes: parseMemory(volume.size) }),
    }
  }
  const { stage } = onStage
  const { catalog, stages } = account
  const securable = { on: 'STAGE', key: catalog.stages.keyOf(stage), owner: stage.owner }
  return {
    path,
    // A volume and the stage's files are the same place: what is PUT is in the folder, what is written is in LIST.
    directory: stages.mount(stage, onStage.path),
    ...owner,
    stageVolume: {
      name: volume.name,
      streamed: isStreamed(volume),
      readOnly: !roleHasPrivilege(catalog, service.owner, 'WRITE', securable),
    },
  }
}

/** True for a stage volume v2, which brings a container of its own and is no file system. */
export function isStreamed({ source }: Volume): boolean {
  return source === 'stage'
}

/** Who the container is told that it belongs to; only where the specification says so. */
function ownerOf({ uid, gid }: { readonly uid?: number; readonly gid?: number }): Partial<Mount> {
  return { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) }
}

/** Every volume of a specification is one that this account has. */
export function checkVolumes({ spec }: ServiceSpec, home: Home, account: Account): Stage[] {
  return spec.volumes.flatMap((volume) => maybeVolumeStage(volume, home, account)?.stage ?? [])
}

function stageLocation(volume: Volume): string | undefined {
  if (volume.source === 'stage') return volume.stageConfig.name
  return volume.source.startsWith('@') ? volume.source : undefined
}
