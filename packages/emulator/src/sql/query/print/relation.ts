import {
  type Column,
  printColumn,
  type PrintedQuery,
  type Relation,
  type ResultColumn,
  type Scope,
} from '../scope.ts'
import type { SqlType } from '../sql-type.ts'
import { castTo } from './cast.ts'
import { structOf } from './exact-moment.ts'

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

interface CastOptions {
  /** Where nothing differs the query stays as it is, unless it is to be cast all the same. */
  readonly when?: 'if-different' | 'always'
  /** The columns that are to be structs that lose nothing. */
  readonly exact?: readonly boolean[]
}

/** The query with its columns made of other types. */
export function castColumns(
  query: PrintedQuery,
  types: readonly SqlType[],
  scope: Scope,
  { when = 'if-different', exact = [] }: CastOptions = {},
): PrintedQuery {
  const differs =
    when === 'always' ||
    query.columns.some((column, index) => {
      const type = types[index]
      if (type === undefined || type.kind !== column.type.kind) return true
      if ((column.exact === true) !== (exact[index] === true)) return true
      return (
        type.kind === 'NUMBER' && column.type.kind === 'NUMBER' && type.scale !== column.type.scale
      )
    })
  if (!differs) return query
  const { sql, relation } = relationOfQuery(query, undefined, undefined, scope)
  const cast = relation.columns.map((column, index): string => {
    const value = castTo(printColumn({ column, relation }, false), types[index] ?? column.type)
    return exact[index] === true ? structOf(value) : value.sql
  })
  return {
    ...query,
    sql: `SELECT ${cast.join(', ')} FROM ${sql}`,
    columns: query.columns.map(({ name, type, notNull }, index) => ({
      name,
      type: types[index] ?? type,
      notNull,
      exact: exact[index] === true,
    })),
  }
}

/** Two queries with columns of the same types; moments stay structs where both sides have them. */
export function castAlike(
  left: PrintedQuery,
  right: PrintedQuery,
  types: readonly SqlType[],
  scope: Scope,
): readonly [PrintedQuery, PrintedQuery] {
  const exact = left.columns.map((column, index) => {
    const other = right.columns[index]
    const isNone = (side: ResultColumn | undefined): boolean => side?.type.kind === 'NULL'
    const isStruct = (side: ResultColumn | undefined): boolean => side?.exact === true
    if (isNone(column) || isNone(other)) return isStruct(column) || isStruct(other)
    return isStruct(column) && isStruct(other) && column.type.kind === other?.type.kind
  })
  return [castColumns(left, types, scope, { exact }), castColumns(right, types, scope, { exact })]
}
