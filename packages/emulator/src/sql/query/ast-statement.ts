import type {
  ColumnDefinition,
  Expression,
  FunctionCall,
  Ident,
  ObjectName,
  Query,
  TableFactor,
  TableWithJoins,
  Values,
} from './ast.ts'

export interface Assignment {
  readonly target: { readonly ColumnName: ObjectName }
  readonly value: Expression
}

export interface MergeClause {
  readonly clause_kind: 'Matched' | 'NotMatched' | 'NotMatchedByTarget' | 'NotMatchedBySource'
  readonly predicate: Expression | undefined
  readonly action:
    | { readonly Update: { readonly assignments: readonly Assignment[] } }
    | { readonly Delete: unknown }
    | {
        readonly Insert: {
          readonly columns: readonly ObjectName[]
          readonly kind: { readonly Values: Values } | string
        }
      }
}

/** Every kind of statement that we read, by its key. */
export interface StatementKinds {
  Query: Query
  Insert: {
    table: { readonly TableName: ObjectName } | Readonly<Record<string, unknown>>
    columns: readonly ObjectName[]
    overwrite: boolean
    source: Query | undefined
    multi_table_insert_type: unknown
  }
  Update: {
    table: TableWithJoins
    assignments: readonly Assignment[]
    from:
      | { readonly AfterSet: readonly TableWithJoins[] }
      | Readonly<Record<string, unknown>>
      | undefined
    selection: Expression | undefined
  }
  Delete: {
    from:
      | { readonly WithFromKeyword: readonly TableWithJoins[] }
      | Readonly<Record<string, unknown>>
    using: readonly TableWithJoins[] | undefined
    selection: Expression | undefined
  }
  Merge: {
    table: TableFactor
    source: TableFactor
    on: Expression
    clauses: readonly MergeClause[]
  }
  CreateTable: {
    or_replace: boolean
    temporary: boolean
    transient: boolean
    external: boolean
    if_not_exists: boolean
    name: ObjectName
    columns: readonly ColumnDefinition[]
    query: Query | undefined
    like: { readonly Plain: { readonly name: ObjectName } } | undefined
    clone: ObjectName | undefined
    table_options: unknown
  }
  CreateView: {
    or_replace: boolean
    if_not_exists: boolean
    materialized: boolean
    name: ObjectName
    columns: readonly { readonly name: Ident }[]
    query: Query
    comment: string | undefined
  }
  Drop: {
    object_type: string
    if_exists: boolean
    names: readonly ObjectName[]
  }
  Truncate: {
    table_names: readonly { readonly name: ObjectName }[]
    if_exists: boolean
  }
  Call: FunctionCall
  StartTransaction: unknown
  Commit: unknown
  Rollback: unknown
}
export type Statement = {
  [K in keyof StatementKinds]: { readonly [P in K]: StatementKinds[K] }
}[keyof StatementKinds]
