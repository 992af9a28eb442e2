import { composeImage, machinePlatform, packLayer, type Platform, pushImage } from '@spcs/deploy'
import type { Session } from '@spcs/session'

export interface PushProgramOptions {
  readonly name: string
  /** Text of `main.js`. */
  readonly program: string
  /** In place of `node /app/main.js`. */
  readonly cmd?: readonly string[] | undefined
  readonly platform?: Platform | undefined
  /** A tag beside that of its digest. */
  readonly tag?: string | undefined
}

/** Pushes a program of one file as an image; gives its place for a specification. */
export async function pushProgram(
  session: Session,
  repositoryUrl: string,
  options: PushProgramOptions,
): Promise<string> {
  const {
    name,
    program,
    cmd = ['node', '/app/main.js'],
    platform = machinePlatform(),
    tag,
  } = options
  const image = composeImage({
    name,
    platform,
    layers: [await packLayer([{ path: 'app/main.js', content: program }])],
    settings: { cmd, workingDir: '/app', user: 'node', env: {}, exposedPorts: [], labels: {} },
  })
  const credentials = session.registryCredentials(repositoryUrl)
  return (await pushImage(image, { repositoryUrl, credentials, tag })).reference
}
