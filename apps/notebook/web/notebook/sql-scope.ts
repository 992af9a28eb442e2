import { type SqlToken, sqlTokens } from './sql-tokens.ts'

/** A table that a statement names, by its parts as they are stored, and what the statement calls it. */
export interface SqlTable {
  readonly parts: readonly string[]
  readonly alias: string | null
}

/** What may be written at a place in SQL. */
export interface SqlPlace {
  /** `word` is half written or empty; in quotes and comments nothing is offered. */
  readonly kind: 'word' | 'none' | 'expression'
  /** Where the word begins, its opening quote included. */
  readonly from: number
  /** Where what is replaced ends: a closing quote that an editor has set already goes as well. */
  readonly to: number
  readonly typed: string
  /** The parts before it, `a.b.` → A and B, as they are stored. */
  readonly path: readonly string[]
  /** A table's name belongs here. */
  readonly isTable: boolean
  /** Of the statement around. */
  readonly tables: readonly SqlTable[]
}

const TABLE_COMES = new Set('FROM JOIN INTO UPDATE TABLE VIEW'.split(' '))
/** No alias, as the statement goes on with them. */
const NO_ALIAS = new Set(
  'ON USING WHERE GROUP ORDER HAVING QUALIFY LIMIT OFFSET FETCH UNION EXCEPT INTERSECT MINUS JOIN LEFT RIGHT FULL INNER CROSS NATURAL LATERAL ASOF SET VALUES SELECT WHEN SAMPLE TABLESAMPLE PIVOT UNPIVOT AT BEFORE MATCH_CONDITION WINDOW START CONNECT THEN'.split(
    ' ',
  ),
)

/** Looks at the statement around an offset. */
export function sqlPlace(source: string, offset: number): SqlPlace {
  const tokens = sqlTokens(source)
  const nothing = { from: offset, to: offset, typed: '', path: [], isTable: false, tables: [] }
  const at = tokens.find(({ start, end }) => start < offset && offset <= end)
  if (at?.kind === 'expression' && (offset < at.end || !at.text.endsWith('}'))) {
    return { ...nothing, kind: 'expression' }
  }
  if (at !== undefined && isClosed(at, offset)) return { ...nothing, kind: 'none' }
  const word = at !== undefined && (at.kind === 'word' || at.kind === 'name') ? at : undefined
  const from = word?.start ?? offset
  const statement = statementAround(tokens, offset)
  const before = statement.filter(({ end }) => end <= from)
  const { path, rest } = pathBefore(before)
  return {
    kind: 'word',
    from,
    to: word?.kind === 'name' && source[offset] === '"' ? offset + 1 : offset,
    typed: source.slice(from, offset),
    path,
    isTable: isTablePlace(rest),
    tables: tablesOf(statement.filter((token) => token !== word)),
  }
}

/** Inside a string, a comment or `$$…$$`, or right after a name's closing quote. */
function isClosed({ kind, end, text }: SqlToken, offset: number): boolean {
  switch (kind) {
    case 'string':
      return offset < end || !/^'[\s\S]*'$/.test(text)
    case 'dollars':
      return offset < end || !/^\$\$[\s\S]*\$\$$/.test(text)
    case 'comment':
      return offset < end || !text.endsWith('*/')
    case 'name':
      return offset === end && /^"[\s\S]*"$/.test(text) && text.length > 1
    default:
      return false
  }
}

function statementAround(tokens: readonly SqlToken[], offset: number): SqlToken[] {
  const isEnd = ({ kind, text }: SqlToken): boolean => kind === 'other' && text === ';'
  const first = tokens.findLastIndex((token) => isEnd(token) && token.end <= offset) + 1
  const after = tokens.findIndex((token) => isEnd(token) && token.start >= offset)
  return tokens
    .slice(first, after === -1 ? undefined : after)
    .filter(({ kind }) => kind !== 'comment')
}

/** The dotted parts right before a place, and what stands before these. */
function pathBefore(before: readonly SqlToken[]): {
  readonly path: readonly string[]
  readonly rest: readonly SqlToken[]
} {
  const path: string[] = []
  let at = before.length
  while (before[at - 1]?.text === '.') {
    const part = before[at - 2]
    if (part === undefined || !isName(part)) break
    path.unshift(stored(part))
    at -= 2
  }
  return { path, rest: before.slice(0, at) }
}

function isTablePlace(before: readonly SqlToken[]): boolean {
  const last = before.at(-1)
  if (last === undefined) return false
  if (last.kind === 'word') {
    const word = last.text.toUpperCase()
    // `DESC` at the end of an ORDER BY is another word.
    return TABLE_COMES.has(word) || (before.length === 1 && /^DESC(?:RIBE)?$/.test(word))
  }
  if (last.text !== ',') return false
  // `FROM a, b`: a comma before any other part of the query has begun.
  const words = before.filter(({ kind }) => kind === 'word').map(({ text }) => text.toUpperCase())
  const clause = words.findLast((word) => word === 'FROM' || NO_ALIAS.has(word))
  return clause === 'FROM'
}

function tablesOf(tokens: readonly SqlToken[]): SqlTable[] {
  const tables: SqlTable[] = []
  for (let index = 0; index < tokens.length; index += 1) {
    if (!isTablePlace(tokens.slice(0, index))) continue
    const parts: string[] = []
    let at = index
    for (;;) {
      const part = tokens[at]
      if (part === undefined || !isName(part)) break
      parts.push(stored(part))
      at += 1
      if (tokens[at]?.text !== '.') break
      at += 1
    }
    if (parts.length === 0) continue
    if (tokens[at]?.text.toUpperCase() === 'AS') at += 1
    const alias = tokens[at]
    const isAlias = alias !== undefined && isName(alias) && !NO_ALIAS.has(alias.text.toUpperCase())
    tables.push({ parts, alias: isAlias ? stored(alias) : null })
    index = at - 1
  }
  return tables
}

function isName({ kind }: SqlToken): boolean {
  return kind === 'word' || kind === 'name'
}

/** As Snowflake keeps it: without its quotes, or in upper case. */
function stored({ kind, text }: SqlToken): string {
  if (kind === 'word') return text.toUpperCase()
  return text.slice(1, text.length > 1 && text.endsWith('"') ? -1 : undefined).replaceAll('""', '"')
}
