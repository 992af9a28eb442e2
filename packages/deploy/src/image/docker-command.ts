import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { DeployError } from '../errors.ts'

/** A `docker` command under way. */
export interface DockerCommand {
  readonly stdout: Readable
  /** Ends with the command. @throws {DockerFailure} unless it ended well. */
  readonly ended: Promise<void>
}

export interface DockerCommandOptions {
  readonly onErrorLine?: ((line: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** `docker` ended with another code than 0. */
export class DockerFailure extends Error {
  /** The last lines that it wrote to stderr, which say why. */
  readonly lines: readonly string[]

  constructor(command: string, code: number | null, lines: readonly string[]) {
    super(`docker ${command} ended with ${code}`)
    this.name = 'DockerFailure'
    this.lines = lines
  }
}

/** Starts a `docker` command; the caller reads what it prints. */
export function startDocker(
  words: readonly string[],
  { onErrorLine, signal }: DockerCommandOptions = {},
): DockerCommand {
  const child = spawn('docker', words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal !== undefined && { signal }),
  })
  const last: string[] = []
  const errorLines = createInterface(child.stderr)
  errorLines.on('line', (line) => {
    last.push(line)
    if (last.length > MOST_LINES) last.shift()
    onErrorLine?.(line)
  })
  const ended = async (): Promise<void> => {
    const [[code]] = (await Promise.all([once(child, 'close'), once(errorLines, 'close')])) as [
      [number | null],
      unknown,
    ]
    if (code !== 0) throw new DockerFailure(words[0] ?? '', code, last)
  }
  return { stdout: child.stdout, ended: ended() }
}

/** What a `docker` command prints. */
export async function readDocker(words: readonly string[], signal?: AbortSignal): Promise<string> {
  const { stdout, ended } = startDocker(words, { signal })
  const [printed] = await Promise.all([text(stdout), ended])
  return printed.trim()
}

/** @throws {DeployError} `DOCKER_MISSING` unless an engine answers and the command line has BuildKit. */
export async function requireDocker(signal?: AbortSignal): Promise<void> {
  const [words, what] = ENGINE
  await answers(words, what, 'Start Docker, or build without it: leave out --docker', signal)
  const [buildx, plugin] = BUILDX
  await answers(buildx, plugin, 'Install the package docker-buildx-plugin', signal)
}

async function answers(
  words: readonly string[],
  what: string,
  hint: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await readDocker(words, signal)
  } catch (cause) {
    signal?.throwIfAborted()
    const isFailure = cause instanceof DockerFailure
    const why = isFailure ? (cause.lines.at(-1) ?? '') : 'there is no command `docker`'
    throw new DeployError('DOCKER_MISSING', `Cannot build with Docker: ${what}: ${why}`, {
      hint,
      cause,
    })
  }
}

const ENGINE = [['version', '--format', '{{.Server.Version}}'], 'no engine answers'] as const
const BUILDX = [['buildx', 'version'], 'it has no buildx'] as const
const MOST_LINES = 20
