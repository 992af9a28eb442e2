import type { QueryRunner } from '@spcs/sql'
import { describeGrant, type Grant, isGrantShown, showGrantsSql } from '../objects/grant.ts'
import type { ShownRow } from '../objects/object-kind.ts'
import { rowsOrNone } from '../shown-rows.ts'
import { isTextOnStage, type StageText } from '../stage-files.ts'
import { type DesiredState, stagedTexts } from './desired-state.ts'
import { type WantedObject, wantedObjects } from './wanted-objects.ts'

/** What an account has of a desired state. */
export interface ActualState {
  /** The rows of SHOW and DESCRIBE by object: `service DB.PUBLIC.CONVERT_API`. */
  readonly objects: ReadonlyMap<string, ShownRow>
  /** Paths of the files that are on their stages with the wanted text. */
  readonly files: ReadonlySet<string>
  /** Grants that are there, as `describeGrant` prints them. */
  readonly grants: ReadonlySet<string>
}

/** Looks up, by SHOW, DESCRIBE and LIST, everything that a desired state names. */
export async function readActualState(
  runner: QueryRunner,
  desired: DesiredState,
): Promise<ActualState> {
  const [objects, files, grants] = await Promise.all([
    Promise.all(wantedObjects(desired).map((object) => readObject(runner, object))),
    Promise.all(stagedTexts(desired).map((file) => readFile(runner, file))),
    readGrants(runner, desired.grants ?? []),
  ])
  return { objects: new Map(objects.flat()), files: new Set(files.flat()), grants }
}

async function readObject(
  runner: QueryRunner,
  wanted: WantedObject,
): Promise<(readonly [string, ShownRow])[]> {
  const rows = await rowsOrNone(runner, wanted.showSql)
  const row = rows.find((shown) => wanted.isShown(shown))
  if (row === undefined) return []
  const [details = {}] =
    wanted.describeSql === undefined ? [] : await rowsOrNone(runner, wanted.describeSql)
  return [[wanted.object, { ...row, ...details }]]
}

async function readFile(runner: QueryRunner, { path, text }: StageText): Promise<string[]> {
  return (await isTextOnStage(runner, text, path)) ? [path] : []
}

/** Many grants are answered by one SHOW, so each SHOW runs once. */
async function readGrants(
  runner: QueryRunner,
  grants: readonly Grant[],
): Promise<ReadonlySet<string>> {
  const statements = [...new Set(grants.map(showGrantsSql))]
  const shown = new Map(
    await Promise.all(statements.map(async (sql) => [sql, await rowsOrNone(runner, sql)] as const)),
  )
  const there = grants.filter((grant) =>
    shown.get(showGrantsSql(grant))?.some((row) => isGrantShown(grant, row)),
  )
  return new Set(there.map(describeGrant))
}
