import type { Position } from './ast.ts'
import { type Token, tokenize } from '../token.ts'

/**
 * A statement's text, asked for pieces of itself: Snowflake names a column without an alias after the text of
 * its expression, in upper case.
 */
export class Source {
  readonly text: string
  #tokens: readonly Token[] | undefined
  #lineStarts: readonly number[] | undefined

  constructor(text: string) {
    this.text = text
  }

  /** The items of the SELECT list whose SELECT stands at the position, verbatim. */
  selectItems(select: Position): string[] {
    const tokens = (this.#tokens ??= tokenize(this.text))
    const start = this.#offset(select)
    let index = tokens.findIndex((token) => token.start >= start) + 1
    index = skipSelectWords(tokens, index)
    const items: string[] = []
    let first = index
    let depth = 0
    const finish = (end: number): void => {
      const from = tokens[first]
      const to = tokens[end - 1]
      if (from !== undefined && to !== undefined && end > first) {
        items.push(this.text.slice(from.start, to.end))
      }
    }
    for (; index < tokens.length; index += 1) {
      const token = tokens[index]
      if (token === undefined) break
      if (token.kind === 'symbol') {
        if ('([{'.includes(token.value)) depth += 1
        if (')]}'.includes(token.value)) depth -= 1
        if (depth < 0 || token.value === ';') break
        if (depth === 0 && token.value === ',') {
          finish(index)
          first = index + 1
        }
      } else if (depth === 0 && endsSelectList(tokens, index)) break
    }
    finish(index)
    return items
  }

  /** The text after the first such word outside of parentheses. */
  afterWord(word: string): string {
    const tokens = (this.#tokens ??= tokenize(this.text))
    let depth = 0
    for (const [index, token] of tokens.entries()) {
      if (token.value === '(' && token.kind === 'symbol') depth += 1
      if (token.value === ')' && token.kind === 'symbol') depth -= 1
      if (depth === 0 && wordAt(tokens, index) === word) return this.text.slice(token.end).trim()
    }
    return ''
  }

  #offset(position: Position): number {
    this.#lineStarts ??= [0, ...[...this.text.matchAll(/\n/g)].map((match) => match.index + 1)]
    const start = this.#lineStarts[position.line - 1] ?? 0
    // The parser counts characters, JavaScript UTF-16 units.
    const line = this.text.slice(start, start + position.column * 2)
    return (
      start +
      Array.from(line)
        .slice(0, position.column - 1)
        .join('').length
    )
  }
}

const END_WORDS = new Set(
  'FROM WHERE GROUP HAVING QUALIFY ORDER LIMIT FETCH OFFSET UNION EXCEPT MINUS INTERSECT INTO WINDOW CONNECT START'.split(
    ' ',
  ),
)

function endsSelectList(tokens: readonly Token[], index: number): boolean {
  const word = wordAt(tokens, index)
  if (word === undefined || !END_WORDS.has(word)) return false
  const before = tokens[index - 1]
  // `WITHIN GROUP (ORDER BY …)` goes on with no BY.
  if (
    (word === 'GROUP' || word === 'ORDER' || word === 'CONNECT') &&
    wordAt(tokens, index + 1) !== 'BY'
  )
    return false
  // `a IS DISTINCT FROM b`, and columns that happen to have such a name: `t.offset`.
  if (word === 'FROM' && wordAt(tokens, index - 1) === 'DISTINCT') return false
  return !(before?.kind === 'symbol' && ['.', ':'].includes(before.value))
}

function skipSelectWords(tokens: readonly Token[], start: number): number {
  let index = start
  if (['DISTINCT', 'ALL'].includes(wordAt(tokens, index) ?? '')) index += 1
  if (wordAt(tokens, index) === 'TOP' && tokens[index + 1]?.kind === 'number') index += 2
  return index
}

function wordAt(tokens: readonly Token[], index: number): string | undefined {
  const token = tokens[index]
  return token?.kind === 'word' ? token.value.toUpperCase() : undefined
}
