import { createHash } from 'node:crypto'
import type { OpenAccountDoor } from './docker/account-door.ts'
import { AccountNetwork } from './docker/account-network.ts'
import { createContainer } from './docker/create-container.ts'
import { type Engine, EngineRequestError } from './docker/engine.ts'
import { EngineContainer } from './docker/engine-container.ts'
import { EngineImages, type LoadedImage } from './docker/engine-images.ts'
import { Holders } from './docker/holders.ts'
import { InstanceVolumes } from './docker/instance-volumes.ts'
import { type Labels, ownLabels, removeContainer, removeLeftOvers } from './docker/left-overs.ts'
import { openToContainer } from './docker/open-to-container.ts'
import type { ImageStore } from './image-store.ts'
import {
  type ContainerRequest,
  ContainerStartError,
  type Mount,
  type Runner,
  type RunningContainer,
} from './runner.ts'

export interface DockerRunnerOptions {
  readonly engine: Engine
  readonly images: ImageStore
  /** The account's state directory, by which its containers are known as its own. */
  readonly directory: string
  /** Opens the way from containers to the account, which is told once their network is there. */
  readonly openDoor: OpenAccountDoor
}

/**
 * Runs containers in a Docker engine: the image with all its layers, as its own user, within its limits. The containers
 * of an instance share one network, in which the account's other instances find it by its names.
 */
export class DockerRunner implements Runner {
  readonly #engine: Engine
  readonly #images: EngineImages
  readonly #directory: string
  readonly #labels: Labels
  /** What the names of its containers begin with; another account has another one. */
  readonly #prefix: string
  readonly #openDoor: OpenAccountDoor
  readonly #holders: Holders
  readonly #volumes: InstanceVolumes
  #network: Promise<AccountNetwork> | undefined
  #cpus: Promise<number> | undefined

  constructor({ engine, images, directory, openDoor }: DockerRunnerOptions) {
    this.#engine = engine
    this.#images = new EngineImages(engine, images)
    this.#directory = directory
    this.#labels = ownLabels(directory)
    this.#prefix = `spcs-${createHash('sha256').update(directory).digest('hex').slice(0, 10)}`
    this.#openDoor = openDoor
    const own = { engine, labels: this.#labels, nameOf: (id: string) => this.#nameOf(id) }
    this.#holders = new Holders(own)
    this.#volumes = new InstanceVolumes(own)
  }

  async start(request: ContainerRequest): Promise<RunningContainer> {
    const engine = this.#engine
    const network = await this.#openedNetwork()
    const image = await this.#images.loaded(request.imageDigest)
    const holder = await this.#holders.of(request, network)
    for (const mount of request.mounts) openToContainer(mount)
    await this.#volumes.make(request)
    const { accountPort } = network
    const place = {
      holder: holder.id,
      accountPort,
      cpus: await this.#countCpus(),
      volumeOf: (mount: Mount) => this.#volumes.maybeName(request.instance, mount),
      labels: this.#labels,
    }
    const { Id } = await engine.json<{ Id: string }>('POST', '/containers/create', {
      query: { name: this.#nameOf(request.id) },
      body: createContainer(request, image, place),
    })
    const container = await this.#begin(Id, request, image)
    return {
      exited: container.exited,
      outOfMemory: () => container.isOutOfMemory,
      address: (port) => holder.address(port),
      stop: (graceMs) => container.stop(graceMs),
    }
  }

  async releaseInstance(instance: string): Promise<void> {
    await this.#holders.release(instance)
    await this.#volumes.release(instance)
  }

  endLeftOvers(): Promise<void> {
    return removeLeftOvers(this.#engine, this.#directory)
  }

  /** Ends what is left of the account in the engine. Its images stay, so that the next start is quick. */
  async close(): Promise<void> {
    const network = await this.#network?.catch(() => undefined)
    if (network === undefined) return
    await network.close()
    await this.endLeftOvers()
  }

  async #begin(
    id: string,
    { mounts, log }: ContainerRequest,
    image: LoadedImage,
  ): Promise<EngineContainer> {
    try {
      await this.#volumes.open(id, mounts)
      return await EngineContainer.start(this.#engine, id, log)
    } catch (error) {
      await removeContainer(this.#engine, id)
      if (!(error instanceof EngineRequestError)) throw error
      throw new ContainerStartError('command', whyNotStarted(error, image), error)
    }
  }

  #nameOf(id: string): string {
    return `${this.#prefix}-${id}`
  }

  #openedNetwork(): Promise<AccountNetwork> {
    this.#network ??= AccountNetwork.open({
      engine: this.#engine,
      name: this.#prefix,
      labels: this.#labels,
      openDoor: this.#openDoor,
    })
    this.#network.catch(() => (this.#network = undefined))
    return this.#network
  }

  #countCpus(): Promise<number> {
    this.#cpus ??= this.#engine.json<{ NCPU: number }>('GET', '/info').then(({ NCPU }) => NCPU)
    return this.#cpus
  }
}

/** The engine's own words are about the parts that it is made of. */
function whyNotStarted({ message }: EngineRequestError, { hasBase }: LoadedImage): string {
  const [, program] =
    /exec: "([^"]+)": (?:executable file not found|.*no such file)/.exec(message) ?? []
  if (program === undefined) return `Cannot start container: ${message}`
  const missing = `Cannot start "${program}": the image has no such program`
  return hasBase
    ? missing
    : `${missing}, for it has no base image; build it with \`npx spcs images --docker\` or with --base, or run the account without --runner docker`
}
