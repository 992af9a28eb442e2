import type { Stage } from './objects.ts'

/** A file on a stage, as LIST shows it. */
export interface StageFile {
  /** Path under the stage, slashes forward, no leading one: `folder/spec.yaml`. */
  readonly path: string
  readonly size: number
  readonly md5: string
  /** ISO 8601, UTC. */
  readonly lastModified: string
}

/** The files of all stages: one folder a stage, which is also what a stage volume mounts. */
export interface StageFiles {
  /** The stage's folder, made if need be. */
  directory(stage: Stage): string
  /** A folder of the stage for a volume, made if need be; REMOVE leaves it there, also when it is empty. */
  mount(stage: Stage, path: string): string
  /** Files whose path starts with the prefix, in path order. */
  list(stage: Stage, prefix?: string): Promise<StageFile[]>
  /** @throws {SnowflakeError} 253006 when there is no such file. */
  read(stage: Stage, path: string): Promise<Buffer>
  /** Whole file, put in place by a rename; @throws {SnowflakeError} for a path that leaves the stage. */
  write(stage: Stage, path: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>
  remove(stage: Stage, path: string): Promise<void>
  /** The stage's folder and all in it. */
  drop(stage: Stage): Promise<void>
}
