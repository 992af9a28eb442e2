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
  /** What else the image has; nothing where one bundled file is all. */
  readonly build?: WorkloadBuild
  readonly port: number
  /** The specification, a template with the variable `image`, from the folder of `spcs.config.ts`. */
  readonly spec: string
  /** The file on a stage that the service is created from. */
  readonly specOnStage: string
  readonly service: string
  readonly computePool: string
  /** The warehouse of sessions that the service opens as itself. */
  readonly queryWarehouse?: string
  readonly functions: readonly WorkloadFunction[]
  /** Who may use the endpoints: roles of the specification, each to a role of the account. */
  readonly serviceRoles?: readonly { readonly name: string; readonly toRole: string }[]
}

/** An image of more than one file; all paths start from the folder of `spcs.config.ts`. */
export interface WorkloadBuild {
  /**
   * Makes assets: npm scripts of the package in a folder, which write them to the folder in OUT_DIR. A script runs when a
   * file there, or in one of its other sources, has changed; the image has what it wrote at `to`.
   */
  readonly prepare?: readonly AssetScript[]
  /** Further programs, by their place beside the main one: `{ 'kernel/main': 'apps/…/main.ts' }`. */
  readonly entryPoints?: Readonly<Record<string, string>>
  /** By folder of programs, `kernel`: globals that all their code keeps, whoever changes them. */
  readonly ownGlobals?: Readonly<Record<string, readonly string[]>>
  /** Packages that cannot be bundled: they are copied with all that they depend on. */
  readonly external?: readonly string[]
  /** Files and folders that are copied as they are. */
  readonly assets?: readonly { readonly from: string; readonly to: string }[]
}

export interface AssetScript {
  readonly script: string
  readonly folder: string
  /** Folders besides that the assets are made of. */
  readonly sources?: readonly string[]
  readonly to: string
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

/** What may be thrown away at any time, and makes the next build faster. */
export const CACHE_DIRECTORY = 'node_modules/.cache/spcs'

export async function loadConfig(): Promise<SpcsConfig> {
  const path = new URL('spcs.config.ts', PROJECT)
  const { default: config } = (await import(pathToFileURL(path.pathname).href)) as {
    default: SpcsConfig
  }
  return config
}
