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

let variables = 0

/**
 * Fills parts into SQL. A volatile part that would stand there twice, or go into a macro that may repeat it,
 * is evaluated once, as the parameter of a lambda over a list of one.
 */
function composeSql(parts: readonly Printed[], sql: (...parts: string[]) => string): string {
  const plain = sql(...parts.map((part) => part.sql))
  if (!parts.some((part) => part.volatile)) return plain
  const repeats = REPEATS.test(
    sql(...parts.map((part) => (part.volatile ? 'v' : part.sql))),
  )
  let result: string | undefined
  const names = parts.map((part) => (part.volatile ? `v${(variables += 1)}_` : part.sql))
  const body = sql(...names)
  for (const [index, part] of parts.entries()) {
    const name = names[index] ?? ''
    if (!part.volatile || (!repeats && body.split(name).length === 2)) continue
    result = `list_transform([${part.sql}], lambda ${name}: ${result ?? PENDING})[1]`
  }
  if (result === undefined) return plain
  const once = parts.map((part, index) => {
    const name = names[index] ?? ''
    return result?.includes(`lambda ${name}:`) === true ? name : part.sql
  })
  return result.replace(PENDING, () => sql(...once))
}

const PENDING = '\0'
/** SQL that may repeat its operands, or takes none that are volatile. */
const REPEATS = /\bsf_(?!call_)|\bTRY\(/

/** A literal text in DuckDB's SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
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
