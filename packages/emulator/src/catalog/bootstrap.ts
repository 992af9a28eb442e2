import { hashInitialPassword } from '../password.ts'
import type { Catalog } from './catalog.ts'
import type { Grant, User } from './objects.ts'

/** Every account has them; the right one is given to the left one. */
const ROLE_HIERARCHY: readonly (readonly [holder: string, held: string])[] = [
  ['ACCOUNTADMIN', 'SECURITYADMIN'],
  ['ACCOUNTADMIN', 'SYSADMIN'],
  ['SECURITYADMIN', 'USERADMIN'],
]

/** What each of them may do on the account from the start. */
const ACCOUNT_PRIVILEGES: Readonly<Record<string, readonly string[]>> = {
  SECURITYADMIN: ['MANAGE GRANTS'],
  USERADMIN: ['CREATE USER', 'CREATE ROLE'],
  SYSADMIN: ['CREATE DATABASE', 'CREATE WAREHOUSE', 'CREATE COMPUTE POOL'],
}

/** Roles that no one can drop, rename or replace. */
export const BUILT_IN_ROLES: readonly string[] = [
  'ACCOUNTADMIN',
  'ORGADMIN',
  'PUBLIC',
  'SECURITYADMIN',
  'SYSADMIN',
  'USERADMIN',
]

export interface BootstrapOptions {
  /** As stored: `ADMIN`. */
  readonly user: string
  readonly password: string
  readonly now: Date
}

/** Fills an empty catalog with what a new account has: roles, one administrator, one warehouse. */
export function bootstrapCatalog(catalog: Catalog, options: BootstrapOptions): void {
  const createdOn = options.now.toISOString()
  const made = { createdOn, owner: '', comment: '' }
  const grant = (privilege: string, on: string, name: string, grantee: string): Grant => ({
    privilege,
    on,
    name,
    to: 'ROLE',
    grantee,
    grantOption: false,
    grantedBy: '',
    createdOn,
  })
  for (const name of BUILT_IN_ROLES) catalog.roles.put({ ...made, kind: 'ROLE', name })
  catalog.users.put(administrator(options))
  catalog.warehouses.put({
    ...made,
    kind: 'WAREHOUSE',
    name: 'COMPUTE_WH',
    owner: 'ACCOUNTADMIN',
    size: 'X-Small',
    autoSuspend: 600,
    autoResume: true,
    suspended: false,
    updatedOn: createdOn,
  })
  catalog.grants = [
    ...ROLE_HIERARCHY.map(([holder, held]) => grant('USAGE', 'ROLE', held, holder)),
    ...Object.entries(ACCOUNT_PRIVILEGES).flatMap(([role, privileges]) =>
      privileges.map((privilege) => grant(privilege, 'ACCOUNT', '', role)),
    ),
    grant('USAGE', 'WAREHOUSE', 'COMPUTE_WH', 'PUBLIC'),
    { ...grant('USAGE', 'ROLE', 'ACCOUNTADMIN', options.user), to: 'USER' },
  ]
}

function administrator({ user, password, now }: BootstrapOptions): User {
  return {
    kind: 'USER',
    name: user,
    createdOn: now.toISOString(),
    owner: 'ACCOUNTADMIN',
    comment: '',
    loginName: user,
    displayName: user,
    email: '',
    passwordHash: hashInitialPassword(password),
    publicKeys: [],
    defaultRole: 'ACCOUNTADMIN',
    defaultWarehouse: 'COMPUTE_WH',
    defaultNamespace: null,
    defaultSecondaryRoles: ['ALL'],
    disabled: false,
    mustChangePassword: false,
    type: null,
  }
}
