import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { EmulatorError } from '../../errors.ts'

/** Where a container engine answers. */
export type EngineAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number }

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The engine that the `docker` command would use: DOCKER_HOST, then the chosen context, then the usual sockets.
 *
 * @throws {EmulatorError} `ENGINE_UNREACHABLE` for an address that is neither `unix://` nor `tcp://`.
 */
export function engineAddress(environment: Environment, home: string = homedir()): EngineAddress {
  const given = environment['DOCKER_HOST'] || maybeContextHost(environment, home)
  if (given !== undefined) return parseEngineAddress(given)
  const sockets = ['/var/run/docker.sock', join(home, '.docker/run/docker.sock')]
  const [first = ''] = sockets
  return { socketPath: sockets.find((path) => existsSync(path)) ?? first }
}

export function parseEngineAddress(text: string): EngineAddress {
  const [, scheme, rest = ''] = /^(unix|tcp):\/\/(.+)$/.exec(text) ?? []
  if (scheme === 'unix') return { socketPath: rest }
  if (scheme === 'tcp' && URL.canParse(`http://${rest}`)) {
    const { hostname, port } = new URL(`http://${rest}`)
    return { host: hostname, port: Number(port || '2375') }
  }
  throw new EmulatorError(
    'ENGINE_UNREACHABLE',
    `Cannot use the container engine at "${text}": it is neither unix:// nor tcp://`,
    { hint: 'Set DOCKER_HOST to unix:///path/of/docker.sock, or to tcp://127.0.0.1:2375' },
  )
}

/** `unix:///var/run/docker.sock`, as DOCKER_HOST has it. */
export function printEngineAddress(address: EngineAddress): string {
  return 'socketPath' in address
    ? `unix://${address.socketPath}`
    : `tcp://${address.host}:${address.port}`
}

/** What `docker context use` chose; undefined for the default context. */
function maybeContextHost(environment: Environment, home: string): string | undefined {
  const directory = environment['DOCKER_CONFIG'] || join(home, '.docker')
  const config = maybeReadJson(join(directory, 'config.json')) as { currentContext?: string }
  const name = environment['DOCKER_CONTEXT'] || config?.currentContext
  if (name === undefined || name === 'default') return undefined
  const id = createHash('sha256').update(name).digest('hex')
  const meta = maybeReadJson(join(directory, 'contexts/meta', id, 'meta.json')) as {
    Endpoints?: { docker?: { Host?: string } }
  }
  return meta?.Endpoints?.docker?.Host
}

function maybeReadJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined // the docker command goes on with its defaults, too
  }
}
