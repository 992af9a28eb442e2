import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DeployError } from '../errors.ts'
import { bundleApp, type BundleOptions } from './bundle.ts'
import { foreignBuilds } from './foreign-builds.ts'
import { type BaseImage, composeImage, type Image } from './image.ts'
import { type Layer, type LayerFile, packLayer } from './layer.ts'
import { packSources } from './layer-cache.ts'
import { filesBelow, packageFiles } from './package-files.ts'
import { packagePlatform, type Platform } from './platform.ts'

/** A file or folder that an image has as it is. */
export interface Asset {
  /** Absolute path on this machine: `…/apps/notebook/dist/web`. */
  readonly from: string
  /** Its place beside the main program: `web`. */
  readonly to: string
}

export interface BuildImageOptions {
  /** Absolute path of the app's main file: `…/apps/convert-api/src/main.ts`. */
  readonly entryPoint: string
  /** Further programs, by their place beside the main one: `{ 'kernel/main': '…/src/kernel/main.ts' }`. */
  readonly entryPoints?: BundleOptions['entryPoints']
  /** By folder of programs: globals that their code keeps, whoever changes them. */
  readonly ownGlobals?: BundleOptions['ownGlobals']
  /** Packages that are not bundled but copied, with all that they depend on: those with native parts. */
  readonly external?: readonly string[] | undefined
  readonly assets?: readonly Asset[] | undefined
  /** The image's name in its repository: `convert-api`. */
  readonly name: string
  /** Default `linux/amd64`. Native parts of packages that are not installed for it are fetched into the cache. */
  readonly platform?: Platform | undefined
  /** The oldest major version of Node that must run it; default 20. */
  readonly node?: number | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  /** TCP ports that the app listens on. */
  readonly exposedPorts?: readonly number[] | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** The image with Node below the app; without one only the local account runs the image. */
  readonly base?: BaseImage | undefined
  /** Where native parts for other platforms are, and the layer of copied packages is kept for the next build: `node_modules/.cache/spcs`. */
  readonly cacheDirectory?: string | undefined
}

/**
 * Builds an OCI image of a Node app without Docker: a layer with the packages that are copied, where there are any, and
 * one with the bundled app. The same sources give the same digest.
 *
 * @throws {DeployError} `BUNDLE_FAILED`, `PACKAGE_MISSING` or `ASSET_MISSING`.
 */
export async function buildImage(options: BuildImageOptions): Promise<Image> {
  const { name, platform = 'linux/amd64', base } = options
  const layers = await Promise.all([packPackages(options, platform), packApp(options)])
  return composeImage({
    name,
    platform,
    base,
    layers: layers.flat(),
    settings: {
      cmd: ['node', '--enable-source-maps', '/app/main.js'],
      workingDir: '/app',
      user: 'node',
      env: { NODE_ENV: 'production', ...options.env },
      exposedPorts: options.exposedPorts ?? [],
      labels: { 'org.opencontainers.image.title': name, ...options.labels },
    },
  })
}

/** Below the app, because packages change seldom: what a registry has is not sent again. */
async function packPackages(options: BuildImageOptions, platform: Platform): Promise<Layer[]> {
  const { entryPoint, external = [], cacheDirectory } = options
  if (external.length === 0) return []
  const wanted = packagePlatform(platform)
  const findBuilds =
    cacheDirectory === undefined ? undefined : foreignBuilds(cacheDirectory, wanted)
  const files = await packageFiles(external, dirname(entryPoint), wanted, findBuilds)
  return [await packSources(files, { directory: cacheDirectory })]
}

async function packApp(options: BuildImageOptions): Promise<Layer> {
  const { entryPoint, entryPoints, ownGlobals, external, node = 20, assets = [] } = options
  const [bundle, ...copies] = await Promise.all([
    bundleApp({ entryPoint, entryPoints, ownGlobals, external, node }),
    ...assets.map(readAsset),
  ])
  return packLayer([...bundle, ...copies.flat()])
}

async function readAsset({ from, to }: Asset): Promise<LayerFile[]> {
  try {
    const files = await filesBelow(from, `app/${to}`)
    const contents = files.map(async ({ path, source, executable }) => {
      return { path, executable, content: await readFile(source) }
    })
    return await Promise.all(contents)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new DeployError(
      'ASSET_MISSING',
      `Cannot copy "${from}" into the image: it is not there`,
      {
        hint: "Build the app's assets first",
        cause,
      },
    )
  }
}
