import { describeGrant, type Grant, grantSql } from '../objects/grant.ts'
import type { StageText } from '../stage-files.ts'
import type { ActualState } from './actual-state.ts'
import { type DesiredState, stagedTexts } from './desired-state.ts'
import {
  type WantedObject,
  wantedAccountObjects,
  wantedContainers,
  wantedWorkloads,
} from './wanted-objects.ts'

/** One thing to do. Every step may be run again: a deploy that was cut off is planned anew and goes on. */
export interface DeployStep {
  readonly kind: 'create' | 'alter' | 'grant' | 'put'
  /** `service DB.PUBLIC.CONVERT_API`. */
  readonly object: string
  /** The statement, passwords masked; for a file, the PUT as one would type it. */
  readonly sql: string
  readonly why: string
  /** True when something is lost that the deploy does not bring back. */
  readonly destructive: boolean
  /** The file of a `put`. */
  readonly file?: StageText
  /** The statement with its passwords; JSON leaves it out, so that a printed plan holds none. */
  readonly [UNMASKED]?: string
}

/** Key of a step's statement as it is run, where that differs from what may be shown. */
export const UNMASKED: unique symbol = Symbol('statement with its passwords')

/**
 * What is to be done so that an account has what is desired, in order; nothing when it has it all. Nothing is dropped,
 * and services are upgraded in place, which keeps their URLs.
 *
 * @throws {DeployError} `SERVICE_POOL_FIXED` for a service that would have to move.
 */
export function planDeploy(desired: DesiredState, actual: ActualState): DeployStep[] {
  const grants = desired.grants ?? []
  const accountSteps = wantedAccountObjects(desired).flatMap((object) => planObject(object, actual))
  const containerSteps = wantedContainers(desired).flatMap((object) => planObject(object, actual))
  const workloadSteps = wantedWorkloads(desired).flatMap((object) => planObject(object, actual))
  const replaced = workloadSteps.filter(({ destructive }) => destructive)
  return [
    ...accountSteps,
    ...planGrants(grants.filter(isAccountGrant), actual),
    ...containerSteps,
    ...stagedTexts(desired).flatMap((file) => planFile(file, actual)),
    ...workloadSteps,
    ...planGrants(
      grants.filter((grant) => !isAccountGrant(grant)),
      actual,
      replaced,
    ),
  ]
}

function planObject(wanted: WantedObject, actual: ActualState): DeployStep[] {
  const { object, kind } = wanted
  const row = actual.objects.get(object)
  if (row === undefined) {
    const why = `there is no such ${kind}`
    const sql = wanted.createSql
    const masked = sql.replaceAll(PASSWORD, "PASSWORD = '***'")
    const step: DeployStep = { kind: 'create', object, sql: masked, why, destructive: false }
    return [masked === sql ? step : { ...step, [UNMASKED]: sql }]
  }
  return wanted
    .alterations(row)
    .map(({ sql, why, destructive = false }) => ({ kind: 'alter', object, sql, why, destructive }))
}

const PASSWORD = /\bPASSWORD = '(?:[^'\\]|\\.)*'/g

function planFile(file: StageText, actual: ActualState): DeployStep[] {
  if (actual.files.has(file.path)) return []
  return [
    {
      kind: 'put',
      object: `file ${file.path}`,
      sql: `PUT file://… ${file.path} AUTO_COMPRESS = FALSE OVERWRITE = TRUE`,
      why: 'the stage has no such file, or another text in it',
      destructive: false,
      file,
    },
  ]
}

/** Grants of a role, or on the account, come first: what follows may need them. */
function isAccountGrant(grant: Grant): boolean {
  return 'role' in grant || ('privilege' in grant && grant.on === 'ACCOUNT')
}

function planGrants(
  grants: readonly Grant[],
  actual: ActualState,
  replaced: readonly DeployStep[] = [],
): DeployStep[] {
  return grants
    .filter((grant) => !actual.grants.has(describeGrant(grant)) || isLost(grant, replaced))
    .map((grant) => ({
      kind: 'grant',
      object: describeGrant(grant),
      sql: grantSql(grant),
      why: 'it is not granted',
      destructive: false,
    }))
}

/** True when the grant is on a function that a step before replaces. */
function isLost(grant: Grant, replaced: readonly DeployStep[]): boolean {
  if (!('privilege' in grant) || grant.on === 'ACCOUNT') return false
  const [, target = ''] = describeGrant(grant).split(' ON ')
  const [name] = target.split('(')
  return replaced.some(({ object }) => object.toUpperCase() === name?.toUpperCase())
}
