import { parseIdentifier, printIdentifier, type QueryRunner } from '@spcs/sql'
import { type ShownRow, textOf } from '../objects/object-kind.ts'
import { shownRows } from '../shown-rows.ts'

/** Roles with all that they inherit from, and everything that is granted to any of them. */
export interface RoleTree {
  readonly roles: ReadonlySet<string>
  /** Rows of SHOW GRANTS TO ROLE. */
  readonly grants: readonly ShownRow[]
}

/** Reads what roles hold, by themselves and by the roles below them. */
export async function readRoleTree(
  runner: QueryRunner,
  roots: Iterable<string>,
): Promise<RoleTree> {
  const roles = new Set<string>()
  const grants: ShownRow[] = []
  let level = [...roots]
  while (level.length > 0) {
    for (const role of level) roles.add(role)
    const rows = (await Promise.all(level.map((role) => grantsTo(runner, role)))).flat()
    grants.push(...rows)
    const below = rows.filter(isRoleGrant).map((row) => parseIdentifier(textOf(row['name'])))
    level = [...new Set(below)].filter((role) => !roles.has(role))
  }
  return { roles, grants }
}

/** The roles that a user may use. */
export async function rolesOfUser(runner: QueryRunner, user: string): Promise<string[]> {
  const rows = await shownRows(runner, `SHOW GRANTS TO USER ${printIdentifier(user)}`)
  return rows.map((row) => textOf(row['role'])).filter((role) => role !== '')
}

/** True when one of the roles has the privilege on the object, or owns it. */
export function isHeld(
  { grants }: RoleTree,
  privilege: string,
  on: string,
  name: string | undefined,
): boolean {
  const kind = on.replaceAll(' ', '_')
  return grants.some(
    (row) =>
      (row['privilege'] === privilege || row['privilege'] === 'OWNERSHIP') &&
      textOf(row['granted_on']).replaceAll(' ', '_') === kind &&
      (name === undefined || isNamed(textOf(row['name']), name)),
  )
}

/** True when a name, maybe without its database and schema, is that of the row. */
export function isNamed(shown: string, name: string): boolean {
  const plain = (text: string): string => text.replaceAll('"', '').toUpperCase()
  return plain(shown) === plain(name) || plain(shown).endsWith(`.${plain(name)}`)
}

async function grantsTo(runner: QueryRunner, role: string): Promise<ShownRow[]> {
  return shownRows(runner, `SHOW GRANTS TO ROLE ${printIdentifier(role)}`)
}

function isRoleGrant(row: ShownRow): boolean {
  return row['granted_on'] === 'ROLE' && row['privilege'] === 'USAGE'
}
