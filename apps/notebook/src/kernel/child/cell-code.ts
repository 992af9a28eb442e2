import type { CellLanguage } from '../kernel.ts'
import { lower } from './lower.ts'
import { sqlProgram } from './sql/sql-program.ts'
import { type TransformedCell, transformCell } from './transform-cell.ts'

/** What is to be made code of. */
export interface CellSource {
  /** Names the cell in stack frames. */
  readonly name: string
  readonly number: number
  readonly language: CellLanguage
  readonly source: string
  readonly resultVariable?: string | undefined
}

/**
 * A cell of either language as the main thread evaluates it; SQL goes by way of TypeScript.
 *
 * @throws {CellSyntaxError}
 */
export async function cellCode(cell: CellSource): Promise<TransformedCell> {
  const { name, number, source, resultVariable } = cell
  if (cell.language === 'typescript') return transformCell(source, name, number, lower)
  const program = sqlProgram(source, resultVariable)
  const transformed = await transformCell(program.code, name, number, lower)
  const results = resultVariable === undefined ? ['_sql'] : ['_sql', resultVariable]
  return {
    ...transformed,
    names: [...transformed.names, ...results],
    sqlMap: program.map,
  }
}
