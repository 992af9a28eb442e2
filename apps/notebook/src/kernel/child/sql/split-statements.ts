import { CellSyntaxError } from '../transform-cell.ts'
import { expressionEnd, maybeExpressionEnd, type SqlToken, sqlTokens } from './sql-tokens.ts'

/** A place in a cell's text, as UTF-16 offsets. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** One statement of a SQL cell. */
export interface SqlStatement extends Span {
  /** The TypeScript in its `${…}`, without these. */
  readonly expressions: readonly Span[]
}

/**
 * The statements of a SQL cell: cut at `;` outside strings, quoted names, comments, `${…}` and the blocks of Snowflake
 * Scripting; empty ones are left out.
 *
 * @throws {CellSyntaxError} for a `${…}` that is no expression, or that stands in quotes.
 */
export function splitStatements(text: string): SqlStatement[] {
  const tokens = [...sqlTokens(text, expressionEnd)]
  for (const token of tokens) {
    if (token.kind === 'string' || token.kind === 'name') refuseExpression(text, token)
  }
  return statementsOf(text, tokens)
}

/** The texts of statements, cut at the same places, of SQL that need not be a cell's: nothing in it is refused. */
export function statementTexts(text: string): string[] {
  const tokens = [...sqlTokens(text, maybeExpressionEnd)]
  return statementsOf(text, tokens).map(({ start, end }) => text.slice(start, end))
}

function statementsOf(text: string, all: readonly SqlToken[]): SqlStatement[] {
  const tokens = all.filter(({ kind }) => kind !== 'space')
  const statements: SqlStatement[] = []
  const blocks = new Blocks(
    text,
    tokens.filter(({ kind }) => kind !== 'comment'),
  )
  let current: SqlToken[] = []
  const finish = (): void => {
    const [first] = current
    const last = current.at(-1)
    if (first === undefined || last === undefined) return
    if (current.some(({ kind }) => kind !== 'comment')) {
      const expressions = current
        .filter(({ kind }) => kind === 'expression')
        .map(({ start, end }) => ({ start: start + 2, end: end - 1 }))
      statements.push({ start: first.start, end: last.end, expressions })
    }
    current = []
  }
  for (const token of tokens) {
    if (token.kind !== 'comment') blocks.take(token)
    if (token.kind === 'semicolon' && !blocks.isOpen) finish()
    else current.push(token)
  }
  finish()
  return statements
}

/** Follows the statements of a cell through Snowflake Scripting: `DECLARE … BEGIN … END`. */
class Blocks {
  readonly #text: string
  readonly #tokens: readonly SqlToken[]
  #at = -1
  #depth = 0
  #isDeclaring = false
  #isFirst = true

  constructor(text: string, tokens: readonly SqlToken[]) {
    this.#text = text
    this.#tokens = tokens
  }

  /** True inside a block, where `;` ends a statement of the block. */
  get isOpen(): boolean {
    return this.#depth > 0 || this.#isDeclaring
  }

  take(token: SqlToken): void {
    this.#at += 1
    if (token.kind === 'word') this.#onWord(this.#word(0))
    this.#isFirst = token.kind === 'semicolon' && !this.isOpen
  }

  #onWord(word: string): void {
    const mayBegin = this.#isFirst || this.#word(-1) === 'AS'
    switch (word) {
      case 'DECLARE':
        if (mayBegin) this.#isDeclaring = true
        break
      case 'BEGIN':
        if ((mayBegin || this.isOpen) && !this.#beginsTransaction()) {
          this.#isDeclaring = false
          this.#depth += 1
        }
        break
      case 'CASE':
        if (this.#depth > 0 && this.#word(-1) !== 'END') this.#depth += 1
        break
      case 'END':
        if (this.#depth > 0 && !ENDED_BY_NAME.has(this.#word(1))) this.#depth -= 1
        break
      default:
    }
  }

  #beginsTransaction(): boolean {
    const next = this.#tokens[this.#at + 1]
    return next === undefined || next.kind === 'semicolon' || TRANSACTION.has(this.#word(1))
  }

  /** A word near this one, in upper case; empty where there is none. */
  #word(distance: number): string {
    const token = this.#tokens[this.#at + distance]
    return token?.kind === 'word' ? this.#text.slice(token.start, token.end).toUpperCase() : ''
  }
}

const TRANSACTION = new Set(['TRANSACTION', 'WORK', 'NAME'])
// `END IF` ends what no `BEGIN` or `CASE` has begun.
const ENDED_BY_NAME = new Set(['IF', 'FOR', 'WHILE', 'LOOP', 'REPEAT'])

/** In quotes `${…}` would be text: hardly ever what is meant. */
function refuseExpression(text: string, token: SqlToken): void {
  const found = /(?<!\\)\$\{[^}]*\}?/.exec(text.slice(token.start, token.end))
  if (found === null) return
  const [expression] = found
  const message =
    token.kind === 'string'
      ? `write ${expression} without quotes, it is a value (or \\\${ for the text itself)`
      : `write \${identifier(…)} without quotes instead of "${expression}"`
  throw new CellSyntaxError(message, token.start + found.index, false)
}
