import { join } from 'node:path'
import { type AttachedContainers, AttachedRunner } from './attached-runner.ts'
import type { OpenAccountDoor } from './docker/account-door.ts'
import { Engine } from './docker/engine.ts'
import { engineAddress } from './docker/engine-address.ts'
import { DockerRunner } from './docker-runner.ts'
import type { ImageStore } from './image-store.ts'
import { ProcessRunner } from './process-runner.ts'
import type { Runner } from './runner.ts'

/** Where the account's containers run: as processes, in the engine of this machine, or where something else runs them. */
export type RunnerChoice = 'process' | 'docker' | { readonly attached: AttachedContainers }

export interface OpenRunnerOptions {
  readonly images: ImageStore
  /** The account's state directory. */
  readonly directory: string
  readonly node?: string | undefined
  readonly openDoor: OpenAccountDoor
}

/**
 * The runner that was chosen; none takes the place of another.
 *
 * @throws {EmulatorError} `ENGINE_UNREACHABLE` when containers are to run in an engine, and none answers.
 */
export async function openRunner(
  choice: RunnerChoice,
  { images, directory, node, openDoor }: OpenRunnerOptions,
): Promise<Runner> {
  if (typeof choice === 'object') return new AttachedRunner(choice.attached)
  switch (choice) {
    case 'process':
      return new ProcessRunner({
        images,
        imagesDirectory: join(directory, 'images'),
        runDirectory: join(directory, 'run'),
        node,
      })
    case 'docker': {
      const engine = new Engine(engineAddress(process.env))
      await engine.send('GET', '/_ping')
      return new DockerRunner({ engine, images, directory, openDoor })
    }
  }
}
