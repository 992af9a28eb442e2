import type { ContainerLog } from './container-log.ts'

/** A container to be run, all names resolved. */
export interface ContainerRequest {
  /** Fit as a file name, and the container's own: `k3x9-0-convert-api`. */
  readonly id: string
  /** The instance it belongs to: containers of one instance share its ports. */
  readonly instance: string
  /** A folder for this instance alone; it goes with the instance. */
  readonly directory: string
  /** Names of its service and of itself: `CONVERT_API`, `convert-api`. */
  readonly service: string
  readonly container: string
  /** The image as the specification names it. */
  readonly image: string
  /** Digest of the manifest that it is pinned to. */
  readonly imageDigest: string
  /** Takes the place of the image's Entrypoint. */
  readonly command: readonly string[] | undefined
  /** Takes the place of the image's Cmd. */
  readonly args: readonly string[] | undefined
  /** Variables of the platform and of the specification. */
  readonly env: Readonly<Record<string, string>>
  /** Every port that any container of the instance may listen on by the specification. */
  readonly ports: readonly number[]
  readonly mounts: readonly Mount[]
  readonly limits: ContainerLimits
  /** Names by which other containers of the account find the instance. */
  readonly hostNames: readonly string[]
  /** Takes what the container prints. */
  readonly log: ContainerLog
}

/** What a container may use at most; what is absent is the node's capacity. */
export interface ContainerLimits {
  readonly cpu?: number | undefined
  readonly memoryBytes?: number | undefined
}

/** A folder of this machine at a path of the container. */
export interface Mount {
  readonly path: string
  readonly directory: string
  /** The container may not write, whatever else the volume says. */
  readonly readOnly?: boolean | undefined
  /** Owner that the container sees. */
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /** Set for a volume that goes with the instance: its name. */
  readonly instanceVolume?: string | undefined
  /** Set for one of those that is in memory: its size. */
  readonly memoryBytes?: number | undefined
  /** Set for a stage volume, which is no file system. */
  readonly stageVolume?: StageVolumeRules | undefined
}

/** What a container may do with a stage volume. */
export interface StageVolumeRules {
  readonly name: string
  /** Whole files from beginning to end only: v2. */
  readonly streamed: boolean
  readonly readOnly: boolean
}

/** A container at work. */
export interface RunningContainer {
  /** Resolves when it ended, by itself or by `stop`, and all that it started with it: its exit code, 128 + signal. */
  readonly exited: Promise<number>
  /** Asked once it ended: true when it was killed because it took more memory than its limit. */
  readonly outOfMemory?: () => boolean
  /** Where a port of the container is reached: `127.0.0.1:41234`; undefined for one that was not asked for. */
  address(port: number): string | undefined
  /** SIGTERM, and SIGKILL for what is left after the grace time. Resolves when it ended. */
  stop(graceMs: number): Promise<void>
}

/** A way to run containers: as processes of this machine, or in an engine. */
export interface Runner {
  /**
   * Starts a container.
   *
   * @throws {ContainerStartError} when its image or its command is no good.
   */
  start(request: ContainerRequest): Promise<RunningContainer>
  /** Gives back what the containers of an instance shared. Call when they ended. */
  releaseInstance(instance: string): Promise<void>
  /** Ends what an account that was killed left running. */
  endLeftOvers(): Promise<void>
  /** Gives back what all containers shared. Call when every instance was released. */
  close(): Promise<void>
}

/** A container that could not be started; the message goes to the container's log. */
export class ContainerStartError extends Error {
  readonly because: 'image' | 'command'

  constructor(because: 'image' | 'command', message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ContainerStartError'
    this.because = because
  }
}
