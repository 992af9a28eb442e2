import type { Bind } from '../../account.ts'
import type { ServiceFunctionObject } from '../../catalog/objects.ts'
import type { ServiceCalls } from '../../engine/service-calls.ts'
import type {
  Expression,
  FunctionCall,
  Ident,
  Position,
  Query,
  ValueWithSpan,
  WindowSpec,
} from './ast.ts'
import { ambiguousColumn, invalidIdentifier } from './errors.ts'
import { displayName, storedName } from './names.ts'
import type { Printed } from './print/printed.ts'
import type { Source } from './source.ts'
import type { SqlType } from './sql-type.ts'
import type { Table, Tables } from './tables.ts'

/** A column of a relation in FROM, or of a query's result. */
export interface Column {
  readonly name: string
  /** How it is written where its relation is in scope. */
  readonly sql: string
  readonly type: SqlType
  readonly notNull: boolean
  /** As `Printed.integer`. */
  readonly integer?: boolean
  /** A moment as a struct that loses nothing: see `readExactly`. */
  readonly exact?: string
  /** How it is written without its relation's name, when USING made one column of two. */
  readonly mergedSql?: string
}

/** A column that a query gives. */
export interface ResultColumn extends Omit<Column, 'sql' | 'exact' | 'mergedSql'> {
  /** True when the query gives a moment as a struct that loses nothing. */
  readonly exact?: boolean
}

/** A query in DuckDB's SQL, without parentheses around it. */
export interface PrintedQuery {
  readonly sql: string
  readonly columns: readonly ResultColumn[]
  readonly rounds: number
}

/** Something in FROM. */
export interface Relation {
  /** Its alias or table name, as stored. */
  readonly name: string | undefined
  /** Database, schema and name of a table without an alias, so that `db.schema.t.c` finds it. */
  readonly path: readonly string[]
  readonly columns: readonly Column[]
  /** Columns that USING merged into another relation's: only a qualified name means them. */
  readonly merged: ReadonlySet<string>
  /** Rounds of service calls that decide about its rows. */
  readonly rounds: number
  /** Of a GENERATOR: what SEQ4() and its like count. */
  readonly sequence?: string
}

/** A common table expression. */
export interface CommonTable {
  readonly sqlName: string
  readonly columns: readonly ResultColumn[]
  readonly rounds: number
}

/** What a statement knows while it is printed; the same for all of its parts. */
export interface Environment {
  readonly session: SessionFacts
  readonly tables: Tables
  readonly binds: readonly Bind[]
  /** Which bind each `?` stands for, counted from 0. */
  readonly placeholders: ReadonlyMap<ValueWithSpan, number>
  /** Answers of the statement's `SYSTEM$…` calls. */
  readonly systemAnswers: ReadonlyMap<FunctionCall, string | null>
  /** Service functions of a name. */
  readonly functions: (parts: readonly string[]) => readonly ServiceFunctionObject[]
  /** True when the session's role has the privilege on the table or view. */
  readonly allows: (privilege: string, table: Table) => boolean
  readonly calls: ServiceCalls
  /** The function of each call site in `calls`. */
  readonly called: ServiceFunctionObject[]
  /** True once something random is printed: passes then begin with the same seed. */
  readonly usesRandom: { value: boolean }
  /** A name that nothing else in the statement has. */
  readonly uniqueName: (prefix: string) => string
  readonly expression: (node: Expression, scope: Scope) => Printed
  /** Prints a query; the scope is its own, still without tables. */
  readonly query: (node: Query, scope: Scope) => PrintedQuery
}

/** Who asks, where and when. */
export interface SessionFacts {
  readonly id: string
  readonly queryId: string
  readonly user: string
  readonly role: string
  /** The role and all that it inherits from. */
  readonly roles: readonly string[]
  /** Roles that are active beside it; empty unless USE SECONDARY ROLES ALL. */
  readonly secondaryRoles: readonly string[]
  /** Roles that the user may USE. */
  readonly availableRoles: readonly string[]
  readonly account: string
  readonly database: string | null
  readonly schema: string | null
  readonly warehouse: string | null
  /** When the statement began; undefined: whatever the engine's clock says when it runs. */
  readonly now: Date | undefined
  readonly lastQueryIds: readonly string[]
  readonly variables: ReadonlyMap<string, string | null>
}

