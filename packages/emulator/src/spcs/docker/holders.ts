import type { ContainerRequest } from '../runner.ts'
import type { AccountNetwork } from './account-network.ts'
import { createHolder } from './create-container.ts'
import { type Engine, EngineRequestError, isGone } from './engine.ts'
import { loadArchive } from './engine-images.ts'
import { HOLDER_REFERENCE, holderArchive } from './holder-image.ts'
import { type Labels, removeContainer } from './left-overs.ts'

export interface HoldersOptions {
  readonly engine: Engine
  readonly labels: Labels
  /** What a container is called in the engine. */
  readonly nameOf: (id: string) => string
}

/** The container that holds an instance's network. */
export interface Holder {
  readonly id: string
  /** Where a port of the instance is reached on this machine. */
  address(port: number): string | undefined
}

/** For each instance one container that does nothing but keep its network, while the others come and go. */
export class Holders {
  readonly #options: HoldersOptions
  readonly #held = new Map<string, Promise<Holder>>()
  #image: Promise<void> | undefined

  constructor(options: HoldersOptions) {
    this.#options = options
  }

  /** The holder of the request's instance; started for the first of its containers. */
  of(request: ContainerRequest, network: AccountNetwork): Promise<Holder> {
    const { instance } = request
    const holder = this.#held.get(instance) ?? this.#start(request, network)
    this.#held.set(instance, holder)
    // A failure is not remembered, so that a later start tries again.
    holder.catch(() => this.#held.delete(instance))
    return holder
  }

  async release(instance: string): Promise<void> {
    const holder = await this.#held.get(instance)?.catch(() => undefined)
    this.#held.delete(instance)
    if (holder !== undefined) await removeContainer(this.#options.engine, holder.id)
  }

  async #start(request: ContainerRequest, network: AccountNetwork): Promise<Holder> {
    const { engine, labels, nameOf } = this.#options
    await this.#loadImage()
    const { accountAddress, id } = network
    const place = { image: HOLDER_REFERENCE, network: id, accountAddress, labels }
    const { Id } = await engine.json<{ Id: string }>('POST', '/containers/create', {
      query: { name: nameOf(request.instance) },
      body: createHolder(request, place),
    })
    try {
      await engine.send('POST', `/containers/${Id}/start`)
      const { NetworkSettings } = await engine.json<{ NetworkSettings: { Ports: PublishedPorts } }>(
        'GET',
        `/containers/${Id}/json`,
      )
      return {
        id: Id,
        address: (port) => {
          const published = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort
          return published === undefined ? undefined : `127.0.0.1:${published}`
        },
      }
    } catch (error) {
      await removeContainer(engine, Id)
      throw error
    }
  }

  /** Once for each account; the engine keeps it. */
  #loadImage(): Promise<void> {
    this.#image ??= loadHolder(this.#options.engine)
    this.#image.catch(() => (this.#image = undefined))
    return this.#image
  }
}

type PublishedPorts = Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>

async function loadHolder(engine: Engine): Promise<void> {
  try {
    await engine.send('GET', `/images/${HOLDER_REFERENCE}/json`)
  } catch (error) {
    if (!(error instanceof EngineRequestError) || !isGone(error)) throw error
    const { Arch } = await engine.json<{ Arch: string }>('GET', '/version')
    await loadArchive(engine, await holderArchive(Arch))
  }
}
