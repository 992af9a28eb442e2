import { parseName, type QueryRunner } from '@spcs/sql'
import { isHeld, type RoleTree } from '../diagnose/role-tree.ts'
import type { DeployErrorCode } from '../errors.ts'
import { type ShownRow, textOf } from '../objects/object-kind.ts'
import { printTypedName } from '../objects/property.ts'
import { readActualState } from '../plan/actual-state.ts'
import type { DesiredState } from '../plan/desired-state.ts'
import { type Check, missing, noted, ok } from './check.ts'
import type { AccountWishes } from './check-account.ts'
import type { Standing } from './check-roles.ts'

interface Need {
  /** Snowflake's word, as GRANT takes it. */
  readonly kind: string
  readonly names: (objects: DesiredState) => readonly { readonly name: string }[] | undefined
  readonly privileges: readonly string[]
  readonly code?: DeployErrorCode
}

/** What the deploying role must have on objects that are another role's. */
const NEEDS: readonly Need[] = [
  { kind: 'DATABASE', names: ({ databases }) => databases, privileges: ['USAGE'] },
  {
    kind: 'WAREHOUSE',
    names: ({ warehouses }) => warehouses,
    privileges: ['USAGE'],
    code: 'WAREHOUSE_USAGE_MISSING',
  },
  {
    kind: 'STAGE',
    names: ({ stages }) => stages,
    privileges: ['READ', 'WRITE'],
    code: 'STAGE_READ_MISSING',
  },
  {
    kind: 'COMPUTE POOL',
    names: ({ computePools }) => computePools,
    privileges: ['USAGE', 'MONITOR'],
    code: 'COMPUTE_POOL_USAGE_MISSING',
  },
  {
    kind: 'IMAGE REPOSITORY',
    names: ({ imageRepositories }) => imageRepositories,
    privileges: ['READ', 'WRITE'],
    code: 'IMAGE_READ_MISSING',
  },
  {
    kind: 'INTEGRATION',
    names: ({ externalAccessIntegrations }) => externalAccessIntegrations,
    privileges: ['USAGE'],
    code: 'EXTERNAL_ACCESS_MISSING',
  },
]

const IN_SCHEMA = [
  'USAGE',
  'CREATE SERVICE',
  'CREATE STAGE',
  'CREATE IMAGE REPOSITORY',
  'CREATE FUNCTION',
]

/** The objects that the configuration names: those that are there must be the deploying role's to use. */
export async function checkObjects(
  runner: QueryRunner,
  { objects, role, schema }: AccountWishes,
  { held }: Standing,
): Promise<Check[]> {
  const actual = await readActualState(runner, objects)
  const checks = NEEDS.flatMap((need) =>
    (need.names(objects) ?? []).map(({ name }) => {
      const word = need.kind === 'INTEGRATION' ? 'external access integration' : need.kind
      const subject = `${word.toLowerCase()} ${printTypedName(name)}`
      const row = actual.objects.get(subject)
      return row === undefined
        ? noted(subject, 'there is none that you see: setup makes it')
        : checkObject(subject, name, need, { row, held, role })
    }),
  )
  const [database = ''] = parseName(schema)
  const isThere = actual.objects.has(`database ${printTypedName(database)}`)
  return isThere && held !== undefined ? [...checks, checkSchema(schema, role, held)] : checks
}

/** A database of another role's has schemas of another role's. */
function checkSchema(schema: string, role: string, held: RoleTree): Check {
  const subject = `schema ${printTypedName(schema)}`
  const lacking = IN_SCHEMA.filter(
    (privilege) => !isHeld(held, privilege, 'SCHEMA', printTypedName(schema)),
  )
  if (lacking.length === 0) return ok(subject, 'services can be made in it')
  return missing(
    subject,
    `${role} has no ${lacking.join(', ')} on it`,
    `Run GRANT ${lacking.join(', ')} ON SCHEMA ${printTypedName(schema)} TO ROLE ${role}`,
  )
}

function checkObject(
  subject: string,
  name: string,
  { kind, privileges, code }: Need,
  { row, held, role }: { row: ShownRow; held: RoleTree | undefined; role: string },
): Check {
  const owner = textOf(row['owner'])
  const state = textOf(row['state'] ?? row['status'])
  const there = state === '' ? 'is there' : `is ${state}`
  if (held === undefined) return noted(subject, `${there}; what ${role} may do there is not seen`)
  const lacking = privileges.filter(
    (privilege) => !isHeld(held, privilege, kind, printTypedName(name)),
  )
  if (lacking.length === 0) return ok(subject, there)
  const on = `${kind} ${printTypedName(name)}`
  return missing(
    subject,
    `belongs to ${owner === '' ? 'another role' : owner}, and ${role} has no ${lacking.join(' and ')} on it`,
    `Run GRANT ${lacking.join(', ')} ON ${on} TO ROLE ${role}`,
    code,
  )
}
