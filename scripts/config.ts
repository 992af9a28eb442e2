import type { DesiredState, ServiceProperties } from '@spcs/deploy'
import type { ServiceFunction } from '@spcs/service-function'
import {
  describeEnvironment,
  findEnvironment,
  type ProjectEnvironment,
} from './describe-environment.ts'
import { CliError } from './errors.ts'
import type { Invocation } from './verb.ts'

/** Where a deployment goes: `dev`, `prod`. Its further values are the project's own. */
export interface EnvironmentSettings {
  /** The connection that verbs use where no `--connection` is given; without one, the local account. */
  readonly connection?: string
  /** Refuse what destroys, or takes a service down, unless it is allowed by name on the command line. */
  readonly protect?: boolean
}

/** The default export of `spcs.config.ts`: environments, and what is deployed into each. */
export interface ProjectConfig<Values extends object = object> {
  readonly environments: Readonly<Record<string, EnvironmentSettings & Values>>
  /** The one that verbs take without `--env`. */
  readonly defaultEnvironment: string
  /** What is deployed into an environment, by its values. */
  readonly describe: (values: EnvironmentSettings & Values, name: string) => Deployment
}

/** Checks the types of a project's configuration; gives it back as it is. */
export function defineConfig<Values extends object>(
  config: ProjectConfig<Values>,
): ProjectConfig<Values> {
  return config
}

/** One environment's deployment. */
export interface SpcsConfig extends Deployment {
  readonly environment: { readonly name: string } & Required<Pick<EnvironmentSettings, 'protect'>> &
    Pick<EnvironmentSettings, 'connection'>
}

/** What is deployed, and as whom. */
export interface Deployment {
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
  /** What somebody else makes, and this deployment uses; it is neither made nor dropped. */
  readonly existing?: ExistingObjects
  /** Where images are pushed to. */
  readonly imageRepository: string
  /** The image with Node that apps are put on for a real account (docker.io/library/node:24-bookworm-slim). */
  readonly baseImage?: string
  readonly workloads: readonly Workload[]
}

/** Names by kind, as {@link DesiredState} has them. */
export interface ExistingObjects {
  readonly roles?: readonly string[]
  readonly users?: readonly string[]
  readonly databases?: readonly string[]
  readonly warehouses?: readonly string[]
  readonly stages?: readonly string[]
  readonly networkRules?: readonly string[]
  readonly externalAccessIntegrations?: readonly string[]
  readonly computePools?: readonly string[]
  readonly imageRepositories?: readonly string[]
}

/** An app that becomes a service. Of the service's properties, those that are given are kept as given. */
export interface Workload extends ServiceProperties {
  /** Names image and container. */
  readonly name: string
  /**
   * The app's main file, from the folder of `spcs.config.ts`. Without one nothing is built: the specification names an
   * image that is in a repository already.
   */
  readonly entryPoint?: string
  /** What else the image has; nothing where one bundled file is all. */
  readonly build?: WorkloadBuild
  readonly port: number
  /** The specification, a template with the variable `image`, from the folder of `spcs.config.ts`. */
  readonly spec: string
  /** The stage, or a folder of one, that keeps the specifications which the service is created from. */
  readonly specOnStage: string
  /** Built by Docker from this file, where the deploy is told to; from the folder of `spcs.config.ts`. */
  readonly dockerfile?: string
  /** The image with Node that the app is put on for a real account, in place of the deployment's. */
  readonly baseImage?: string
  readonly service: string
  readonly computePool: string
  readonly functions: readonly WorkloadFunction[]
  /** Who may use the endpoints: roles of the specification, each to a role of the account. */
  readonly serviceRoles?: readonly { readonly name: string; readonly toRole: string }[]
  /** Users who must be able to open the public endpoints: checked after each deploy. */
  readonly users?: readonly string[]
}

/** A workload whose image is built here. */
export interface BuiltWorkload extends Workload {
  readonly entryPoint: string
}

export function isBuilt(workload: Workload): workload is BuiltWorkload {
  return workload.entryPoint !== undefined
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

/**
 * What `spcs.config.ts` says of the environment that the user means: `--env NAME`, else `SPCS_ENV`, else its default.
 *
 * @throws {CliError} `ENVIRONMENT_UNKNOWN` naming those that there are, `CONFIG_INVALID` with every problem.
 */
export async function loadConfig(
  invocation: Pick<Invocation, 'options'>,
  variables: NodeJS.ProcessEnv = process.env,
): Promise<SpcsConfig> {
  return describeEnvironment(await loadEnvironment(invocation, variables), PROJECT)
}

/** The environment alone, with nothing described or checked yet; throws as {@link loadConfig} does. */
export async function loadEnvironment(
  { options }: Pick<Invocation, 'options'>,
  variables: NodeJS.ProcessEnv = process.env,
): Promise<ProjectEnvironment> {
  const { env } = options
  const wanted = typeof env === 'string' ? env : variables['SPCS_ENV'] || undefined
  return findEnvironment(await importProject(), wanted)
}

async function importProject(): Promise<unknown> {
  try {
    const module: { default?: unknown } = await import(new URL('spcs.config.ts', PROJECT).href)
    return module.default
  } catch (cause) {
    throw new CliError('CONFIG_INVALID', 'Cannot load spcs.config.ts: it does not run', {
      hint: 'Correct it as the next line says',
      cause,
    })
  }
}
