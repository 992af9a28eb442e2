import type { Cell } from './notebook.ts'

/** The variable that holds the rows of a SQL cell; undefined for a name that none can have. */
export function resultVariable(cell: CellOfResult): string | undefined {
  const name = writtenResultVariable(cell)
  return name !== undefined && isVariableName(name) ? name : undefined
}

/**
 * What is written in the place of that name: by Snowflake's key `resultVariableName`, or by the line `%%sql -r orders`
 * that Snowflake's notebooks put before the statement.
 */
export function writtenResultVariable(cell: CellOfResult): string | undefined {
  const { kind, metadata, magic = '' } = cell
  if (kind !== 'sql') return undefined
  const { resultVariableName } = metadata
  const name = resultVariableName ?? /^%%sql\s+(?:.*\s)?-r\s+(\S+)/i.exec(magic)?.[1]
  return typeof name === 'string' && name.trim() !== '' ? name.trim() : undefined
}

/** Whether a name has the form of a variable's; a word of the language is refused by the kernel. */
export function isVariableName(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
}

type CellOfResult = Pick<Cell, 'kind' | 'metadata' | 'magic'>
