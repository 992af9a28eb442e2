import { unsupported } from '../../../snowflake-error.ts'
import type { JoinConstraint } from '../ast.ts'
import { tableDoesNotExist } from '../errors.ts'
import { storedParts } from '../names.ts'
import { maybeColumn, type Relation, type Scope, waiting } from '../scope.ts'
import { comparable, toBoolean } from './cast.ts'
import { columnAliases } from './relation.ts'
import type { PrintedTableFunction } from './table-function.ts'

/** A FROM clause, or a part of one: its SQL and the relations that are in scope by it. */
export interface PrintedFrom {
  readonly sql: string
  readonly relations: readonly Relation[]
  /** Rounds of service calls that decide about its rows. */
  readonly rounds: number
  /** Of a FLATTEN that has not been joined to anything yet. */
  readonly items?: PrintedTableFunction['items']
}

const JOINS: Record<string, string> = {
  Join: 'JOIN',
  Inner: 'JOIN',
  Left: 'LEFT JOIN',
  LeftOuter: 'LEFT JOIN',
  Right: 'RIGHT JOIN',
  RightOuter: 'RIGHT JOIN',
  FullOuter: 'FULL JOIN',
  CrossJoin: 'CROSS JOIN',
}

/** Prints a join of two parts of FROM; `before` are the relations beside it, which ON may use too. */
export function printJoin(
  left: PrintedFrom,
  right: PrintedFrom,
  kind: string,
  constraint: JoinConstraint,
  before: readonly Relation[],
  scope: Scope,
): PrintedFrom {
  const join = JOINS[kind]
  if (join === undefined) throw unsupported(`${kind} join`)
  const rounds = Math.max(left.rounds, right.rounds)
  const both = [...left.relations, ...right.relations]
  if (constraint === 'None') {
    // Snowflake takes a JOIN without ON for a cross join.
    const crosses = join === 'JOIN' || join === 'CROSS JOIN'
    // A FLATTEN of what stands before this item of FROM needs a lateral join.
    const { items: _, ...lateral } = right
    if (crosses) return beside(left, before.length === 0 ? right : lateral, ' CROSS JOIN ', scope)
    return { sql: `${left.sql} ${join} ${right.sql} ON true`, relations: both, rounds }
  }
  if (typeof constraint === 'object' && 'On' in constraint) {
    const here = waiting({ ...scope, relations: [...before, ...both] }, rounds)
    const on = toBoolean(scope.statement.expression(constraint.On, here))
    return {
      sql: `${left.sql} ${join} ${right.sql} ON ${on.sql}`,
      relations: optional(left, right, join),
      rounds: Math.max(rounds, on.rounds),
    }
  }
  const names =
    constraint === 'Natural'
      ? commonColumns(left, right)
      : constraint.Using.map((name) => storedParts(name).at(-1) ?? '')
  return printUsing(left, right, join, names, rounds)
}

/** JOIN … USING: one column where both sides have one. */
function printUsing(
  left: PrintedFrom,
  right: PrintedFrom,
  join: string,
  names: readonly string[],
  rounds: number,
): PrintedFrom {
  if (names.length === 0) {
    return {
      sql: `${left.sql} CROSS JOIN ${right.sql}`,
      relations: [...left.relations, ...right.relations],
      rounds,
    }
  }
  const merged = new Map<string, string>()
  const conditions = names.map((name) => {
    const a = maybeColumn([name], left.relations)
    const b = maybeColumn([name], right.relations)
    if (a === undefined || b === undefined) {
      throw tableDoesNotExist('Object', name)
    }
    const of = (found: typeof a): string => found.column.mergedSql ?? found.column.sql
    const [x, y] = comparable(
      { sql: of(a), type: a.column.type, rounds: 0, volatile: false },
      { sql: of(b), type: b.column.type, rounds: 0, volatile: false },
      'USING',
    )
    if (join === 'RIGHT JOIN') merged.set(name, of(b))
    if (join === 'FULL JOIN') merged.set(name, `coalesce(${x.sql}, ${y.sql})`)
    return `${x.sql} = ${y.sql}`
  })
  const [leftRelations, rightRelations] = [left, right].map((side) => side.relations)
  return {
    sql: `${left.sql} ${join} ${right.sql} ON ${conditions.join(' AND ')}`,
    relations: [
      ...(leftRelations ?? []).map((relation) => ({
        ...relation,
        columns: relation.columns.map((column) => {
          const mergedSql = merged.get(column.name)
          return mergedSql === undefined ? column : { ...column, mergedSql }
        }),
      })),
      ...(rightRelations ?? []).map((relation) => ({
        ...relation,
        merged: new Set([...relation.merged, ...names]),
      })),
    ],
    rounds,
  }
}

/** Columns of the side of an outer join that may be missing can be NULL. */
function optional(left: PrintedFrom, right: PrintedFrom, join: string): Relation[] {
  const nullable = (relation: Relation): Relation => ({
    ...relation,
    columns: relation.columns.map((column) => ({ ...column, notNull: false })),
  })
  const keepsRight = join === 'JOIN' || join === 'RIGHT JOIN'
  const keepsLeft = join === 'JOIN' || join === 'LEFT JOIN'
  return [
    ...left.relations.map((relation) => (keepsLeft ? relation : nullable(relation))),
    ...right.relations.map((relation) => (keepsRight ? relation : nullable(relation))),
  ]
}

function commonColumns(left: PrintedFrom, right: PrintedFrom): string[] {
  const names = new Set(
    right.relations.flatMap((relation) => relation.columns.map(({ name }) => name)),
  )
  return left.relations.flatMap((relation) =>
    relation.columns.map(({ name }) => name).filter((name) => names.has(name)),
  )
}

/** Every row of the one with every row of the other. */
export function beside(
  left: PrintedFrom,
  right: PrintedFrom,
  separator: string,
  scope: Scope,
): PrintedFrom {
  const rounds = Math.max(left.rounds, right.rounds)
  if (right.items !== undefined) return unnested(left, right.items, rounds, scope)
  return {
    sql: `${left.sql}${separator}${right.sql}`,
    relations: [...left.relations, ...right.relations],
    rounds,
  }
}

/**
 * The rows of FLATTEN beside the rows that they come from. Not by a lateral join: DuckDB gives its rows in any order,
 * and users expect that of the array.
 */
function unnested(
  left: PrintedFrom,
  items: NonNullable<PrintedFrom['items']>,
  rounds: number,
  scope: Scope,
): PrintedFrom {
  const alias = scope.statement.uniqueName('r')
  const inner: string[] = []
  const carried = (sql: string): string => {
    inner.push(sql)
    return `${alias}.c${inner.length - 1}`
  }
  const relations = left.relations.map((relation): Relation => ({
    ...relation,
    columns: relation.columns.map(({ exact, mergedSql, ...column }) => ({
      ...column,
      sql: carried(column.sql),
      ...(exact === undefined ? {} : { exact: carried(exact) }),
      ...(mergedSql === undefined ? {} : { mergedSql: carried(mergedSql) }),
    })),
    ...(relation.sequence === undefined ? {} : { sequence: carried(relation.sequence) }),
  }))
  const item = carried(`unnest(${items.sql})`)
  return {
    sql: `(SELECT ${inner.join(', ')} FROM ${left.sql}) AS ${alias}(${columnAliases(inner.length).join(', ')})`,
    relations: [...relations, items.relation(item)],
    rounds,
  }
}
