import { parseIdentifier, quoteLiteral } from '@spcs/sql'
import { differences, explain, type ObjectKind } from './object-kind.ts'
import { maybeName, printProperties, printTypedName, sentence } from './property.ts'

/** A user. A password is set when the user is created, and never read back or changed. */
export interface User {
  readonly name: string
  readonly password?: string | undefined
  readonly defaultRole?: string | undefined
  readonly defaultWarehouse?: string | undefined
  readonly mustChangePassword?: boolean | undefined
  readonly comment?: string | undefined
}

export function createUserSql(user: User): string {
  return sentence(
    `CREATE USER IF NOT EXISTS ${printTypedName(user.name)}`,
    ...printProperties({ PASSWORD: user.password, ...changeable(user) }),
    ...printProperties({ MUST_CHANGE_PASSWORD: user.mustChangePassword, COMMENT: user.comment }),
  )
}

export function alterUserSql(name: string, user: Omit<User, 'name' | 'password'>): string {
  return sentence(
    `ALTER USER ${printTypedName(name)} SET`,
    ...printProperties({ ...changeable(user), COMMENT: user.comment }),
  )
}

export function showUsersSql(name: string): string {
  return `SHOW USERS LIKE ${quoteLiteral(parseIdentifier(name))}`
}

export function dropUserSql(name: string): string {
  return `DROP USER IF EXISTS ${printTypedName(name)}`
}

export const users: ObjectKind<User> = {
  kind: 'user',
  name: ({ name }) => name,
  showSql: ({ name }) => showUsersSql(name),
  createSql: createUserSql,
  alterations: ({ name, password: _unreadable, ...user }, row) => {
    const wanted = {
      default_role: user.defaultRole && parseIdentifier(user.defaultRole),
      default_warehouse: user.defaultWarehouse && parseIdentifier(user.defaultWarehouse),
      comment: user.comment,
    }
    const found = differences(wanted, row)
    return found.length === 0 ? [] : [{ sql: alterUserSql(name, user), why: explain(found) }]
  },
}

function changeable(user: Omit<User, 'name'>): Parameters<typeof printProperties>[0] {
  return {
    DEFAULT_ROLE: maybeName(user.defaultRole),
    DEFAULT_WAREHOUSE: maybeName(user.defaultWarehouse),
  }
}
