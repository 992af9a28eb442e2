import { describeGrant, type Grant, grantedObject, grantNeeds, grantSql } from '../objects/grant.ts'
import type { Loss } from '../objects/loss.ts'
import { type Alteration, type Difference, objectName } from '../objects/object-kind.ts'
import { hasText, type StageText } from '../stage-files.ts'
import { splitStagePath } from '../stage-path.ts'
import type { ActualState } from './actual-state.ts'
import { type DesiredState, stagedTexts } from './desired-state.ts'
import { staleSpecifications } from './stale-specifications.ts'
import {
  type WantedObject,
  wantedAccountObjects,
  wantedContainers,
  wantedWorkloads,
} from './wanted-objects.ts'

/** One thing to do. Every step may be run again: a deploy that was cut off is planned anew and goes on. */
export interface DeployStep {
  readonly kind: 'create' | 'alter' | 'drop' | 'grant' | 'put' | 'remove'
  /** `service DB.PUBLIC.CONVERT_API`. */
  readonly object: string
  /** The statement, passwords masked; for a file, the PUT as one would type it. */
  readonly sql: string
  /** Why, where no field says it. */
  readonly why: string
  /** What an `alter` changes, field by field. */
  readonly differences: readonly Difference[]
  /** What is lost that the deploy does not bring back. */
  readonly loss?: Loss | undefined
  /** The objects that it needs: their steps come before, as do earlier steps of its own object. */
  readonly after: readonly string[]
  /** It comes when every service is ready. */
  readonly onceReady: boolean
  /** Takes away the grants on the object. */
  readonly dropsGrants?: boolean
  /** The file of a `put`. */
  readonly file?: StageText
  /** The statement with its passwords; JSON leaves it out, so that a printed plan holds none. */
  readonly [UNMASKED]?: string
}

/** Key of a step's statement as it is run, where that differs from what may be shown. */
export const UNMASKED: unique symbol = Symbol('statement with its passwords')

/**
 * What is to be done so that an account has what is desired, in order; nothing when it has it all. Services are upgraded
 * in place, which keeps their URLs; a step that loses something says so, and is refused unless it is allowed.
 */
export function planDeploy(desired: DesiredState, actual: ActualState): DeployStep[] {
  const plan = (objects: readonly WantedObject[]): DeployStep[] =>
    objects.flatMap((object) => planObject(object, actual))
  const grants = desired.grants ?? []
  const accountSteps = plan(wantedAccountObjects(desired))
  const workloadSteps = plan(wantedWorkloads(desired))
  const steps = [
    ...accountSteps,
    ...planGrants(grants.filter(isAccountGrant), actual, []),
    ...plan(wantedContainers(desired)),
    ...stagedTexts(desired).flatMap((file) => planFile(file, actual)),
    ...workloadSteps,
    ...planGrants(
      grants.filter((grant) => !isAccountGrant(grant)),
      actual,
      workloadSteps,
    ),
    ...staleSpecifications(desired, actual),
  ]
  return [...steps.filter(({ onceReady }) => !onceReady), ...steps.filter(isOnceReady)]
}

function isOnceReady({ onceReady }: DeployStep): boolean {
  return onceReady
}

function planObject(wanted: WantedObject, actual: ActualState): DeployStep[] {
  const { object, kind, needs: after } = wanted
  const change = (alteration: Alteration): DeployStep => ({
    kind: 'alter',
    object,
    why: '',
    after,
    ...alteration,
    onceReady: wanted.onceReady || alteration.onceReady === true,
  })
  const row = actual.objects.get(object)
  if (row !== undefined) return wanted.alterations(row).map(change)
  const sql = wanted.createSql
  const masked = sql.replaceAll(PASSWORD, "PASSWORD = '***'")
  const step: DeployStep = {
    kind: 'create',
    object,
    sql: masked,
    why: `there is no such ${kind}`,
    differences: [],
    after,
    onceReady: wanted.onceReady,
    ...(masked !== sql && { [UNMASKED]: sql }),
  }
  return [step, ...wanted.afterCreate.map(change)]
}

const PASSWORD = /\bPASSWORD = '(?:[^'\\]|\\.)*'/g

function planFile(file: StageText, actual: ActualState): DeployStep[] {
  const there = actual.files.get(file.path)
  if (there !== undefined && hasText(there, file.text)) return []
  const { location } = splitStagePath(file.path)
  const [stage = ''] = location.slice(1).split('/')
  return [
    {
      kind: 'put',
      object: objectName('file', file.path),
      sql: `PUT file://… ${location} AUTO_COMPRESS = FALSE OVERWRITE = TRUE`,
      why: there === undefined ? 'the stage has no such file' : 'the file has another text',
      differences: [],
      after: [objectName('stage', stage)],
      onceReady: false,
      file,
    },
  ]
}

/** Grants of a role, or on the account, come first: what follows may need them. */
function isAccountGrant(grant: Grant): boolean {
  return 'role' in grant || ('privilege' in grant && grant.on === 'ACCOUNT')
}

/** The grants that are missing, and everybody's that a step before takes away. */
function planGrants(
  wanted: readonly Grant[],
  actual: ActualState,
  before: readonly DeployStep[],
): DeployStep[] {
  const dropped = new Set(
    before.filter(({ dropsGrants }) => dropsGrants === true).map(({ object }) => object),
  )
  const isLost = (grant: Grant): boolean => dropped.has(grantedObject(grant) ?? '')
  const lost = [...dropped].flatMap((object) => actual.grantsOn.get(object) ?? [])
  const missing = wanted.filter(
    (grant) => !actual.grants.has(describeGrant(grant)) || isLost(grant),
  )
  const each = new Map([...missing, ...lost].map((grant) => [describeGrant(grant), grant]))
  return [...each].map(([object, grant]) => ({
    kind: 'grant',
    object,
    sql: grantSql(grant),
    why: isLost(grant) ? 'the step before takes it away' : 'it is not granted',
    differences: [],
    after: grantNeeds(grant),
    onceReady: isOfWorkload(grant),
  }))
}

/** Grants on functions, and of service roles, follow what runs. */
function isOfWorkload(grant: Grant): boolean {
  if (!('privilege' in grant)) return 'serviceRole' in grant
  return grant.on !== 'ACCOUNT' && ['FUNCTION', 'SERVICE'].includes(grant.on.kind.toUpperCase())
}
