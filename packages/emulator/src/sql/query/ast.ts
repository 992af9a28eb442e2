/**
 * The syntax tree of sqlparser-rs 0.62 as serde writes it: a union is an object with one key, or a bare word
 * where the variant holds nothing. Only what we read is described; a key that is not here is refused by name.
 */

export interface Position {
  readonly line: number
  readonly column: number
}

export interface Ident {
  readonly value: string
  readonly quote_style: string | undefined
  readonly span?: { readonly start: Position; readonly end: Position }
}

export type NamePart =
  | { readonly Identifier: Ident }
  | { readonly Function: { readonly name: Ident; readonly args: readonly FunctionArg[] } }
export type ObjectName = readonly NamePart[]

export type Literal =
  | 'Null'
  | { readonly Number: readonly [string, boolean] }
  | { readonly SingleQuotedString: string }
  | { readonly DollarQuotedString: { readonly value: string } }
  | { readonly HexStringLiteral: string }
  | { readonly Boolean: boolean }
  | { readonly Placeholder: string }

export interface ValueWithSpan {
  readonly value: Literal
  readonly span?: { readonly start: Position; readonly end: Position }
}

/** Every kind of expression, by its key. */
export interface ExpressionKinds {
  Identifier: Ident
  CompoundIdentifier: readonly Ident[]
  Value: ValueWithSpan
  Nested: Expression
  Tuple: readonly Expression[]
  BinaryOp: { left: Expression; op: BinaryOperator; right: Expression }
  UnaryOp: { op: string; expr: Expression }
  IsNull: Expression
  IsNotNull: Expression
  IsTrue: Expression
  IsNotTrue: Expression
  IsFalse: Expression
  IsNotFalse: Expression
  IsDistinctFrom: readonly [Expression, Expression]
  IsNotDistinctFrom: readonly [Expression, Expression]
  InList: { expr: Expression; list: readonly Expression[]; negated: boolean }
  InSubquery: { expr: Expression; subquery: Query; negated: boolean }
  Between: { expr: Expression; negated: boolean; low: Expression; high: Expression }
  Like: LikeExpression
  ILike: LikeExpression
  RLike: { negated: boolean; expr: Expression; pattern: Expression; regexp: boolean }
  Case: {
    operand: Expression | undefined
    conditions: readonly { condition: Expression; result: Expression }[]
    else_result: Expression | undefined
  }
  Cast: { kind: 'Cast' | 'TryCast' | 'DoubleColon'; expr: Expression; data_type: AstDataType }
  TypedString: { data_type: AstDataType; value: ValueWithSpan }
  AtTimeZone: { timestamp: Expression; time_zone: Expression }
  Extract: { field: DateTimeField; expr: Expression }
  Ceil: { expr: Expression; field: CeilField }
  Floor: { expr: Expression; field: CeilField }
  Position: { expr: Expression; in: Expression }
  Substring: {
    expr: Expression
    substring_from: Expression | undefined
    substring_for: Expression | undefined
  }
  Trim: {
    expr: Expression
    trim_where: 'Both' | 'Leading' | 'Trailing' | undefined
    trim_what: Expression | undefined
    trim_characters: readonly Expression[] | undefined
  }
  Collate: { expr: Expression; collation: ObjectName }
  Interval: { value: Expression; leading_field: DateTimeField | undefined }
  Function: FunctionCall
  Subquery: Query
  Exists: { subquery: Query; negated: boolean }
  JsonAccess: { value: Expression; path: { path: readonly JsonPathPart[] } }
  CompoundFieldAccess: {
    root: Expression
    access_chain: readonly ({ Dot: Expression } | { Subscript: { Index: { index: Expression } } })[]
  }
  Array: { elem: readonly Expression[] }
  Dictionary: readonly { key: Ident; value: Expression }[]
  GroupingSets: readonly (readonly Expression[])[]
  Rollup: readonly (readonly Expression[])[]
  Cube: readonly (readonly Expression[])[]
}

export type Expression = {
  [K in keyof ExpressionKinds]: { readonly [P in K]: ExpressionKinds[K] }
}[keyof ExpressionKinds]

export type BinaryOperator =
  | 'Plus'
  | 'Minus'
  | 'Multiply'
  | 'Divide'
  | 'Modulo'
  | 'StringConcat'
  | 'Gt'
  | 'Lt'
  | 'GtEq'
  | 'LtEq'
  | 'Eq'
  | 'NotEq'
  | 'And'
  | 'Or'

export interface LikeExpression {
  readonly negated: boolean
  readonly any: boolean
  readonly expr: Expression
  readonly pattern: Expression
  readonly escape_char: { readonly value: Literal } | undefined
}

export type JsonPathPart =
  | { readonly Dot: { readonly key: string; readonly quoted: boolean } }
  | { readonly Bracket: { readonly key: Expression } }

export type DateTimeField = string | Readonly<Record<string, unknown>>
export type CeilField =
  | { readonly DateTimeField: string | Readonly<Record<string, unknown>> }
  | { readonly Scale: ValueWithSpan }

/** A data type: `"Date"`, `{"Int": null}`, `{"Custom": [name, args]}`, … */
export type AstDataType = string | Readonly<Record<string, unknown>>

export type FunctionArgExpression =
  | { readonly Expr: Expression }
  | { readonly QualifiedWildcard: ObjectName }
  | 'Wildcard'

export type FunctionArg =
  | { readonly Unnamed: FunctionArgExpression }
  | { readonly Named: { readonly name: Ident; readonly arg: FunctionArgExpression } }