/** Where an expression stands: what names mean there. */
export interface Scope {
  readonly statement: Environment
  readonly source: Source
  /** The query around this one, whose columns a correlated subquery may use. */
  readonly outer: Scope | undefined
  readonly commonTables: ReadonlyMap<string, CommonTable>
  readonly relations: readonly Relation[]
  /** The SELECT list's aliases, which Snowflake lets other clauses use; a column of the name wins. */
  readonly aliases: ReadonlyMap<string, () => Printed>
  readonly windows: ReadonlyMap<string, WindowSpec>
  /** Rounds of service calls that decide whether the expression is evaluated for a row at all. */
  readonly rounds: number
  /** The views that the expression is in, outermost first. */
  readonly views: readonly string[]
  /** True where whoever reads the query takes moments as structs that lose nothing. */
  readonly exact: boolean
  /** What completes a name that has not all of its parts: a view has its own. */
  readonly database: string | null
  readonly schema: string | null
}

/** A scope whose expressions wait for so many rounds at least. */
export function waiting(scope: Scope, rounds: number): Scope {
  return rounds <= scope.rounds ? scope : { ...scope, rounds }
}

/**
 * The column or alias that a name means.
 *
 * @throws {SnowflakeError} 000904 when there is none, 002028 when there are several.
 */
export function resolveColumn(identifiers: readonly Ident[], scope: Scope): Printed {
  const parts = identifiers.map(storedName)
  const at = identifiers[0]?.span?.start
  for (let here: Scope | undefined = scope; here !== undefined; here = here.outer) {
    const column = maybeColumn(parts, here.relations, at)
    if (column !== undefined) return printColumn(column, parts.length === 1)
    const alias = parts.length === 1 ? here.aliases.get(parts[0] ?? '') : undefined
    if (alias !== undefined) return alias()
  }
  throw invalidIdentifier(displayName(parts), at)
}

/** The column that a name means in these relations alone. */
export function maybeColumn(
  parts: readonly string[],
  relations: readonly Relation[],
  at?: Position,
): { column: Column; relation: Relation } | undefined {
  const name = parts.at(-1) ?? ''
  const qualifier = parts.slice(0, -1)
  const found = relations.flatMap((relation) => {
    if (!isCalled(relation, qualifier)) return []
    if (qualifier.length === 0 && relation.merged.has(name)) return []
    return relation.columns
      .filter((column) => column.name === name)
      .map((column) => ({ column, relation }))
  })
  if (found.length > 1) throw ambiguousColumn(displayName(parts), at)
  return found[0]
}

/** True when the relation may be named so before a column: by alias, or by any tail of its table's name. */
export function isCalled(relation: Relation, qualifier: readonly string[]): boolean {
  if (qualifier.length === 0) return true
  if (qualifier.length === 1) return relation.name === qualifier[0]
  const tail = relation.path.slice(-qualifier.length)
  return tail.length === qualifier.length && tail.every((part, index) => part === qualifier[index])
}

export function printColumn(
  { column, relation }: { column: Column; relation: Relation },
  unqualified: boolean,
): Printed {
  const mergedSql = unqualified ? column.mergedSql : undefined
  return {
    sql: mergedSql ?? column.sql,
    exact: mergedSql === undefined ? column.exact : undefined,
    type: column.type,
    rounds: relation.rounds,
    volatile: false,
    notNull: column.notNull,
    integer: column.integer === true,
  }
}

/** A scope for a query inside another, whose columns it may use. */
export function innerScope(outer: Scope): Scope {
  return { ...emptied(outer), outer }
}

/** A scope for a query beside another. */
export function emptied(scope: Scope): Scope {
  return { ...scope, relations: [], aliases: new Map(), windows: new Map(), exact: false }
}
