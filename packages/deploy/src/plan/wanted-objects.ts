import { databases } from '../objects/database.ts'
import { externalAccessIntegrations } from '../objects/external-access-integration.ts'
import { imageRepositories } from '../objects/image-repository.ts'
import { networkRules } from '../objects/network-rule.ts'
import { parseName, printIdentifier } from '@spcs/sql'
import { computePools } from '../objects/compute-pool.ts'
import type { GrantTarget } from '../objects/grant.ts'
import {
  type Alteration,
  isRowOf,
  type ObjectKind,
  objectName,
  type ShownRow,
} from '../objects/object-kind.ts'
import { printTypedName } from '../objects/property.ts'
import { roles } from '../objects/role.ts'
import { serviceFunctions } from '../objects/service-function.ts'
import { services } from '../objects/service-kind.ts'
import { stages } from '../objects/stage.ts'
import { users } from '../objects/user.ts'
import { warehouses } from '../objects/warehouse.ts'
import type { DesiredState } from './desired-state.ts'

/** One object of a desired state, together with what its kind knows of it. */
export interface WantedObject {
  /** `service DB.PUBLIC.CONVERT_API`: for people, and the key of its actual state. */
  readonly object: string
  readonly kind: string
  /** What must be there before, in the same words. */
  readonly needs: readonly string[]
  readonly onceReady: boolean
  readonly showSql: string
  readonly describeSql: string | undefined
  readonly showGrantsSql: string | undefined
  readonly grantTarget: GrantTarget | undefined
  readonly createSql: string
  readonly afterCreate: readonly Alteration[]
  isShown(row: ShownRow): boolean
  alterations(row: ShownRow): readonly Alteration[]
}

/** Roles, users and what an account holds, in the order in which they can be created. */
export function wantedAccountObjects(desired: DesiredState): WantedObject[] {
  return [...wanted(roles, desired.roles), ...wanted(users, desired.users)]
}

/** What exists before any file is put: databases first, image repositories last. */
export function wantedContainers(desired: DesiredState): WantedObject[] {
  return [
    ...wanted(databases, desired.databases),
    ...wanted(warehouses, desired.warehouses),
    ...wanted(stages, desired.stages),
    ...wanted(networkRules, desired.networkRules),
    ...wanted(externalAccessIntegrations, desired.externalAccessIntegrations),
    ...wanted(computePools, desired.computePools),
    ...wanted(imageRepositories, desired.imageRepositories),
  ]
}

/** What runs: services, and the functions that they answer. */
export function wantedWorkloads(desired: DesiredState): WantedObject[] {
  return [...wanted(services, desired.services), ...wanted(serviceFunctions, desired.functions)]
}

/** All of them. */
export function wantedObjects(desired: DesiredState): WantedObject[] {
  return [
    ...wantedAccountObjects(desired),
    ...wantedContainers(desired),
    ...wantedWorkloads(desired),
  ]
}

function wanted<T>(kind: ObjectKind<T>, objects: readonly T[] = []): WantedObject[] {
  return objects.map((object) => {
    const name = kind.name(object)
    return {
      object: objectName(kind.kind, printTypedName(name)),
      kind: kind.kind,
      needs: [...home(name), ...(kind.needs?.(object) ?? [])],
      onceReady: kind.onceReady === true,
      showSql: kind.showSql(object),
      describeSql: kind.describeSql?.(object),
      showGrantsSql: kind.showGrantsSql?.(object),
      grantTarget: kind.grantTarget?.(object),
      createSql: kind.createSql(object),
      afterCreate: kind.afterCreate?.(object) ?? [],
      isShown: (row) => kind.isShown?.(object, row) ?? isRowOf(name, row),
      alterations: (row) => kind.alterations(object, row),
    }
  })
}

/** The database of an object that lives in a schema. */
function home(name: string): string[] {
  const [database = '', ...rest] = parseName(name)
  return rest.length < 2 ? [] : [objectName('database', printIdentifier(database))]
}
