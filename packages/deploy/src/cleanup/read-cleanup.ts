import { parseIdentifier, printIdentifier, type QueryRunner } from '@spcs/sql'
import {
  dropComputePoolSql,
  showComputePoolsSql,
  stopAllInComputePoolSql,
} from '../objects/compute-pool.ts'
import { dropDatabaseSql, showDatabasesSql } from '../objects/database.ts'
import {
  dropExternalAccessIntegrationSql,
  showExternalAccessIntegrationsSql,
} from '../objects/external-access-integration.ts'
import { dropImageRepositorySql, showImageRepositoriesSql } from '../objects/image-repository.ts'
import { dropNetworkRuleSql, showNetworkRulesSql } from '../objects/network-rule.ts'
import { isRowOf, type ShownRow, textOf } from '../objects/object-kind.ts'
import { likeInSchema, printTypedName } from '../objects/property.ts'
import { dropRoleSql, showRolesSql } from '../objects/role.ts'
import {
  dropServiceFunctionSql,
  printFunctionName,
  showFunctionsSql,
} from '../objects/service-function.ts'
import { dropServiceSql, showServicesSql } from '../objects/service.ts'
import { dropStageSql, showStagesSql } from '../objects/stage.ts'
import { dropUserSql, showUsersSql } from '../objects/user.ts'
import { dropWarehouseSql, showWarehousesSql } from '../objects/warehouse.ts'
import { rowsOrNone } from '../shown-rows.ts'
import type { CleanupDrop, CleanupPlan, CleanupWishes, KeptObject } from './cleanup-plan.ts'
import { databaseContents } from './database-contents.ts'
import { foreignServices } from './foreign-services.ts'

/** An object that the configuration names. */
interface Named {
  readonly kind: string
  readonly name: string
  readonly showSql: string
  readonly dropSql: string
}

/**
 * Looks what a cleanup has to drop, from the inside out, and what it has to keep because others use it. Takes the admin
 * role, or the deploying one where the user may not; changes nothing.
 */
export async function readCleanup(
  runner: QueryRunner,
  wishes: CleanupWishes,
): Promise<CleanupPlan> {
  const isAdmin = await takeRole(runner, wishes)
  const objects = namedObjects(wishes)
  const there = await findThere(runner, objects)
  const databases = there.filter(({ kind }) => kind === 'database').map(({ name }) => name)
  const goes = (name: string): boolean => databases.some((database) => isWithin(database, name))
  const ours = new Set(objects.map(({ kind, name }) => keyOf(kind, name)))
  const kept: KeptObject[] = []
  const drops: CleanupDrop[] = []
  for (const object of there) {
    const why = await whyKept(runner, object, { goes, isAdmin, ours, wishes })
    if (why === GOES_ALONG) continue
    if (why === undefined) drops.push(await dropOf(runner, object, ours))
    else kept.push({ object: `${object.kind} ${object.name}`, why })
  }
  return { drops, kept }
}

/** Where the lock of deploys is. */
const LOCK_TABLE = 'SPCS_DEPLOY_LOCKS'
const GOES_ALONG = Symbol('with its database')

interface Context {
  /** Within a database that is dropped. */
  readonly goes: (name: string) => boolean
  readonly isAdmin: boolean
  readonly ours: ReadonlySet<string>
  readonly wishes: CleanupWishes
}

/** Why an object that is there stays; undefined when it is to be dropped by itself. */
async function whyKept(
  runner: QueryRunner,
  { kind, name, row }: There,
  context: Context,
): Promise<string | typeof GOES_ALONG | undefined> {
  const { goes, isAdmin, wishes } = context
  switch (kind) {
    // Services end in order, before their pool and their database.
    case 'service':
    case 'database':
    case 'warehouse':
    case 'external access integration':
      return undefined
    case 'compute pool': {
      const services = wishes.services.map(printTypedName)
      const others = (await foreignServices(runner, name, services)).filter((other) => !goes(other))
      return others.length === 0 ? undefined : `service ${others.join(', ')} runs in it`
    }
    case 'user': {
      const usesRole = textOf(row['default_role']) === parseIdentifier(wishes.role)
      const others = usesRole ? await ownedElsewhere(runner, wishes.role, context) : []
      if (others.length > 0) return `its role ${wishes.role} is kept`
      return isAdmin ? undefined : `only ${wishes.adminRole} may drop it`
    }
    case 'role': {
      const others = await ownedElsewhere(runner, name, context)
      if (others.length > 0) return `it owns ${listed(others)}`
      return isAdmin ? undefined : `only ${wishes.adminRole} may drop it`
    }
    default:
      return goes(name) ? GOES_ALONG : undefined
  }
}

/** What a role owns that this cleanup does not drop: it would lose its owner. */
async function ownedElsewhere(
  runner: QueryRunner,
  role: string,
  { goes, ours }: Context,
): Promise<string[]> {
  const rows = await rowsOrNone(runner, `SHOW GRANTS TO ROLE ${printTypedName(role)}`)
  return (
    rows
      .filter((row) => row['privilege'] === 'OWNERSHIP')
      .map((row) => ({
        kind: textOf(row['granted_on']).toLowerCase().replaceAll('_', ' '),
        name: textOf(row['name']),
      }))
      .filter(({ kind, name }) => !goes(name) && !isOurs(kind, name, ours))
      // A database tells enough of what it brings by itself.
      .filter(
        ({ kind, name }, _, owned) => kind !== 'schema' || !owned.some((one) => holds(one, name)),
      )
      .map(({ kind, name }) => `${kind} ${name}`)
  )
}

