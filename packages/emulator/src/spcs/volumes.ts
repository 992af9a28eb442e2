import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceSpec, Volume } from '@spcs/spec'
import type { Account } from '../account.ts'
import type { Service, Stage } from '../catalog/objects.ts'
import { parseStageLocation } from '../catalog/stage-location.ts'
import { resolveName } from '../catalog/resolve-name.ts'
import { doesNotExist, SnowflakeError } from '../snowflake-error.ts'

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

/** The folder of this machine that a volume is for one instance, made if need be. */
export function volumeDirectory(
  volume: Volume,
  service: Service,
  account: Pick<Account, 'catalog' | 'stages'>,
  directories: { readonly instance: string; readonly block: string },
): string {
  const onStage = maybeVolumeStage(volume, service, account)
  const directory =
    onStage === undefined
      ? join(volume.source === 'block' ? directories.block : directories.instance, volume.name)
      : // A volume and the stage's files are the same place: what is PUT is in the folder, what is written is in LIST.
        join(account.stages.directory(onStage.stage), ...onStage.path.split('/').filter(Boolean))
  mkdirSync(directory, { recursive: true })
  return directory
}

/** Every volume of a specification is one that this account has. */
export function checkVolumes({ spec }: ServiceSpec, home: Home, account: Account): Stage[] {
  return spec.volumes.flatMap((volume) => maybeVolumeStage(volume, home, account)?.stage ?? [])
}

function stageLocation(volume: Volume): string | undefined {
  if (volume.source === 'stage') return volume.stageConfig.name
  return volume.source.startsWith('@') ? volume.source : undefined
}
