import { syntaxError } from '../snowflake-error.ts'

/** A piece of SQL text; `start` and `end` are offsets into it. */
export interface Token {
  readonly kind: 'word' | 'quoted-identifier' | 'string' | 'number' | 'location' | 'symbol'
  /** What it means: a word or location as typed, an identifier or string unquoted and unescaped. */
  readonly value: string
  readonly start: number
  readonly end: number
}

// In order: space and comments, dollar string, string, quoted identifier, number, location, word, symbol.
// A location, `@stage/path` or `file:///path`, comes before what its slashes and stars would mean elsewhere.
const PIECE =
  /(\s+|--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(\$\$[\s\S]*?\$\$)|('(?:[^'\\]|\\[\s\S]|'')*')|("(?:[^"]|"")*")|(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(@(?:"(?:[^"]|"")*"|[^\s;(),'"])+|[fF][iI][lL][eE]:\/\/[^\s;'"]*)|((?!\$\$)[A-Za-z_$][A-Za-z0-9_$]*)|(=>|->>|->|::|:=|\|\||<>|!=|<=|>=|[^\s])/y

/**
 * Cuts SQL text into tokens; comments and space fall away.
 *
 * @throws {SnowflakeError} 001003 when a string, identifier or comment does not end.
 */
export function tokenize(text: string): Token[] {
  return [...readTokens(text)]
}

/** The same, one token at a time, for those who want only the first few of a long text. */
export function* readTokens(text: string): Generator<Token, void> {
  for (let start = 0, end = 0; start < text.length; start = end) {
    PIECE.lastIndex = start
    const match = PIECE.exec(text)
    if (match === null) return
    end = PIECE.lastIndex
    const [, space, dollar, string, identifier, number, location, word, symbol] = match
    if (space !== undefined) continue
    if (dollar !== undefined) yield { kind: 'string', value: dollar.slice(2, -2), start, end }
    else if (string !== undefined) yield { kind: 'string', value: unescape(string), start, end }
    else if (identifier !== undefined) {
      const value = identifier.slice(1, -1).replaceAll('""', '"')
      yield { kind: 'quoted-identifier', value, start, end }
    } else if (number !== undefined) yield { kind: 'number', value: number, start, end }
    else if (location !== undefined) yield { kind: 'location', value: location, start, end }
    else if (word !== undefined) yield { kind: 'word', value: word, start, end }
    else {
      const unfinished = symbol === "'" || symbol === '"' || text.startsWith('/*', start)
      if (unfinished || text.startsWith('$$', start)) {
        const { line, position } = positionOf(text, start)
        // What follows is not told: it may be a secret whose quote does not end.
        const opening = symbol === "'" || symbol === '"' ? symbol : text.slice(start, start + 2)
        throw syntaxError(`unexpected '${opening}', which does not end`, line, position)
      }
      yield { kind: 'symbol', value: symbol ?? '', start, end }
    }
  }
}

/** 1-based line and position of an offset. */
export function positionOf(text: string, offset: number): { line: number; position: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, position: (before.at(-1)?.length ?? 0) + 1 }
}

/** Cuts a text of several statements at its top-level semicolons; empty statements fall away. */
export function splitStatements(text: string): string[] {
  const statements: string[] = []
  let from: number | undefined
  let to = 0
  for (const token of readTokens(text)) {
    if (token.kind === 'symbol' && token.value === ';') {
      if (from !== undefined) statements.push(text.slice(from, to))
      from = undefined
      continue
    }
    from ??= token.start
    to = token.end
  }
  if (from !== undefined) statements.push(text.slice(from, to))
  return statements
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' }

function unescape(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replaceAll(/''|\\(u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[\s\S])/g, (whole, escaped?: string) => {
      if (escaped === undefined) return "'"
      if (escaped.length > 1) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
      return ESCAPES[escaped] ?? escaped
    })
}
