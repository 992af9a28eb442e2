import { MagicString } from 'magic-string'
import { parseSync } from 'oxc-parser'
import { CellError } from '../cell-error.ts'
import { type SqlStatement, splitStatements } from './split-statements.ts'

/** A SQL cell as TypeScript that runs its statements one after the other. */
export interface SqlProgram {
  readonly code: string
  /** From its positions to the cell's own. */
  readonly map: () => string
}

/** What the program says of a statement when it runs it. */
export interface StatementTemplate {
  /** Its text between the expressions: one more than there are of these. */
  readonly pieces: readonly string[]
  /** Where each piece stands in the cell. */
  readonly starts: readonly number[]
  /** The expressions as they are written. */
  readonly expressions: readonly string[]
  /** The global that is to hold its result, besides `_sql`. */
  readonly variable: string | null
}

/**
 * `SELECT ${a}` → `await $spcs.sqlStatement({…},[(a)]);`, so that an expression is transformed, awaited and interrupted
 * like every other code of a cell, right before its statement runs.
 *
 * @param variable What holds the last statement's result.
 * @throws {CellSyntaxError} as {@link splitStatements} does.
 * @throws {CellError} `VARIABLE_INVALID` when no variable can have that name.
 */
export function sqlProgram(source: string, variable?: string): SqlProgram {
  if (variable !== undefined) checkVariable(variable)
  const edits = new MagicString(source)
  const statements = splitStatements(source)
  let end = 0
  for (const [index, statement] of statements.entries()) {
    edits.remove(end, statement.start)
    const isLast = index === statements.length - 1
    writeStatement(edits, templateOf(source, statement, isLast ? variable : undefined), statement)
    end = statement.end
  }
  edits.remove(end, source.length)
  return {
    code: edits.toString(),
    map: () => edits.generateMap({ hires: 'boundary' }).toString(),
  }
}

function templateOf(
  source: string,
  { start, end, expressions }: SqlStatement,
  variable: string | undefined,
): StatementTemplate {
  // `${` and `}` are no part of the pieces.
  const starts = [start, ...expressions.map((expression) => expression.end + 1)]
  const ends = [...expressions.map((expression) => expression.start - 2), end]
  return {
    pieces: starts.map((from, index) => source.slice(from, ends[index])),
    starts,
    expressions: expressions.map((expression) => source.slice(expression.start, expression.end)),
    variable: variable ?? null,
  }
}

function writeStatement(
  edits: MagicString,
  template: StatementTemplate,
  { start, end, expressions }: SqlStatement,
): void {
  const call = `await $spcs.sqlStatement(${JSON.stringify(template)},[`
  const [first] = expressions
  const last = expressions.at(-1)
  if (first === undefined || last === undefined) {
    edits.overwrite(start, end, `${call}]);\n`)
    return
  }
  edits.overwrite(start, first.start, `${call}(`)
  for (const [index, expression] of expressions.entries()) {
    const next = expressions[index + 1]
    if (next !== undefined) edits.overwrite(expression.end, next.start, '),(')
  }
  edits.overwrite(last.end, end, ')]);\n')
}

function checkVariable(name: string): void {
  const isName = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
  const { errors } = parseSync('cell.js', `var ${name}`, { lang: 'js', sourceType: 'module' })
  if (isName && errors.length === 0 && !name.startsWith('$spcs')) return
  throw new CellError('VARIABLE_INVALID', `Cannot keep result: "${name}" is no variable's name`, {
    hint: 'Give the result a name of letters, digits and _ that is no word of the language',
  })
}
