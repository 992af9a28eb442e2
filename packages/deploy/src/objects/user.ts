import { parseIdentifier, quoteLiteral } from '@spcs/sql'
import { alteration, differences, type ObjectKind } from './object-kind.ts'
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

export function alterUserSql(name: string, user: Partial<Omit<User, 'name' | 'password'>>): string {
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
  alterations: (user, row) => {
    const found = differences({
      defaultRole: [maybeStored(user.defaultRole), row['default_role']],
      defaultWarehouse: [maybeStored(user.defaultWarehouse), row['default_warehouse']],
      comment: [user.comment, row['comment']],
    })
    return alteration(user, found, (changes) => alterUserSql(user.name, changes))
  },
}

function maybeStored(name: string | undefined): string | undefined {
  return name === undefined ? undefined : parseIdentifier(name)
}

function changeable(user: Partial<User>): Parameters<typeof printProperties>[0] {
  return {
    DEFAULT_ROLE: maybeName(user.defaultRole),
    DEFAULT_WAREHOUSE: maybeName(user.defaultWarehouse),
  }
}
