import { type ContainerRequest, ContainerStartError, type Mount } from '../runner.ts'
import type { LoadedImage } from './engine-images.ts'
import type { Labels } from './left-overs.ts'

/** How containers find the account: a name of theirs for this machine, and a port there. */
export const ACCOUNT_HOST = 'host.docker.internal'

export interface ContainerPlace {
  /** The container whose network this one shares. */
  readonly holder: string
  /** Where the account listens for its containers, on `ACCOUNT_HOST`. */
  readonly accountPort: number
  /** CPUs that the engine has. */
  readonly cpus: number
  /** The engine's name of a mount's volume, where it is one of the engine's. */
  readonly volumeOf: (mount: Mount) => string | undefined
  readonly labels: Labels
}

/** Logs are the account's; the engine keeps a little for `docker logs`. */
const LOG = { Type: 'local', Config: { 'max-size': '2m', 'max-file': '1', compress: 'false' } }

/**
 * What the engine is asked to create for a container.
 *
 * @throws {ContainerStartError} when neither image nor specification says what to run.
 * @see https://docs.docker.com/reference/api/engine/ (ContainerCreate)
 */
export function createContainer(
  request: ContainerRequest,
  image: LoadedImage,
  { holder, accountPort, cpus, labels, volumeOf }: ContainerPlace,
): object {
  const [entrypoint, ...rest] = commandLine(request, image)
  const { cpu, memoryBytes } = request.limits
  const env = {
    ...request.env,
    SNOWFLAKE_HOST: ACCOUNT_HOST,
    SNOWFLAKE_PORT: String(accountPort),
  }
  return {
    Image: image.reference,
    Entrypoint: [entrypoint],
    Cmd: rest,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    // Snowflake asks by its own probes.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: `container:${holder}`,
      Mounts: request.mounts.map((mount) => engineMount(mount, volumeOf(mount))),
      Privileged: false,
      SecurityOpt: ['no-new-privileges'],
      // A limit above the node is the node's capacity, as in Snowflake.
      ...(cpu !== undefined && { NanoCpus: Math.round(Math.min(cpu, cpus) * 1e9) }),
      ...(memoryBytes !== undefined && { Memory: memoryBytes, MemorySwap: memoryBytes }),
      LogConfig: LOG,
    },
  }
}

export interface InstancePlace {
  readonly image: string
  readonly network: string
  /** What `ACCOUNT_HOST` means: an address, or the engine's own word for this machine. */
  readonly accountAddress: string
  readonly labels: Labels
}

/**
 * What the engine is asked to create for an instance: the container that holds its network, with the instance's names
 * in it and its ports on this machine.
 */
export function createHolder(
  { ports, hostNames }: Pick<ContainerRequest, 'ports' | 'hostNames'>,
  { image, network, accountAddress, labels }: InstancePlace,
): object {
  const names = ports.map((port) => `${port}/tcp`)
  // Any free port, and for this machine alone.
  const binding = [{ HostIp: '127.0.0.1', HostPort: '' }]
  return {
    Image: image,
    Labels: labels,
    ExposedPorts: Object.fromEntries(names.map((name) => [name, {}])),
    HostConfig: {
      NetworkMode: network,
      PortBindings: Object.fromEntries(names.map((name) => [name, binding])),
      ExtraHosts: [`${ACCOUNT_HOST}:${accountAddress}`],
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'none' },
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: hostNames } } },
  }
}

/** `command` takes the place of Entrypoint and Cmd, `args` that of Cmd. */
function commandLine({ command, args }: ContainerRequest, { config }: LoadedImage): string[] {
  const entrypoint = command ?? config.Entrypoint ?? []
  const line = [...entrypoint, ...(args ?? (command === undefined ? (config.Cmd ?? []) : []))]
  if (line.length > 0) return line
  throw new ContainerStartError('command', 'Cannot start container: its image has no command')
}

function engineMount(
  { path, directory, readOnly, stageVolume }: Mount,
  volume: string | undefined,
): object {
  if (volume !== undefined) {
    // What the image has at that path is hidden, as by every volume.
    return { Type: 'volume', Source: volume, Target: path, VolumeOptions: { NoCopy: true } }
  }
  // DIFFERS: a stage volume is an ordinary folder here, which can do more than Snowflake's.
  return {
    Type: 'bind',
    Source: directory,
    Target: path,
    ReadOnly: readOnly === true || stageVolume?.readOnly === true,
  }
}
