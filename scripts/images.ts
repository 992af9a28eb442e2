import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { resolve } from 'node:path'
import {
  type Image,
  maybeRepositoryUrl,
  type PushedImage,
  pushImage,
  repositoryUrl,
} from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, openProject } from './account.ts'
import { type Builder, buildOptions, buildWorkload, bundleWorkload } from './build-workload.ts'
import {
  type BuiltWorkload,
  isBuilt,
  loadConfig,
  type SpcsConfig,
  type Workload,
} from './config.ts'
import { CliError } from './errors.ts'
import { printBytes, printMegabytes } from './progress.ts'
import type { Invocation, Verb } from './verb.ts'

/** The tag that moves to the newest image. */
const MOVING_TAG = 'dev'

export const images: Verb = {
  name: 'images',
  summary: 'Builds the image of each workload and pushes what the registry has not',
  positionals: '[WORKLOAD...]',
  options: {
    ...connectionOptions,
    ...buildOptions,
    folder: { type: 'string', value: 'DIR', help: 'unpack the images into DIR; push nothing' },
  },
  async run(invocation) {
    const config = namedWorkloads(await loadConfig(invocation), invocation.positionals)
    const { folder } = invocation.options
    if (typeof folder === 'string') {
      for (const workload of config.workloads.filter(isBuilt)) {
        await unpackImage(await bundleWorkload(workload, undefined, invocation), resolve(folder))
      }
      invocation.output.result({ folder: resolve(folder) }, resolve(folder))
      return
    }
    await using session = await openProject(invocation, config)
    const pushed = await pushImages(session, config, invocation)
    invocation.output.result(
      Object.fromEntries(pushed),
      [...pushed].map(([name, image]) => `${name}  ${image.reference}  ${image.digest}`).join('\n'),
    )
  },
}

/** @throws {CliError} `USAGE` for a name that no workload has. */
function namedWorkloads(config: SpcsConfig, names: readonly string[]): SpcsConfig {
  if (names.length === 0) return config
  const workloads = names.map((name) => {
    const workload = config.workloads.find((one) => one.name === name)
    if (workload !== undefined) return workload
    throw new CliError('USAGE', `Cannot build "${name}": no workload has this name`, {
      hint: `Use one of ${config.workloads.map((one) => one.name).join(', ')}`,
    })
  })
  return { ...config, workloads }
}

/** Writes what an image has into a folder, as a container engine would. */
async function unpackImage({ layers }: Image, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const layer of layers) {
    const tar = spawn('tar', ['-xzf', '-', '-C', folder], { stdio: ['pipe', 'ignore', 'inherit'] })
    const ended = once(tar, 'close')
    await pipeline(await layer.open(), tar.stdin)
    const [code] = (await ended) as [number | null]
    if (code !== 0) throw new Error(`tar ended with ${code}`)
  }
}

/** The pushed image of each workload, by its name. */
export type PushedImages = ReadonlyMap<string, PushedImage>

/** What apps are put on for a real account, unless somebody says otherwise. */
const DEFAULT_BASE = 'docker.io/library/node:24-bookworm-slim'

/** The images that are built here, by their workload. */
export type BuiltImages = ReadonlyMap<BuiltWorkload, Image>

/** The image of each workload that is built here; nothing is pushed. */
export async function buildImages(
  session: Session,
  config: SpcsConfig,
  invocation: Step,
): Promise<BuiltImages> {
  const url = await maybeRepositoryUrl(session, config.imageRepository)
  const credentials = url === undefined ? undefined : session.registryCredentials(url)
  const built = new Map<BuiltWorkload, Image>()
  for (const workload of config.workloads.filter(isBuilt)) {
    // Only the local account's processes run an app that has no Node below it.
    const base = workload.baseImage ?? config.baseImage ?? DEFAULT_BASE
    const usual = session.isLocal ? undefined : base
    const builder = readBuilder(invocation.options, usual)
    const { isLocal } = session
    const target = { credentials, isLocal, instanceFamily: familyOf(workload, config) }
    built.set(workload, await buildWorkload(workload, builder, target, invocation))
  }
  return built
}

/** Pushes what the registry has not; images that are built already need not be built again. */
export async function pushImages(
  session: Session,
  config: SpcsConfig,
  invocation: Step,
  built?: BuiltImages,
): Promise<PushedImages> {
  const toPush = built ?? (await buildImages(session, config, invocation))
  const url = await repositoryUrl(session, config.imageRepository)
  const pushed = new Map<string, PushedImage>()
  for (const [workload, image] of toPush) {
    const target = { url, instanceFamily: familyOf(workload, config) }
    pushed.set(workload.name, await push(image, target, session, invocation))
  }
  return pushed
}

type Step = Pick<Invocation, 'progress' | 'signal'> & Partial<Pick<Invocation, 'options'>>

/** @throws {CliError} `USAGE` for two ways at a time. */
function readBuilder(options: Invocation['options'] = {}, usual: string | undefined): Builder {
  const { docker, base } = options
  if (docker !== true) return { kind: 'bundle', base: typeof base === 'string' ? base : usual }
  if (base === undefined) return { kind: 'docker' }
  throw new CliError('USAGE', 'Cannot build with --docker and --base: a Dockerfile names its own', {
    hint: 'Leave one of them out',
  })
}

function familyOf({ computePool }: Workload, { objects }: SpcsConfig): string | undefined {
  return objects.computePools?.find(({ name }) => name === computePool)?.instanceFamily
}

/** A pipe gets a line each time. */
const TELL_EVERY_MS = 1000

function push(
  image: Image,
  { url, instanceFamily }: { readonly url: string; readonly instanceFamily: string | undefined },
  session: Session,
  { progress, signal }: Step,
): Promise<PushedImage> {
  const started = performance.now()
  let told = started
  return progress.step(`Push image ${image.name} to ${url}`, (detail) =>
    pushImage(image, {
      repositoryUrl: url,
      credentials: session.registryCredentials(url),
      isLocal: session.isLocal,
      instanceFamily,
      tag: MOVING_TAG,
      onProgress: ({ sentBytes, totalBytes, fetchedBytes }) => {
        const now = performance.now()
        if (now - told < TELL_EVERY_MS) return
        told = now
        const fetched = fetchedBytes === 0 ? '' : `${printMegabytes(fetchedBytes)} fetched, `
        detail(fetched + printBytes(sentBytes, totalBytes, now - started))
      },
      signal,
    }),
  )
}
