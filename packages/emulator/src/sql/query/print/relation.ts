import type { Column, PrintedQuery, Relation, ResultColumn, Scope } from '../scope.ts'
import type { SqlType } from '../sql-type.ts'
import { castTo } from './cast.ts'
import type { Printed } from './printed.ts'

/** Names of a derived relation's columns: Snowflake's may differ in case alone, which DuckDB does not tell apart. */
export function columnAliases(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `c${index}`)
}

/** A query's column where its relation is in scope; `sql` names it there. */
export function columnOfQuery({ exact, ...column }: ResultColumn, sql: string): Column {
  return exact === true ? { ...column, sql: `${sql}['at']`, exact: sql } : { ...column, sql }
}

/** A query in FROM: `(…) AS r1(c0, c1)`, and the relation that it is. */
export function relationOfQuery(
  query: PrintedQuery,
  name: string | undefined,
  names: readonly string[] | undefined,
  scope: Scope,
): { readonly sql: string; readonly relation: Relation } {
  const alias = scope.statement.uniqueName('r')
  const columns = columnAliases(query.columns.length)
  return {
    sql: `(${query.sql}) AS ${alias}(${columns.join(', ')})`,
    relation: {
      name,
      path: [],
      columns: query.columns.map((column, index) =>
        columnOfQuery(
          { ...column, name: names?.[index] ?? column.name },
          `${alias}.${columns[index]}`,
        ),
      ),
      merged: new Set(),
      rounds: query.rounds,
    },
  }
}

/** The query with its columns made of other types. */
export function castColumns(
  query: PrintedQuery,
  types: readonly SqlType[],
  scope: Scope,
  when: 'if-different' | 'always' = 'if-different',
): PrintedQuery {
  const differs =
    when === 'always' ||
    query.columns.some((column, index) => {
      const type = types[index]
      if (type === undefined || type.kind !== column.type.kind) return true
      return (
        type.kind === 'NUMBER' && column.type.kind === 'NUMBER' && type.scale !== column.type.scale
      )
    })
  if (!differs) return query
  const { sql, relation } = relationOfQuery(query, undefined, undefined, scope)
  const cast = relation.columns.map((column, index): Printed => {
    const value: Printed = { sql: column.sql, type: column.type, rounds: 0, volatile: false }
    return castTo(value, types[index] ?? column.type)
  })
  return {
    ...query,
    sql: `SELECT ${cast.map((column) => column.sql).join(', ')} FROM ${sql}`,
    columns: query.columns.map(({ name, type, notNull }, index) => ({
      name,
      type: types[index] ?? type,
      notNull,
    })),
  }
}
