import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { DeployError } from '../errors.ts'
import { DockerFailure, requireDocker, startDocker } from './docker-command.ts'
import { loadDockerImage } from './docker-image.ts'
import { BuildProgress } from './docker-progress.ts'
import type { Image } from './image.ts'

export interface BuildDockerImageOptions {
  /** Absolute path: `…/docker/convert-api.Dockerfile`. */
  readonly dockerfile: string
  /** The folder whose files the Dockerfile may copy. */
  readonly context: string
  /** The image's name in its repository: `convert-api`. In the engine it has the tag `dev`. */
  readonly name: string
  readonly platform: 'linux/amd64' | 'linux/arm64'
  /** For `ARG` in the Dockerfile; no secrets: they stay in the image. */
  readonly buildArgs?: Readonly<Record<string, string>> | undefined
  /** Where layers are kept, so that each is compressed once: `node_modules/.cache/spcs`. */
  readonly cacheDirectory: string
  /** Told what the build does just now, at most once a second. */
  readonly onProgress?: ((detail: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Builds an image by Docker, and takes it out of the engine, so that it is pushed like every other.
 *
 * @throws {DeployError} `DOCKER_MISSING` or `DOCKER_BUILD_FAILED`.
 */
export async function buildDockerImage(options: BuildDockerImageOptions): Promise<Image> {
  const { name, cacheDirectory, onProgress, signal } = options
  await requireDocker(signal)
  await mkdir(cacheDirectory, { recursive: true })
  const idFile = join(cacheDirectory, `image-id-${randomUUID()}`)
  const progress = new BuildProgress(onProgress)
  try {
    const { stdout, ended } = startDocker(buildWords(options, idFile), {
      onErrorLine: (line) => progress.read(line),
      signal,
    })
    await Promise.all([text(stdout), ended])
    const id = await readFile(idFile, 'utf8')
    progress.say('load the image')
    return await loadDockerImage(id, { name, cacheDirectory, signal })
  } catch (cause) {
    signal?.throwIfAborted()
    throw cause instanceof DockerFailure ? failed(options, cause) : cause
  } finally {
    progress.stop()
    await rm(idFile, { force: true })
  }
}

function buildWords(options: BuildDockerImageOptions, idFile: string): string[] {
  const { dockerfile, context, name, platform, buildArgs = {} } = options
  const given = Object.entries(buildArgs).map(([arg, value]) => ['--build-arg', `${arg}=${value}`])
  // One manifest for one platform: registries have had trouble with what says how it was built.
  const kind = ['--platform', platform, '--provenance=false', '--load']
  const files = ['--file', dockerfile, '--tag', `${name}:dev`, '--iidfile', idFile]
  return ['buildx', 'build', '--progress=plain', ...kind, ...files, ...given.flat(), context]
}

function failed({ name, dockerfile }: BuildDockerImageOptions, cause: DockerFailure): DeployError {
  return new DeployError(
    'DOCKER_BUILD_FAILED',
    `Cannot build image "${name}" by Docker:\n${cause.lines.join('\n')}`,
    { hint: `Run \`docker buildx build --file ${dockerfile} .\` to see all of it`, cause },
  )
}
