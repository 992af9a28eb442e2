import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  type Asset,
  type BaseImage,
  buildDockerImage,
  buildImage,
  type Image,
  machinePlatform,
  nodePlatform,
  pullBase,
} from '@spcs/deploy'
import type { RegistryCredentials } from '@spcs/sql'
import { type BuiltWorkload, CACHE_DIRECTORY, PROJECT } from './config.ts'
import { CliError } from './errors.ts'
import { prepareAssets } from './prepare-assets.ts'
import type { Invocation, VerbOptions } from './verb.ts'

/** How images are built. */
export type Builder =
  | { readonly kind: 'docker' }
  /** @param base The image with Node below the app; without one, only the local account's processes run it. */
  | { readonly kind: 'bundle'; readonly base: string | undefined }

/** For every verb that builds images. */
export const buildOptions: VerbOptions = {
  docker: { type: 'boolean', help: "build by Docker, from each workload's Dockerfile" },
  base: {
    type: 'string',
    value: 'IMAGE',
    help: 'put each app on this image with Node (for a real account that of spcs.config.ts)',
  },
}

/** Where the image of a workload is to run. */
export interface BuildTarget {
  /** Of the registry that it goes to, where there is one yet; a base may lie there too. */
  readonly credentials: RegistryCredentials | undefined
  readonly isLocal: boolean
  readonly instanceFamily: string | undefined
}

type Step = Pick<Invocation, 'progress' | 'signal'>

/** Builds the image of a workload, by Docker or without. */
export async function buildWorkload(
  workload: BuiltWorkload,
  builder: Builder,
  target: BuildTarget,
  step: Step,
): Promise<Image> {
  const { credentials, isLocal, instanceFamily } = target
  const platform = nodePlatform(instanceFamily)
  if (builder.kind === 'docker') return buildByDocker(workload, platform, step)
  const { base: name } = builder
  if (name === undefined) return bundleWorkload(workload, undefined, step)
  const pull = { credentials, isLocal, platform }
  return bundleWorkload(workload, await findBase(name, pull, step), step)
}

/** Without Docker: the app and its packages as layers, on a base where there is one. */
export async function bundleWorkload(
  { name, entryPoint, port, build = {} }: BuiltWorkload,
  base: BaseImage | undefined,
  { progress }: Pick<Step, 'progress'>,
): Promise<Image> {
  const { prepare = [], entryPoints = {}, ownGlobals = {}, external = [], assets = [] } = build
  const version = await readVersion()
  const prepared =
    prepare.length === 0
      ? []
      : await progress.step(`Build assets of ${name}`, () =>
          Promise.all(
            prepare.map(async (script): Promise<Asset> => ({
              from: await prepareAssets(name, script),
              to: script.to,
            })),
          ),
        )
  return progress.step(`Build image ${name}`, () =>
    buildImage({
      name,
      entryPoint: inProject(entryPoint),
      entryPoints: Object.fromEntries(
        Object.entries(entryPoints).map(([place, path]) => [place, inProject(path)]),
      ),
      ownGlobals,
      external,
      assets: [...prepared, ...assets.map(({ from, to }) => ({ from: inProject(from), to }))],
      exposedPorts: [port],
      labels: { 'org.opencontainers.image.version': version },
      base,
      // An image without a base runs on this machine alone, and so must the native parts in it.
      platform: base === undefined && external.length > 0 ? machinePlatform() : base?.platform,
      cacheDirectory: inProject(CACHE_DIRECTORY),
    }),
  )
}

function findBase(
  name: string,
  pull: Pick<BuildTarget, 'credentials' | 'isLocal'> & {
    readonly platform: 'linux/amd64' | 'linux/arm64'
  },
  { progress, signal }: Step,
): Promise<BaseImage> {
  return progress.step(`Find base image ${name}`, () =>
    pullBase(name, { ...pull, cacheDirectory: inProject(CACHE_DIRECTORY), signal }),
  )
}

async function buildByDocker(
  { name, dockerfile }: BuiltWorkload,
  platform: 'linux/amd64' | 'linux/arm64',
  { progress, signal }: Step,
): Promise<Image> {
  if (dockerfile === undefined) {
    throw new CliError('CONFIG_INVALID', `Cannot build ${name} by Docker: it has no dockerfile`, {
      hint: 'Name one in spcs.config.ts, or leave out --docker',
    })
  }
  const buildArgs = await describeSources()
  return progress.step(`Build image ${name} by Docker`, (detail) =>
    buildDockerImage({
      name,
      dockerfile: inProject(dockerfile),
      context: fileURLToPath(PROJECT),
      platform,
      buildArgs,
      cacheDirectory: inProject(CACHE_DIRECTORY),
      onProgress: detail,
      signal,
    }),
  )
}

/** What an image says of where it comes from; its times are the commit's, so that it is the same whenever it is built. */
async function describeSources(): Promise<Record<string, string>> {
  // The commit, with `-dirty` where files differ from it.
  const words = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*']
  const [revision, time] = await Promise.all([
    maybeGit(...words),
    maybeGit('log', '-1', '--format=%ct'),
  ])
  return { VERSION: await readVersion(), REVISION: revision ?? '', SOURCE_DATE_EPOCH: time ?? '0' }
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL('package.json', PROJECT), 'utf8')
  const { version = '' } = JSON.parse(text) as { version?: string }
  return version
}

/** What git says; nothing outside of a repository, or without git. */
async function maybeGit(...words: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', words, { cwd: fileURLToPath(PROJECT) })
    return stdout.trim()
  } catch {
    return undefined
  }
}

function inProject(path: string): string {
  return fileURLToPath(new URL(path, PROJECT))
}
