import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Mount } from '../runner.ts'
import { ContainerStartError } from '../runner.ts'
import type { ImageConfig } from './image-files.ts'

/** What a container is started with, in the words of its image and its specification. */
export interface CommandLineOptions {
  readonly config: ImageConfig
  /** Takes the place of the image's Entrypoint, and of its Cmd. */
  readonly command: readonly string[] | undefined
  /** Takes the place of the image's Cmd. */
  readonly args: readonly string[] | undefined
  /** The folder that the image's `/` is. */
  readonly root: string
  readonly mounts: readonly Mount[]
  /** The Node of this machine that runs the container's code. */
  readonly node: string
}

/** The same in the words of this machine. */
export interface CommandLine {
  readonly file: string
  readonly args: readonly string[]
  readonly workingDirectory: string
  /** The image's own variables. */
  readonly env: Readonly<Record<string, string>>
}

/** Shells are this machine's: an image's own may be for another system. */
const SHELLS = new Set(['/bin/sh', '/bin/bash', '/usr/bin/bash', '/usr/bin/env'])

/**
 * Maps a container's command line to this machine: `node` becomes a Node of it, paths of the image become paths under
 * the unpacked root, and what only makes sense as a container's first process falls away.
 *
 * @throws {ContainerStartError} when neither image nor specification says what to run.
 */
export function mapCommandLine(options: CommandLineOptions): CommandLine {
  const { config, command, args, root, node } = options
  const entrypoint = command ?? config.Entrypoint ?? []
  const given = args ?? (command === undefined ? (config.Cmd ?? []) : [])
  const [file, ...rest] = withoutInit([...entrypoint, ...given])
  if (file === undefined) {
    throw new ContainerStartError('command', 'Cannot start container: its image has no command')
  }
  const toHere = (text: string): string => mapPath(text, options)
  const env = (config.Env ?? []).map((variable): [string, string] => {
    const [name = '', ...value] = variable.split('=')
    return [name, mapValue(value.join('='), options)]
  })
  return {
    file: basename(file) === 'node' ? node : SHELLS.has(file) ? file : toHere(file),
    args: rest.map((text) => mapArgument(text, options)),
    workingDirectory: workingDirectory(config.WorkingDir, root, toHere),
    env: Object.fromEntries(env),
  }
}

/** The value of a variable: a path, or several with colons between them. */
export function mapValue(value: string, at: Pick<CommandLineOptions, 'root' | 'mounts'>): string {
  return value
    .split(':')
    .map((part) => mapPath(part, at))
    .join(':')
}

/** `tini --` reaps processes that have no parent, and the node image's script only finds `node`. */
function withoutInit(argv: readonly string[]): readonly string[] {
  const [file = '', ...rest] = argv
  const name = basename(file)
  if (name === 'docker-entrypoint.sh') return withoutInit(rest)
  if (name !== 'tini' && name !== 'dumb-init') return argv
  const options = rest.findIndex((word) => !word.startsWith('-'))
  return withoutInit(options === -1 ? [] : rest.slice(options))
}

/** `/app/main.js`, or the value in `--import=/app/hook.js`. */
function mapArgument(text: string, at: Pick<CommandLineOptions, 'root' | 'mounts'>): string {
  const [, option = '', value = ''] = /^(--[\w-]+=)(\/.*)$/s.exec(text) ?? []
  return option === '' ? mapPath(text, at) : option + mapPath(value, at)
}

/** A path of a mount, or one that the image has; any other text is left as it is. */
function mapPath(
  text: string,
  { root, mounts }: Pick<CommandLineOptions, 'root' | 'mounts'>,
): string {
  if (!text.startsWith('/') || text === '/') return text
  const mount = mounts.find(({ path }) => text === path || text.startsWith(`${path}/`))
  if (mount !== undefined) return mount.directory + text.slice(mount.path.length)
  const here = join(root, text)
  return existsSync(here) ? here : text
}

function workingDirectory(
  given: string | undefined,
  root: string,
  toHere: (text: string) => string,
): string {
  if (given === undefined || given === '' || given === '/') return root
  const mapped = toHere(given)
  return mapped === given ? root : mapped
}
