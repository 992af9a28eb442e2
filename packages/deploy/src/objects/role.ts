import { parseIdentifier, quoteLiteral } from '@spcs/sql'
import { differences, explain, type ObjectKind } from './object-kind.ts'
import { printProperties, printTypedName, sentence } from './property.ts'

/** An account role. */
export interface Role {
  readonly name: string
  readonly comment?: string | undefined
}

export function createRoleSql({ name, comment }: Role): string {
  return sentence(
    `CREATE ROLE IF NOT EXISTS ${printTypedName(name)}`,
    ...printProperties({ COMMENT: comment }),
  )
}

export function alterRoleSql(name: string, { comment }: Omit<Role, 'name'>): string {
  return sentence(
    `ALTER ROLE ${printTypedName(name)} SET`,
    ...printProperties({ COMMENT: comment }),
  )
}

export function showRolesSql(name: string): string {
  return `SHOW ROLES LIKE ${quoteLiteral(parseIdentifier(name))}`
}

export function dropRoleSql(name: string): string {
  return `DROP ROLE IF EXISTS ${printTypedName(name)}`
}

export const roles: ObjectKind<Role> = {
  kind: 'role',
  name: ({ name }) => name,
  showSql: ({ name }) => showRolesSql(name),
  createSql: createRoleSql,
  alterations: ({ name, ...role }, row) => {
    const found = differences({ comment: role.comment }, row)
    return found.length === 0 ? [] : [{ sql: alterRoleSql(name, role), why: explain(found) }]
  },
}
