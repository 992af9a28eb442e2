import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseName, type QueryRunner } from '@spcs/sql'
import { textOf } from './objects/object-kind.ts'
import { listStageSql } from './objects/stage.ts'
import { rowsOrNone } from './shown-rows.ts'
import { splitStagePath } from './stage-path.ts'

/** A text that is to be a file on a stage. */
export interface StageText {
  /** `@DB.PUBLIC.SPECS/api.yaml`. */
  readonly path: string
  readonly text: string
}

/** A file on a stage, as LIST tells it. */
export interface StageFile {
  readonly path: string
  readonly size: number
  readonly md5: string
}

/**
 * Where a service's specification is kept: named by its text, so that a service can go back to one that it had.
 *
 * @param folder A stage, or a folder of one: `@DB.PUBLIC.SPECS`.
 */
export function specificationPath(folder: string, service: string, text: string): string {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const name = parseName(service).at(-1) ?? service
  return `${folder}/${name.toLowerCase()}/${digest}.yaml`
}

/** True for a path that {@link specificationPath} made. */
export function isSpecificationPath(path: string): boolean {
  return /\/[0-9a-f]{16}\.yaml$/.test(path)
}

/** Puts a text on a stage as a file, as it is, over whatever is there. */
export async function putText(runner: QueryRunner, text: string, path: string): Promise<void> {
  const { location, file } = splitStagePath(path)
  const folder = await mkdtemp(join(tmpdir(), 'spcs-'))
  try {
    await writeFile(join(folder, file), text)
    await runner.putFile(join(folder, file), location, { overwrite: true, autoCompress: false })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The files whose paths begin with a prefix, `@DB.PUBLIC.SPECS/api/`; none where the stage is not there. */
export async function listFiles(runner: QueryRunner, prefix: string): Promise<StageFile[]> {
  const [stage = ''] = prefix.split('/')
  const rows = await rowsOrNone(runner, listStageSql(prefix))
  // LIST gives `specs/api/0123.yaml`: the stage's bare name, then the path on it.
  return rows.map((row) => ({
    path: textOf(row['name']).replace(/^[^/]*/, stage),
    size: Number(row['size'] ?? 0),
    md5: textOf(row['md5']).toLowerCase(),
  }))
}

/** True when a file has exactly this text, as far as LIST tells: its MD5, or its size where the MD5 is of something else. */
export function hasText({ size, md5 }: StageFile, text: string): boolean {
  if (!/^[0-9a-f]{32}$/.test(md5)) return size === Buffer.byteLength(text)
  return md5 === createHash('md5').update(text).digest('hex')
}
