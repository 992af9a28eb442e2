import { DeployError } from './errors.ts'

/** A file on a stage in two parts. */
export interface StagePath {
  /** `@DB.PUBLIC.SPECS/folder`, without a slash at its end. */
  readonly location: string
  readonly file: string
}

/**
 * Splits `@DB.PUBLIC.SPECS/folder/api.yaml`.
 *
 * @throws {DeployError} `STAGE_PATH_INVALID` when the text is no such path.
 */
export function splitStagePath(path: string): StagePath {
  const [, location, file] = /^(@[\w$.~%"]+(?:\/[^\s'/]+)*)\/([^\s'/]+)$/.exec(path) ?? []
  if (location !== undefined && file !== undefined) return { location, file }
  throw new DeployError('STAGE_PATH_INVALID', `Cannot read "${path}": it is no file on a stage`, {
    hint: 'Write it as @DATABASE.SCHEMA.STAGE/file.yaml, without blanks',
  })
}
