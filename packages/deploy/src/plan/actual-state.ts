import type { QueryRunner } from '@spcs/sql'
import {
  describeGrant,
  type Grant,
  grantsOn,
  isGrantShown,
  showGrantsSql,
} from '../objects/grant.ts'
import { type ShownRow, textOf } from '../objects/object-kind.ts'
import { rowsOrNone } from '../shown-rows.ts'
import { isSpecificationPath, listFiles, type StageFile } from '../stage-files.ts'
import { splitStagePath } from '../stage-path.ts'
import { type DesiredState, stagedTexts } from './desired-state.ts'
import { type WantedObject, wantedObjects } from './wanted-objects.ts'

/** What an account has of a desired state. */
export interface ActualState {
  /** The rows of SHOW and DESCRIBE by object: `service DB.PUBLIC.CONVERT_API`. */
  readonly objects: ReadonlyMap<string, ShownRow>
  /** The files that are wanted, and those beside wanted specifications, by path. */
  readonly files: ReadonlyMap<string, StageFile>
  /** Grants that are there, as `describeGrant` prints them. */
  readonly grants: ReadonlySet<string>
  /** Everybody's grants on the objects that may have to be replaced. */
  readonly grantsOn: ReadonlyMap<string, readonly Grant[]>
}

/** An account that has nothing. */
export const NOTHING: ActualState = {
  objects: new Map(),
  files: new Map(),
  grants: new Set(),
  grantsOn: new Map(),
}

/** Looks up, by SHOW, DESCRIBE and LIST, everything that a desired state names. */
export async function readActualState(
  runner: QueryRunner,
  desired: DesiredState,
): Promise<ActualState> {
  const wanted = wantedObjects(desired)
  const [objects, files, grants] = await Promise.all([
    Promise.all(wanted.map((object) => readObject(runner, object))),
    readFiles(runner, desired),
    readGrants(runner, desired.grants ?? []),
  ])
  const there = new Map(objects.flat())
  const replaceable = wanted.filter(({ object }) => there.has(object))
  const onThem = await Promise.all(replaceable.map((object) => readGrantsOn(runner, object)))
  return { objects: there, files, grants, grantsOn: new Map(onThem.flat()) }
}

async function readObject(
  runner: QueryRunner,
  wanted: WantedObject,
): Promise<(readonly [string, ShownRow])[]> {
  const rows = await rowsOrNone(runner, wanted.showSql)
  const row = rows.find((shown) => wanted.isShown(shown))
  if (row === undefined) return []
  const details =
    wanted.describeSql === undefined ? [] : await rowsOrNone(runner, wanted.describeSql)
  return [[wanted.object, { ...row, ...asOneRow(details) }]]
}

/** DESCRIBE gives one row, or a property in each row. */
function asOneRow(rows: readonly ShownRow[]): ShownRow {
  const [first = {}] = rows
  if (!('property' in first)) return first
  const value = 'property_value' in first ? 'property_value' : 'value'
  return Object.fromEntries(rows.map((row) => [textOf(row['property']).toLowerCase(), row[value]]))
}

/** Specifications stand in folders of their own, which are read whole: what is not needed any more goes. */
async function readFiles(
  runner: QueryRunner,
  desired: DesiredState,
): Promise<ReadonlyMap<string, StageFile>> {
  const prefixes = stagedTexts(desired).map(({ path }) =>
    isSpecificationPath(path) ? `${splitStagePath(path).location}/` : path,
  )
  const listed = await Promise.all([...new Set(prefixes)].map((one) => listFiles(runner, one)))
  return new Map(listed.flat().map((file) => [file.path, file]))
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

async function readGrantsOn(
  runner: QueryRunner,
  { object, grantTarget, showGrantsSql: sql }: WantedObject,
): Promise<(readonly [string, readonly Grant[]])[]> {
  if (sql === undefined || grantTarget === undefined) return []
  return [[object, grantsOn(grantTarget, await rowsOrNone(runner, sql))]]
}
