import type { SqlType } from '../sql-type.ts'

/** An expression in DuckDB's SQL, with what is known of it. */
export interface Printed {
  /** Closed: it can stand anywhere, parentheses are around it where they are needed. */
  readonly sql: string
  readonly type: SqlType
  /** Rounds of service calls that must be answered before its value is right; 0 when there are none in it. */
  readonly rounds: number
  /** True when evaluating it twice is not the same: random values, and service calls. */
  readonly volatile: boolean
  /** Its value, when it is a literal. */
  readonly literal?: string | number | boolean | null
  /** The same moment as a struct that loses nothing, where the engine's own type would: see `readExactly`. */
  readonly exact?: string | undefined
  /** True when it is a column that cannot be NULL. */
  readonly notNull?: boolean
  /** True for a NUMBER that DuckDB holds as an integer type, in which arithmetic overflows early. */
  readonly integer?: boolean
}

/** The SQL of an expression made of others. */
export function compose(
  type: SqlType,
  parts: readonly Printed[],
  sql: (...parts: string[]) => string,
  more: { readonly integer?: boolean } = {},
): Printed {
  return {
    sql: composeSql(parts, sql),
    type,
    rounds: Math.max(0, ...parts.map((part) => part.rounds)),
    volatile: parts.some((part) => part.volatile),
    ...more,
  }
}

/**
 * An expression that names a value several times, which is evaluated once for it: a volatile one as the parameter
 * of a lambda over a list of one.
 */
export function evaluatedOnce(value: Printed, use: (value: Printed) => Printed): Printed {
  if (!value.volatile) return use(value)
  const name = newVariable()
  const used = use({ ...value, sql: name, exact: undefined, volatile: false })
  return {
    ...used,
    sql: bindVariable(name, value.sql, used.sql),
    exact: undefined,
    rounds: Math.max(value.rounds, used.rounds),
    volatile: true,
  }
}

/** Fills parts into SQL; volatile ones that it repeats, or that a macro may repeat, are evaluated once. */
function composeSql(parts: readonly Printed[], sql: (...parts: string[]) => string): string {
  if (!parts.some((part) => part.volatile)) return sql(...parts.map((part) => part.sql))
  const names = parts.map((part) => (part.volatile ? newVariable() : undefined))
  const named = sql(...parts.map((part, index) => names[index] ?? part.sql))
  const repeatsAny = REPEATS.test(named)
  const isRepeated = (name: string): boolean => repeatsAny || named.split(name).length > 2
  const bound = names.map((name) => (name !== undefined && isRepeated(name) ? name : undefined))
  const body = sql(...parts.map((part, index) => bound[index] ?? part.sql))
  return parts.reduce((inner, part, index) => {
    const name = bound[index]
    return name === undefined ? inner : bindVariable(name, part.sql, inner)
  }, body)
}

/** SQL that may repeat its operands, or takes none that are volatile. */
const REPEATS = /\bsf_(?!call_)|\bTRY\(/

let variables = 0

function newVariable(): string {
  variables += 1
  return `v${variables}_`
}

function bindVariable(name: string, value: string, body: string): string {
  return `list_transform([${value}], lambda ${name}: ${body})[1]`
}

/** A literal text in DuckDB's SQL. */
export function quoteText(text: string): string {
  const [first = '', ...rest] = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`)
  // DuckDB's parser takes a NUL for the end of the statement.
  return rest.length === 0 ? first : `(${[first, ...rest].join(' || chr(0) || ')})`
}

/** An identifier in DuckDB's SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function printedLiteral(
  sql: string,
  type: SqlType,
  literal: string | number | boolean | null,
  more: { readonly integer?: boolean } = {},
): Printed {
  return { sql, type, rounds: 0, volatile: false, literal, ...more }
}

/** A bare NULL. */
export const NULL_LITERAL: Printed = printedLiteral('NULL', { kind: 'NULL' }, null)
