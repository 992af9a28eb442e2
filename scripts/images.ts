import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Asset,
  buildImage,
  type Image,
  machinePlatform,
  type PushedImage,
  pushImage,
  repositoryUrl,
} from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, openProject } from './account.ts'
import { CACHE_DIRECTORY, loadConfig, PROJECT, type SpcsConfig, type Workload } from './config.ts'
import { CliError } from './errors.ts'
import { prepareAssets } from './prepare-assets.ts'
import type { Invocation, Verb } from './verb.ts'

/** The tag that moves to the newest image. */
const MOVING_TAG = 'dev'

export const images: Verb = {
  name: 'images',
  summary: 'Builds the image of each workload and pushes what the registry has not',
  positionals: '[WORKLOAD...]',
  options: {
    ...connectionOptions,
    folder: { type: 'string', value: 'DIR', help: 'unpack the images into DIR; push nothing' },
  },
  async run(invocation) {
    const config = namedWorkloads(await loadConfig(invocation), invocation.positionals)
    const { folder } = invocation.options
    if (typeof folder === 'string') {
      for (const workload of config.workloads) {
        await unpackImage(await buildWorkload(workload, invocation), resolve(folder))
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
    tar.stdin.end(await layer.read())
    const [code] = (await ended) as [number | null]
    if (code !== 0) throw new Error(`tar ended with ${code}`)
  }
}

/** The pushed image of each workload, by its name. */
export type PushedImages = ReadonlyMap<string, PushedImage>

/** The image of each workload, by its name; nothing is pushed. */
export async function buildImages(
  config: SpcsConfig,
  invocation: Pick<Invocation, 'progress'>,
): Promise<ReadonlyMap<string, Image>> {
  const built = new Map<string, Image>()
  for (const workload of config.workloads) {
    built.set(workload.name, await buildWorkload(workload, invocation))
  }
  return built
}

/** Pushes what the registry has not; images that are built already need not be built again. */
export async function pushImages(
  session: Session,
  config: SpcsConfig,
  invocation: Pick<Invocation, 'progress' | 'signal'>,
  built?: ReadonlyMap<string, Image>,
): Promise<PushedImages> {
  const toPush = built ?? (await buildImages(config, invocation))
  const url = await repositoryUrl(session, config.imageRepository)
  const pushed = new Map<string, PushedImage>()
  for (const [name, image] of toPush) pushed.set(name, await push(image, url, session, invocation))
  return pushed
}

async function buildWorkload(
  { name, entryPoint, port, build = {} }: Workload,
  { progress }: Pick<Invocation, 'progress'>,
): Promise<Image> {
  const { prepare = [], entryPoints = {}, ownGlobals = {}, external = [], assets = [] } = build
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
      // An image without a base runs on this machine alone, and so must the native parts in it.
      platform: external.length === 0 ? undefined : machinePlatform(),
      cacheDirectory: inProject(CACHE_DIRECTORY),
    }),
  )
}

function inProject(path: string): string {
  return fileURLToPath(new URL(path, PROJECT))
}

function push(
  image: Image,
  url: string,
  session: Session,
  { progress, signal }: Pick<Invocation, 'progress' | 'signal'>,
): Promise<PushedImage> {
  return progress.step(`Push image ${image.name} to ${url}`, (detail) =>
    pushImage(image, {
      repositoryUrl: url,
      credentials: session.registryCredentials(url),
      tag: MOVING_TAG,
      onProgress: ({ sentBytes, totalBytes }) => detail(`${sentBytes} of ${totalBytes} bytes`),
      signal,
    }),
  )
}
