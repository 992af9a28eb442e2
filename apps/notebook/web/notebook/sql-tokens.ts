/** A piece of SQL as it is being written; offsets are UTF-16. */
export interface SqlToken {
  readonly kind:
    | 'string'
    | 'name' // "quoted"
    | 'dollars' // $$…$$
    | 'comment'
    | 'expression' // ${…}, of TypeScript
    | 'word'
    | 'other' // one character
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Cuts SQL into its tokens, white space left out; what is never closed reaches to the end. */
export function sqlTokens(source: string): SqlToken[] {
  const tokens: SqlToken[] = []
  for (let start = 0; start < source.length;) {
    TOKEN.lastIndex = start
    const groups = TOKEN.exec(source)?.groups ?? {}
    const kind = KINDS.find((name) => groups[name] !== undefined)
    const end =
      kind === 'expression'
        ? expressionEnd(source, start)
        : start + (Object.values(groups).find((text) => text !== undefined)?.length ?? 1)
    if (kind !== undefined) tokens.push({ kind, start, end, text: source.slice(start, end) })
    start = end
  }
  return tokens
}

const TOKEN =
  /(?<string>'(?:[^'\\]|\\[\s\S]|'')*(?:'|$))|(?<name>"(?:[^"]|"")*(?:"|$))|(?<dollars>\$\$[\s\S]*?(?:\$\$|$))|(?<comment>--[^\n]*|(?<!:\/?)\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<expression>\$\{)|(?<word>[\p{L}_](?:[\p{L}\p{N}_]|\$(?!\{))*)|(?<space>\s+)|(?<other>[\s\S])/uy
const KINDS = ['string', 'name', 'dollars', 'comment', 'expression', 'word', 'other'] as const

/** By braces, past those in quotes: close enough for what is half written. */
function expressionEnd(source: string, start: number): number {
  let depth = 0
  for (const match of source.slice(start + 1).matchAll(QUOTED_OR_BRACE)) {
    if (match[0] === '{') depth += 1
    if (match[0] === '}') depth -= 1
    if (depth === 0) return start + 1 + match.index + 1
  }
  return source.length
}

const QUOTED_OR_BRACE = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|[{}]/g
