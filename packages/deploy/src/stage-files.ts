import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { QueryRunner } from '@spcs/sql'
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

/**
 * True when the stage has a file with exactly this text. LIST tells size and MD5; where Snowflake gives the MD5 of
 * something else, as for multi-part uploads, the answer is false and the file is put again, which does no harm.
 */
export async function isTextOnStage(
  runner: QueryRunner,
  text: string,
  path: string,
): Promise<boolean> {
  const { file } = splitStagePath(path)
  const md5 = createHash('md5').update(text).digest('hex')
  const rows = await rowsOrNone(runner, listStageSql(path))
  // LIST takes its path for a prefix: api.yaml lists api.yaml.old too.
  return rows.some((row) => {
    const name = textOf(row['name'])
    return (name === file || name.endsWith(`/${file}`)) && textOf(row['md5']).toLowerCase() === md5
  })
}

/** Puts a text on a stage unless it is there; true when it was put. */
export async function putTextIfChanged(
  runner: QueryRunner,
  text: string,
  path: string,
): Promise<boolean> {
  if (await isTextOnStage(runner, text, path)) return false
  await putText(runner, text, path)
  return true
}
