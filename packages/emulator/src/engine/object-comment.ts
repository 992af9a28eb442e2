/**
 * What the engine's catalog cannot say about a table, view or column, kept as DuckDB's comment on it. Goes
 * with the object through renames, and away with it.
 */
export interface ObjectComment {
  /** The user's own COMMENT. */
  readonly comment?: string
  /** A column's Snowflake type, where DuckDB's does not tell it: `VARCHAR(10)`, `OBJECT`. */
  readonly type?: string
  /** A view's query as typed, with the database and schema that were current then. */
  readonly view?: {
    readonly text: string
    readonly database: string | null
    readonly schema: string | null
  }
  /** The role that owns it, and when it was created (ISO 8601). */
  readonly owner?: string
  readonly createdOn?: string
}

const MARK = 'spcs:'

/** Reads a comment; one that was not written by `printObjectComment` is the user's. */
export function readObjectComment(text: string | null): ObjectComment {
  if (text === null) return {}
  if (!text.startsWith(MARK)) return { comment: text }
  return JSON.parse(text.slice(MARK.length)) as ObjectComment
}

export function printObjectComment(comment: ObjectComment): string {
  return `${MARK}${JSON.stringify(comment)}`
}
