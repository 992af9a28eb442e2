import type { ComputePool } from '../objects/compute-pool.ts'
import type { Database } from '../objects/database.ts'
import type { ExternalAccessIntegration } from '../objects/external-access-integration.ts'
import type { Grant } from '../objects/grant.ts'
import type { ImageRepository } from '../objects/image-repository.ts'
import type { NetworkRule } from '../objects/network-rule.ts'
import type { Role } from '../objects/role.ts'
import type { DeployedFunction } from '../objects/service-function.ts'
import type { Service } from '../objects/service.ts'
import type { Stage } from '../objects/stage.ts'
import type { User } from '../objects/user.ts'
import type { Warehouse } from '../objects/warehouse.ts'
import type { StageText } from '../stage-files.ts'

/** What an account is to have. What is not named here is left alone. */
export interface DesiredState {
  readonly roles?: readonly Role[] | undefined
  readonly users?: readonly User[] | undefined
  readonly databases?: readonly Database[] | undefined
  readonly warehouses?: readonly Warehouse[] | undefined
  readonly stages?: readonly Stage[] | undefined
  readonly networkRules?: readonly NetworkRule[] | undefined
  readonly externalAccessIntegrations?: readonly ExternalAccessIntegration[] | undefined
  readonly computePools?: readonly ComputePool[] | undefined
  readonly imageRepositories?: readonly ImageRepository[] | undefined
  /** Texts on stages; the specifications that services read from a stage need not be named. */
  readonly files?: readonly StageText[] | undefined
  readonly services?: readonly Service[] | undefined
  readonly functions?: readonly DeployedFunction[] | undefined
  readonly grants?: readonly Grant[] | undefined
}

/** The files of a state: those that are named, and those that its services read. */
export function stagedTexts({ files = [], services = [] }: DesiredState): StageText[] {
  const specifications = services.flatMap(({ source: { stageFile, text } }) =>
    stageFile === undefined ? [] : [{ path: stageFile, text }],
  )
  return [...files, ...specifications]
}
