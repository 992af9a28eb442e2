import { parseSync } from 'oxc-parser'
import { CellSyntaxError } from '../transform-cell.ts'

/** A piece of SQL as it is written; offsets are UTF-16, and the tokens of a text leave nothing out. */
export interface SqlToken {
  readonly kind:
    | 'string' // '…'
    | 'name' // "…"
    | 'dollars' // $$…$$
    | 'comment'
    | 'space'
    | 'semicolon'
    | 'expression' // ${…}, of TypeScript
    | 'word' // keywords and plain names
    | 'other'
  readonly start: number
  readonly end: number
}

/**
 * Cuts SQL into tokens. What is never closed reaches to the end, where Snowflake will say so.
 *
 * @param findEnd Where the `${` at an offset ends; undefined where it begins no expression.
 */
export function* sqlTokens(
  text: string,
  findEnd: (text: string, start: number) => number | undefined,
): Generator<SqlToken> {
  for (let start = 0; start < text.length;) {
    TOKEN.lastIndex = start
    const groups = TOKEN.exec(text)?.groups ?? {}
    const found = KINDS.find((name) => groups[name] !== undefined) ?? 'other'
    const close = found === 'expression' ? findEnd(text, start) : undefined
    const kind = found === 'expression' && close === undefined ? 'other' : found
    const end = close ?? start + (groups[found] ?? '').length
    yield { kind, start, end }
    start = end
  }
}

const TOKEN = new RegExp(
  [
    String.raw`(?<string>'(?:[^'\\]|\\[\s\S]|'')*(?:'|$))`,
    String.raw`(?<name>"(?:[^"]|"")*(?:"|$))`,
    String.raw`(?<dollars>\$\$[\s\S]*?(?:\$\$|$))`,
    // `file://` and `s3://` are no comments.
    String.raw`(?<comment>--[^\n]*|(?<!:\/?)\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))`,
    String.raw`(?<expression>\$\{)`,
    String.raw`(?<semicolon>;)`,
    String.raw`(?<space>\s+)`,
    String.raw`(?<word>[\p{L}_](?:[\p{L}\p{N}_]|\$(?!\{))*)`,
    String.raw`(?<other>[\s\S])`,
  ].join('|'),
  'uy',
)
const KINDS = [
  'string',
  'name',
  'dollars',
  'comment',
  'expression',
  'semicolon',
  'space',
  'word',
  'other',
] as const

/** More `}` than that are not tried: text that is no TypeScript would be parsed again and again. */
const MOST_TRIES = 100

/** As {@link expressionEnd}, but undefined where there is no expression. */
export function maybeExpressionEnd(text: string, start: number): number | undefined {
  try {
    return expressionEnd(text, start)
  } catch (error) {
    if (error instanceof CellSyntaxError) return undefined
    throw error
  }
}

/**
 * Where the `${` at this place ends: at the first `}` up to which there is an expression.
 *
 * @throws {CellSyntaxError} where it is never closed, or holds no expression.
 */
export function expressionEnd(text: string, start: number): number {
  const from = start + 2
  let close = text.indexOf('}', from)
  if (close === -1) throw new CellSyntaxError('${ is never closed: } expected', start, true)
  const first = close
  if (text.slice(from, first).trim() === '') {
    throw new CellSyntaxError('Expression expected between ${ and }', start, false)
  }
  for (let tries = 0; close !== -1 && tries < MOST_TRIES; tries += 1) {
    if (syntaxFault(text.slice(from, close)) === undefined) return close + 1
    close = text.indexOf('}', close + 1)
  }
  const fault = syntaxFault(text.slice(from, first))
  throw new CellSyntaxError(
    fault?.message ?? 'Expression expected',
    from + (fault?.offset ?? 0),
    false,
  )
}

/** What is wrong with an expression, if anything is. */
function syntaxFault(expression: string): { message: string; offset: number } | undefined {
  // `<T>value` is TypeScript without JSX.
  const faults = (['tsx', 'ts'] as const).map((lang) => {
    const { errors } = parseSync(`cell.${lang}`, `(${expression})`, { lang, sourceType: 'module' })
    return errors[0]
  })
  const [fault] = faults
  if (fault === undefined || faults.includes(undefined)) return undefined
  const at = (fault.labels[0]?.start ?? 1) - 1
  return { message: fault.message, offset: Math.max(0, Math.min(at, expression.length)) }
}
