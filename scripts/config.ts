import { pathToFileURL } from 'node:url'
import type { DesiredState } from '@spcs/deploy'
import type { ServiceFunction } from '@spcs/service-function'

/** What is deployed, and as whom: the default export of `spcs.config.ts`. */
export interface SpcsConfig {
  /** Makes roles, users and their rights. */
  readonly adminRole: string
  /** Owns everything else. */
  readonly role: string
  /** Where the deployer's sessions stand. */
  readonly database: string
  readonly schema: string
  readonly warehouse: string
  /** What the admin role makes. */
  readonly account: DesiredState
  /** What the deploying role makes, before any service. */
  readonly objects: DesiredState
  /** Where images are pushed to. */
  readonly imageRepository: string
  readonly workloads: readonly Workload[]
}

/** An app that becomes a service. */
export interface Workload {
  /** Names image and container. */
  readonly name: string
  /** The app's main file, from the folder of `spcs.config.ts`. */
  readonly entryPoint: string
  readonly port: number
  /** The specification, a template with the variable `image`, from the folder of `spcs.config.ts`. */
  readonly spec: string
  /** The file on a stage that the service is created from. */
  readonly specOnStage: string
  readonly service: string
  readonly computePool: string
  readonly functions: readonly WorkloadFunction[]
}

/** A function that the workload's service answers. */
export interface WorkloadFunction {
  readonly definition: ServiceFunction
  /** With database and schema. */
  readonly name: string
  readonly endpoint: string
}

/** The folder that `spcs.config.ts` stands in, and all paths in it start from. */
export const PROJECT = new URL('..', import.meta.url)

export async function loadConfig(): Promise<SpcsConfig> {
  const path = new URL('spcs.config.ts', PROJECT)
  const { default: config } = (await import(pathToFileURL(path.pathname).href)) as {
    default: SpcsConfig
  }
  return config
}
