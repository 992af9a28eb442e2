import { parseIdentifier, quoteLiteral } from '@spcs/sql'
import { alteration, differences, type ObjectKind } from './object-kind.ts'
import { printProperties, printTypedName, sentence } from './property.ts'

/** A database; its schema PUBLIC comes with it. */
export interface Database {
  readonly name: string
  readonly comment?: string | undefined
}

export function createDatabaseSql({ name, comment }: Database): string {
  return sentence(
    `CREATE DATABASE IF NOT EXISTS ${printTypedName(name)}`,
    ...printProperties({ COMMENT: comment }),
  )
}

export function alterDatabaseSql(name: string, { comment }: Pick<Database, 'comment'>): string {
  return sentence(
    `ALTER DATABASE ${printTypedName(name)} SET`,
    ...printProperties({ COMMENT: comment }),
  )
}

export function showDatabasesSql(name: string): string {
  return `SHOW DATABASES LIKE ${quoteLiteral(parseIdentifier(name))}`
}

/** Also drops, some time later, the services that live in it. */
export function dropDatabaseSql(name: string): string {
  return `DROP DATABASE IF EXISTS ${printTypedName(name)}`
}

export const databases: ObjectKind<Database> = {
  kind: 'database',
  name: ({ name }) => name,
  showSql: ({ name }) => showDatabasesSql(name),
  createSql: createDatabaseSql,
  alterations: (database, row) =>
    alteration(database, differences({ comment: [database.comment, row['comment']] }), (changes) =>
      alterDatabaseSql(database.name, changes),
    ),
}