function holds({ kind, name }: Pick<Named, 'kind' | 'name'>, schema: string): boolean {
  return kind === 'database' && schema.startsWith(`${name}.`)
}

/** SHOW GRANTS calls every integration an integration. */
function isOurs(kind: string, name: string, ours: ReadonlySet<string>): boolean {
  return ours.has(keyOf(kind === 'integration' ? 'external access integration' : kind, name))
}

async function dropOf(
  runner: QueryRunner,
  { kind, name, dropSql }: There,
  ours: ReadonlySet<string>,
): Promise<CleanupDrop> {
  const object = `${kind} ${name}`
  switch (kind) {
    case 'database':
      return { object, sql: [dropSql], contents: await databaseContents(runner, name, ours) }
    case 'compute pool':
      return { object, sql: [stopAllInComputePoolSql(name), dropSql], contents: [] }
    default:
      return { object, sql: [dropSql], contents: [] }
  }
}

interface There extends Named {
  readonly row: ShownRow
}

async function findThere(runner: QueryRunner, objects: readonly Named[]): Promise<There[]> {
  const found = await Promise.all(
    objects.map(async (object) => {
      const rows = await rowsOrNone(runner, object.showSql)
      const row = rows.find((shown) => isRowOf(withoutArguments(object.name), shown))
      return row === undefined ? [] : [{ ...object, row }]
    }),
  )
  return found.flat()
}

/** In the order in which they can be dropped. */
function namedObjects(wishes: CleanupWishes): Named[] {
  const { account, objects, services, functions, schema } = wishes
  return [
    ...services.map((name) =>
      // Volumes, too: who says yes was told so.
      named('service', name, showServicesSql, () => dropServiceSql(name, { force: true })),
    ),
    ...functions.map((fn) => {
      const name = printFunctionName(fn)
      const showSql = showFunctionsSql(withoutArguments(name))
      return { kind: 'function', name, showSql, dropSql: dropServiceFunctionSql(fn) }
    }),
    ...all('compute pool', objects.computePools, showComputePoolsSql, dropComputePoolSql),
    ...all(
      'external access integration',
      objects.externalAccessIntegrations,
      showExternalAccessIntegrationsSql,
      dropExternalAccessIntegrationSql,
    ),
    ...all('network rule', objects.networkRules, showNetworkRulesSql, dropNetworkRuleSql),
    ...all('stage', objects.stages, showStagesSql, dropStageSql),
    ...all(
      'image repository',
      objects.imageRepositories,
      showImageRepositoriesSql,
      dropImageRepositorySql,
    ),
    named(
      'table',
      `${schema}.${LOCK_TABLE}`,
      (name) => `SHOW TABLES ${likeInSchema(name)}`,
      (name) => `DROP TABLE IF EXISTS ${printTypedName(name)}`,
    ),
    ...all('database', objects.databases, showDatabasesSql, dropDatabaseSql),
    ...all('warehouse', objects.warehouses, showWarehousesSql, dropWarehouseSql),
    ...all('user', account.users, showUsersSql, dropUserSql),
    ...all('role', account.roles, showRolesSql, dropRoleSql),
  ]
}

function all(
  kind: string,
  objects: readonly { readonly name: string }[] | undefined,
  showSql: (name: string) => string,
  dropSql: (name: string) => string,
): Named[] {
  return (objects ?? []).map(({ name }) => named(kind, name, showSql, dropSql))
}

function named(
  kind: string,
  name: string,
  showSql: (name: string) => string,
  dropSql: (name: string) => string,
): Named {
  return { kind, name: printTypedName(name), showSql: showSql(name), dropSql: dropSql(name) }
}

async function takeRole(runner: QueryRunner, { adminRole, role }: CleanupWishes): Promise<boolean> {
  const use = (name: string): string => `USE ROLE ${printIdentifier(parseIdentifier(name))}`
  try {
    await runner.execute(use(adminRole))
    return true
  } catch (error) {
    if (!(error instanceof Error) || !('snowflakeCode' in error)) throw error
  }
  await runner.execute(use(role))
  return false
}

/** Of a name with more than one part; SHOW GRANTS quotes what comes after a function's name. */
function isWithin(database: string, name: string): boolean {
  const [, quoted, bare] = /^(?:"((?:[^"]|"")*)"|([^".]+))\./.exec(name) ?? []
  return (quoted?.replaceAll('""', '"') ?? bare) === parseIdentifier(database)
}

/** Names of functions are told with argument types by some statements, and without by others. */
function keyOf(kind: string, name: string): string {
  return `${kind} ${withoutArguments(name)}`
}

function withoutArguments(name: string): string {
  return name.replace(/\(.*$/, '')
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}