export interface FunctionCall {
  readonly name: ObjectName
  readonly args:
    | 'None'
    | { readonly Subquery: Query }
    | {
        readonly List: {
          readonly duplicate_treatment: 'Distinct' | 'All' | undefined
          readonly args: readonly FunctionArg[]
          readonly clauses: readonly Readonly<Record<string, unknown>>[]
        }
      }
  readonly filter: Expression | undefined
  readonly null_treatment: 'IgnoreNulls' | 'RespectNulls' | undefined
  readonly over: { readonly WindowSpec: WindowSpec } | { readonly NamedWindow: Ident } | undefined
  readonly within_group: readonly OrderByExpression[]
}

export interface WindowSpec {
  readonly window_name: Ident | undefined
  readonly partition_by: readonly Expression[]
  readonly order_by: readonly OrderByExpression[]
  readonly window_frame:
    | {
        readonly units: 'Rows' | 'Range' | 'Groups'
        readonly start_bound: FrameBound
        readonly end_bound: FrameBound | undefined
      }
    | undefined
}
export type FrameBound =
  | 'CurrentRow'
  | { readonly Preceding: Expression | undefined }
  | { readonly Following: Expression | undefined }

export interface OrderByExpression {
  readonly expr: Expression
  readonly options: { readonly asc: boolean | undefined; readonly nulls_first: boolean | undefined }
}

export interface WildcardOptions {
  readonly opt_ilike: { readonly pattern: string } | undefined
  readonly opt_exclude: OneOrMany<ObjectName> | undefined
  readonly opt_rename: OneOrMany<{ readonly ident: Ident; readonly alias: Ident }> | undefined
  readonly opt_replace:
    | {
        readonly items: readonly { readonly expr: Expression; readonly column_name: Ident }[]
      }
    | undefined
}
export type OneOrMany<T> = { readonly Single: T } | { readonly Multiple: readonly T[] }

export type SelectItem =
  | { readonly UnnamedExpr: Expression }
  | { readonly ExprWithAlias: { readonly expr: Expression; readonly alias: Ident } }
  | { readonly Wildcard: WildcardOptions }
  | {
      readonly QualifiedWildcard: readonly [{ readonly ObjectName: ObjectName }, WildcardOptions]
    }

export interface TableAlias {
  readonly name: Ident
  readonly columns: readonly { readonly name: Ident }[]
}

export interface TableFactorKinds {
  Table: {
    name: ObjectName
    alias: TableAlias | undefined
    args: { readonly args: readonly FunctionArg[] } | undefined
    version: unknown
    sample: unknown
  }
  Derived: { lateral: boolean; subquery: Query; alias: TableAlias | undefined }
  TableFunction: { expr: Expression; alias: TableAlias | undefined }
  Function: {
    lateral: boolean
    name: ObjectName
    args: readonly FunctionArg[]
    alias: TableAlias | undefined
  }
  NestedJoin: { table_with_joins: TableWithJoins; alias: TableAlias | undefined }
}
export type TableFactor = {
  [K in keyof TableFactorKinds]: { readonly [P in K]: TableFactorKinds[K] }
}[keyof TableFactorKinds]

export interface TableWithJoins {
  readonly relation: TableFactor
  readonly joins: readonly Join[]
}
export interface Join {
  readonly relation: TableFactor
  readonly join_operator: string | Readonly<Record<string, JoinConstraint>>
}
export type JoinConstraint =
  | 'None'
  | 'Natural'
  | { readonly On: Expression }
  | { readonly Using: readonly ObjectName[] }

export interface Select {
  readonly select_token?: { readonly span: { readonly start: Position } }
  readonly distinct: 'Distinct' | 'All' | Readonly<Record<string, unknown>> | undefined
  readonly top: { readonly quantity: { readonly Constant: number } | undefined } | undefined
  readonly projection: readonly SelectItem[]
  readonly into: unknown
  readonly from: readonly TableWithJoins[]
  readonly lateral_views: readonly unknown[]
  readonly selection: Expression | undefined
  readonly connect_by: readonly unknown[]
  readonly group_by:
    | { readonly Expressions: readonly [readonly Expression[], unknown] }
    | { readonly All: unknown }
  readonly having: Expression | undefined
  readonly named_window: readonly (readonly [Ident, { readonly WindowSpec: WindowSpec }])[]
  readonly qualify: Expression | undefined
}

export type SetExpression =
  | { readonly Select: Select }
  | { readonly Query: Query }
  | { readonly Values: Values }
  | {
      readonly SetOperation: {
        readonly op: 'Union' | 'Except' | 'Intersect' | 'Minus'
        readonly set_quantifier: 'All' | 'Distinct' | 'None' | 'ByName' | 'AllByName'
        readonly left: SetExpression
        readonly right: SetExpression
      }
    }
export interface Values {
  readonly rows: readonly { readonly content: readonly Expression[] }[]
}

export interface Query {
  readonly with:
    | {
        readonly recursive: boolean
        readonly cte_tables: readonly { readonly alias: TableAlias; readonly query: Query }[]
      }
    | undefined
  readonly body: SetExpression
  readonly order_by:
    | {
        readonly kind:
          | { readonly Expressions: readonly OrderByExpression[] }
          | { readonly All: unknown }
      }
    | undefined
  readonly limit_clause:
    | {
        readonly LimitOffset: {
          readonly limit: Expression | undefined
          readonly offset: { readonly value: Expression } | undefined
        }
      }
    | undefined
  readonly fetch: { readonly quantity: Expression | undefined } | undefined
}

export interface ColumnDefinition {
  readonly name: Ident
  readonly data_type: AstDataType
  readonly options: readonly { readonly option: string | Readonly<Record<string, unknown>> }[]
}

/** The key of a union's node and what is under it; a bare word holds nothing. */
export function kindOf(node: object | string): [kind: string, content: unknown] {
  if (typeof node === 'string') return [node, undefined]
  const [entry] = Object.entries(node)
  return entry ?? ['nothing', undefined]
}
