import { parseIdentifier, quoteLiteral } from '@spcs/sql'
import { alteration, differences, type ObjectKind } from './object-kind.ts'
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

export function alterRoleSql(name: string, { comment }: Pick<Role, 'comment'>): string {
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
  alterations: (role, row) =>
    alteration(role, differences({ comment: [role.comment, row['comment']] }), (changes) =>
      alterRoleSql(role.name, changes),
    ),
}
