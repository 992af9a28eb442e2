import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import type { ContainerRequest, Mount } from '../runner.ts'
import type { Engine } from './engine.ts'
import type { Labels } from './left-overs.ts'

export interface InstanceVolumesOptions {
  readonly engine: Engine
  readonly labels: Labels
  /** What a volume is called in the engine. */
  readonly nameOf: (id: string) => string
}

/**
 * Volumes that live as long as their instance. They are the engine's: whoever a container runs as writes into them, and
 * this process need not have the right to delete that.
 */
export class InstanceVolumes {
  readonly #options: InstanceVolumesOptions
  /** By instance, the names that its volumes have in the engine. */
  readonly #made = new Map<string, Set<string>>()

  constructor(options: InstanceVolumesOptions) {
    this.#options = options
  }

  /** The name of a mount's volume in the engine; undefined for a mount of another kind. */
  maybeName(instance: string, { instanceVolume }: Mount): string | undefined {
    if (instanceVolume === undefined) return undefined
    return this.#options.nameOf(`${instance}-${instanceVolume}`)
  }

  /** Makes the volumes of a container that no container before made. */
  async make({ instance, mounts }: Pick<ContainerRequest, 'instance' | 'mounts'>): Promise<void> {
    const made = this.#made.get(instance) ?? new Set()
    this.#made.set(instance, made)
    for (const mount of mounts) {
      const name = this.maybeName(instance, mount)
      if (name === undefined || made.has(name)) continue
      made.add(name)
      const { engine, labels } = this.#options
      await engine.send('POST', '/volumes/create', {
        body: { Name: name, Labels: labels, DriverOpts: driverOptions(mount) },
      })
    }
  }

  /** Lets whoever the container runs as write into them. Call before it starts. */
  async open(container: string, mounts: readonly Mount[]): Promise<void> {
    for (const { path, instanceVolume, memoryBytes } of mounts) {
      if (instanceVolume === undefined || memoryBytes !== undefined) continue
      const archive = pack()
      archive.entry({ name: posix.basename(path), type: 'directory', mode: 0o777 })
      archive.finalize()
      await this.#options.engine.send('PUT', `/containers/${container}/archive`, {
        query: { path: posix.dirname(path) },
        body: Readable.from(archive),
      })
    }
  }

  async release(instance: string): Promise<void> {
    const names = this.#made.get(instance) ?? []
    this.#made.delete(instance)
    for (const name of names) {
      await this.#options.engine.sendIfThere('DELETE', `/volumes/${name}`)
    }
  }
}

/** A memory volume keeps its files while one of the containers that mount it runs. */
function driverOptions({ memoryBytes }: Mount): Record<string, string> {
  if (memoryBytes === undefined) return {}
  return { type: 'tmpfs', device: 'tmpfs', o: `size=${memoryBytes},mode=1777` }
}
