import { CodedError } from '@spcs/errors'
import type { QueryRunner } from '@spcs/sql'
import { DeployError } from '../errors.ts'
import { type ShownRow, textOf } from '../objects/object-kind.ts'
import { likeInSchema } from '../objects/property.ts'
import { shownRows } from '../shown-rows.ts'
import { diagnoseAccess, diagnoseFault } from './diagnose-statement.ts'
import { type Diagnosis, diagnosedError } from './diagnosis.ts'
import { isNamed, readRoleTree, rolesOfUser } from './role-tree.ts'
import { type NeededObject, statementFault } from './statement-fault.ts'

/** A step of a deploy, as far as its failure is told of. */
export interface FailedStep {
  /** The verb: `create`, `alter`, … */
  readonly kind: string
  /** `service DB.PUBLIC.API`. */
  readonly object: string
  readonly sql: string
}

/**
 * The error for a step that failed: with a code of its own where the cause can be told, else `STEP_FAILED`. Looks
 * into the account where Snowflake does not say whether an object is missing or a privilege.
 */
export async function explainStepFailure(
  runner: QueryRunner,
  { kind, object, sql }: FailedStep,
  error: unknown,
): Promise<DeployError> {
  const what = `${kind} ${object}`
  const diagnosis = await maybeDiagnosis(runner, sql, error)
  if (diagnosis !== undefined) return diagnosedError(what, diagnosis, error)
  const why = error instanceof Error ? error.message : String(error)
  const hint = error instanceof CodedError ? error.hint : undefined
  return new DeployError('STEP_FAILED', `Cannot ${what}: ${why}`, {
    hint: hint ?? 'Correct what the message names and deploy again; what is done stays done',
    cause: error,
  })
}

async function maybeDiagnosis(
  runner: QueryRunner,
  sql: string,
  error: unknown,
): Promise<Diagnosis | undefined> {
  const fault = statementFault(error, sql)
  if (fault === undefined) return undefined
  switch (fault.type) {
    case 'privilege-missing': {
      const { role } = await whoAmI(runner)
      return diagnoseAccess({ object: fault.object, role, exists: true })
    }
    case 'object-hidden':
      return diagnoseHidden(runner, fault.objects)
    default:
      return diagnoseFault(fault)
  }
}

/** Of several objects that a statement names, the first that the role cannot use; it may be any of them. */
async function diagnoseHidden(
  runner: QueryRunner,
  objects: readonly NeededObject[],
): Promise<Diagnosis | undefined> {
  const { role, user } = await whoAmI(runner)
  const tree = await orElse(async () => readRoleTree(runner, [role, 'PUBLIC']), undefined)
  for (const object of objects) {
    const isUsable = tree?.grants.some((row) => isOn(row, object)) === true
    if (isUsable && objects.length > 1) continue
    const exists =
      isUsable || (await isSeen(runner, object)) || (await isKnownToOthers(runner, user, object))
    return diagnoseAccess({ object, role, exists })
  }
  return undefined
}

async function whoAmI(runner: QueryRunner): Promise<{ role: string; user: string }> {
  const none = { role: '…', user: '' }
  return orElse(async () => {
    const { rows } = await runner.execute('SELECT CURRENT_ROLE(), CURRENT_USER()')
    return { role: textOf(rows[0]?.[0]), user: textOf(rows[0]?.[1]) }
  }, none)
}

/** True when the role sees the object, by another privilege than the one it needs. */
async function isSeen(runner: QueryRunner, { on, name }: NeededObject): Promise<boolean> {
  if (on === 'ACCOUNT') return true
  const rows = await orElse(() => shownRows(runner, `SHOW ${on}S ${likeInSchema(name)}`), [])
  return rows.some((row) => isNamed(name, textOf(row['name'])))
}

/** True when another role of the user has a privilege on the object: so it is there. */
async function isKnownToOthers(
  runner: QueryRunner,
  user: string,
  object: NeededObject,
): Promise<boolean> {
  return orElse(async () => {
    const tree = await readRoleTree(runner, await rolesOfUser(runner, user))
    return tree.grants.some((row) => isOn(row, object))
  }, false)
}

function isOn(row: ShownRow, { on, name }: NeededObject): boolean {
  const kind = textOf(row['granted_on']).replaceAll('_', ' ')
  return kind === on && isNamed(textOf(row['name']), name)
}

/** What is asked for an explanation must not fail in the place of what it explains. */
async function orElse<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await ask()
  } catch {
    return otherwise
  }
}
