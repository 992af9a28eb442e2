import type { Cell } from './notebook.ts'

/**
 * The variable that holds the rows of a SQL cell: by Snowflake's key `resultVariableName`, or by the line
 * `%%sql -r orders` that Snowflake's notebooks put before the statement. Undefined for a name that none can have.
 */
export function resultVariable({ kind, metadata, magic = '' }: Cell): string | undefined {
  if (kind !== 'sql') return undefined
  const { resultVariableName } = metadata
  const name = resultVariableName ?? /^%%sql\s+(?:.*\s)?-r\s+(\S+)/i.exec(magic)?.[1]
  const isName = typeof name === 'string' && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
  return isName ? name : undefined
}
