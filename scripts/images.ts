import { fileURLToPath } from 'node:url'
import { buildImage, type Image, type PushedImage, pushImage, repositoryUrl } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig, PROJECT, type SpcsConfig, type Workload } from './config.ts'
import type { Invocation, Verb } from './verb.ts'

/** The tag that moves to the newest image. */
const MOVING_TAG = 'dev'

export const images: Verb = {
  name: 'images',
  summary: 'Builds the image of each workload and pushes what the registry has not',
  options: connectionOptions,
  async run(invocation) {
    const config = await loadConfig()
    await using session = await openProject(invocation, config)
    const pushed = await pushImages(session, config, invocation)
    invocation.output.result(
      Object.fromEntries(pushed),
      [...pushed].map(([name, image]) => `${name}  ${image.reference}  ${image.digest}`).join('\n'),
    )
  },
}

/** The pushed image of each workload, by its name. */
export type PushedImages = ReadonlyMap<string, PushedImage>

export async function pushImages(
  session: Session,
  config: SpcsConfig,
  invocation: Pick<Invocation, 'progress' | 'signal'>,
): Promise<PushedImages> {
  const url = await repositoryUrl(session, config.imageRepository)
  const pushed = new Map<string, PushedImage>()
  for (const workload of config.workloads) {
    const image = await buildWorkload(workload, invocation)
    pushed.set(workload.name, await push(image, url, session, invocation))
  }
  return pushed
}

export function buildWorkload(
  { name, entryPoint, port }: Workload,
  { progress }: Pick<Invocation, 'progress'>,
): Promise<Image> {
  return progress.step(`Build image ${name}`, () =>
    buildImage({
      name,
      entryPoint: fileURLToPath(new URL(entryPoint, PROJECT)),
      exposedPorts: [port],
    }),
  )
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
