import { bundleApp } from './bundle.ts'
import { type BaseImage, composeImage, type Image, type Platform } from './image.ts'
import { packLayer } from './layer.ts'

export interface BuildImageOptions {
  /** Absolute path of the app's main file: `…/apps/convert-api/src/main.ts`. */
  readonly entryPoint: string
  /** The image's name in its repository: `convert-api`. */
  readonly name: string
  /** Default `linux/amd64`. */
  readonly platform?: Platform | undefined
  /** The oldest major version of Node that must run it; default 20. */
  readonly node?: number | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  /** TCP ports that the app listens on. */
  readonly exposedPorts?: readonly number[] | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** The image with Node below the app; without one only the local account runs the image. */
  readonly base?: BaseImage | undefined
}

/**
 * Builds an OCI image of a Node app without Docker: one layer with the bundled app. The same sources give the same
 * digest.
 *
 * @throws {DeployError} `BUNDLE_FAILED` when the app does not bundle.
 */
export async function buildImage(options: BuildImageOptions): Promise<Image> {
  const { entryPoint, name, platform = 'linux/amd64', node = 20, base } = options
  const layer = await packLayer(await bundleApp({ entryPoint, node }))
  return composeImage({
    name,
    platform,
    base,
    layers: [layer],
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
