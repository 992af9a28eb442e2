import { parseSync } from 'oxc-parser'
import { asExpression } from '../kernel/child/as-expression.ts'
import { findDeclarations } from '../kernel/child/find-declarations.ts'
import { child, childList, type Node } from '../kernel/child/syntax-tree.ts'
import { keepExpressions } from '../language/sql-cell-file.ts'
import type { Cell } from '../notebook/notebook.ts'
import { resultVariable } from '../notebook/result-variable.ts'
import { enumNames, findUses } from './find-uses.ts'

/** What a cell has to do with the other cells: names of the top level. */
export interface CellNames {
  readonly declares: readonly string[]
  /** Names that it takes from other cells, or from nobody; those of JavaScript itself are left out. */
  readonly uses: readonly string[]
}

const NOTHING: CellNames = { declares: [], uses: [] }
/** Longer sources are data rather than code. */
const MOST_CHARACTERS = 1_000_000
const MOST_NAMES = 1_000

/** The names that a cell declares and uses. A cell that cannot be read has neither: it does not run either. */
export function analyseCell(cell: Pick<Cell, 'kind' | 'source' | 'metadata' | 'magic'>): CellNames {
  if (cell.source.length > MOST_CHARACTERS) return NOTHING
  switch (cell.kind) {
    case 'typescript':
      return analyseTypeScript(cell.source)
    case 'sql':
      return analyseSql(cell)
    case 'markdown':
    case 'raw':
      return NOTHING
  }
}

function analyseTypeScript(source: string): CellNames {
  const program = parse(asExpression(source) ?? source)
  if (program === undefined) return NOTHING
  const enums = childList(program, 'body').flatMap((statement) =>
    enumNames(child(statement, 'declaration') ?? statement),
  )
  return {
    declares: [...new Set([...findDeclarations(program), ...enums])].slice(0, MOST_NAMES),
    uses: fromCells(findUses(program)),
  }
}

/** A SQL cell takes what stands in `${…}`, and gives its result a name. */
function analyseSql(cell: Pick<Cell, 'kind' | 'source' | 'metadata' | 'magic'>): CellNames {
  const result = resultVariable(cell)
  const declares = result === undefined ? [] : [result]
  const expressions = parse(keepExpressions(cell.source))
  return { declares, uses: expressions === undefined ? [] : fromCells(findUses(expressions)) }
}

function parse(source: string): Node | undefined {
  for (const lang of ['tsx', 'ts'] as const) {
    const { program, errors } = parseSync(`cell.${lang}`, source, { lang, sourceType: 'module' })
    // Declared twice is how cells are: the last one counts.
    const isWhole = errors.every(({ message }) => message.includes('has already been declared'))
    if (isWhole && program.body.length > 0) return program as unknown as Node
  }
  return undefined
}

function fromCells(names: readonly string[]): readonly string[] {
  return names.filter((name) => !Object.hasOwn(globalThis, name)).slice(0, MOST_NAMES)
}
