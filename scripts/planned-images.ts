import { DeployError, imageReference, type PushedImage, repositoryUrl } from '@spcs/deploy'
import type { Session } from '@spcs/session'
import { parseName } from '@spcs/sql'
import { isBuilt, type SpcsConfig } from './config.ts'
import { buildImages, type BuiltImages, type PushedImages } from './images.ts'
import type { Invocation } from './verb.ts'

/** The images of a plan. */
export interface PlannedImages {
  /** Where they will be: known before the push, so that a plan can say whether they move. */
  readonly images: PushedImages
  /** The images themselves, for the deploy to push; absent while there is no repository to push them to. */
  readonly built?: BuiltImages
}

/**
 * Builds the images of a plan; nothing is pushed. Those that are not built, for want of a repository, say so by their tag.
 *
 * @param session Absent where there can be no repository yet.
 */
export async function planImages(
  session: Session | undefined,
  config: SpcsConfig,
  invocation: Pick<Invocation, 'progress' | 'signal' | 'options'>,
): Promise<PlannedImages> {
  const url = session === undefined ? undefined : await maybeRepositoryUrl(session, config)
  if (session === undefined || url === undefined) return { images: unbuilt(config) }
  const built = await buildImages(session, config, url, invocation)
  const images = [...built].map(([{ name }, image]): [string, PushedImage] => [
    name,
    { reference: imageReference(image, url), digest: image.digest, sentBytes: 0 },
  ])
  return { images: new Map(images), built }
}

async function maybeRepositoryUrl(
  session: Session,
  { imageRepository }: SpcsConfig,
): Promise<string | undefined> {
  try {
    return await repositoryUrl(session, imageRepository)
  } catch (error) {
    if (error instanceof DeployError && error.code === 'REPOSITORY_MISSING') return undefined
    throw error
  }
}

function unbuilt({ imageRepository, workloads }: SpcsConfig): PushedImages {
  const repository = parseName(imageRepository).join('/').toLowerCase()
  const images = workloads.filter(isBuilt).map(({ name }): [string, PushedImage] => {
    const reference = `/${repository}/${name}:not-built-yet`
    return [name, { reference, digest: '', sentBytes: 0 }]
  })
  return new Map(images)
}
