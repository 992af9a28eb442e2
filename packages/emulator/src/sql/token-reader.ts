import { mayHoldSecret } from '../statements/redact-secrets.ts'
import { type SnowflakeError, syntaxError } from '../snowflake-error.ts'
import { positionOf, readTokens, type Token } from './token.ts'

/** A place in a statement's tokens, with the small reads that every command is made of. */
export class TokenReader {
  readonly text: string
  /** As many as were asked for so far: most of a long statement is the engine's to read. */
  readonly #tokens: Token[] = []
  readonly #source: Iterator<Token, void>
  #next = 0

  constructor(text: string) {
    this.text = text
    this.#source = readTokens(text)
  }

  /** Nothing is left, or nothing but the statement's semicolon. */
  get done(): boolean {
    const token = this.peek()
    const isLast = token?.kind === 'symbol' && token.value === ';' && this.peek(1) === undefined
    return token === undefined || isLast
  }

  /** The next token, left where it is. */
  peek(ahead = 0): Token | undefined {
    const index = this.#next + ahead
    while (this.#tokens.length <= index) {
      const next = this.#source.next()
      if (next.done === true) return undefined
      this.#tokens.push(next.value)
    }
    return this.#tokens[index]
  }

  /** Where the reader stands; `moveTo` brings it back there. */
  get position(): number {
    return this.#next
  }
  moveTo(position: number): void {
    this.#next = position
  }

  /** Takes these words, in any case, if all of them come next. */
  maybeWords(...words: readonly string[]): boolean {
    const there = words.every((word, index) => {
      const token = this.peek(index)
      return token?.kind === 'word' && token.value.toUpperCase() === word
    })
    if (there) this.#next += words.length
    return there
  }

  words(...words: readonly string[]): void {
    if (!this.maybeWords(...words)) throw this.unexpected(words.join(' '))
  }

  maybeSymbol(symbol: string): boolean {
    const token = this.peek()
    const there = token?.kind === 'symbol' && token.value === symbol
    if (there) this.#next += 1
    return there
  }

  symbol(symbol: string): void {
    if (!this.maybeSymbol(symbol)) throw this.unexpected(`'${symbol}'`)
  }

  /** One bare word, in upper case. */
  word(what = 'a word'): string {
    const token = this.peek()
    if (token?.kind !== 'word') throw this.unexpected(what)
    this.#next += 1
    return token.value.toUpperCase()
  }

  /** One identifier as stored: bare ones fold to upper case. */
  identifier(what = 'a name'): string {
    const token = this.peek()
    if (token?.kind !== 'word' && token?.kind !== 'quoted-identifier') throw this.unexpected(what)
    this.#next += 1
    return token.kind === 'word' ? token.value.toUpperCase() : token.value
  }

  /** A dotted name as stored, 1 to 3 parts; `db..table` has PUBLIC in the middle. */
  name(what = 'a name'): string[] {
    const parts = [this.identifier(what)]
    while (this.maybeSymbol('.')) {
      parts.push(this.peek()?.value === '.' ? 'PUBLIC' : this.identifier(what))
    }
    return parts
  }

  string(what = 'a string'): string {
    const token = this.peek()
    if (token?.kind !== 'string') throw this.unexpected(what)
    this.#next += 1
    return token.value
  }

  maybeString(): string | undefined {
    return this.peek()?.kind === 'string' ? this.string() : undefined
  }

  /** A stage location as typed, bare or in quotes: `@db.schema.stage/path`. */
  stageLocation(): string {
    const token = this.peek()
    const isOne = token?.kind === 'location' || token?.kind === 'string'
    if (!isOne || !token.value.startsWith('@')) throw this.unexpected('a stage location')
    this.#next += 1
    return token.value
  }

  /** A whole number, with its sign. */
  integer(what = 'a whole number'): number {
    const start = this.#next
    const negative = this.maybeSymbol('-')
    const token = this.peek()
    if (token?.kind !== 'number' || !/^\d+$/.test(token.value)) {
      this.#next = start
      throw this.unexpected(what)
    }
    this.#next += 1
    return negative ? -Number(token.value) : Number(token.value)
  }

  /** TRUE or FALSE, bare or (as many scripts write it) in quotes. */
  boolean(what = 'TRUE or FALSE'): boolean {
    const token = this.peek()
    const text = token?.value.toUpperCase()
    if (token === undefined || (text !== 'TRUE' && text !== 'FALSE')) throw this.unexpected(what)
    this.#next += 1
    return text === 'TRUE'
  }

  /** A value written as a word, string or number: `XSMALL`, `'X-SMALL'`, `5`. */
  scalar(what = 'a value'): string {
    const token = this.peek()
    if (token?.kind === 'number' || (token?.kind === 'symbol' && token.value === '-')) {
      return String(this.integer(what))
    }
    if (token === undefined || token.kind === 'symbol' || token.kind === 'location') {
      throw this.unexpected(what)
    }
    this.#next += 1
    return token.value
  }

  /** `( item, item, … )`, possibly empty. */
  list<T>(item: () => T): T[] {
    this.symbol('(')
    const items: T[] = []
    if (this.maybeSymbol(')')) return items
    do items.push(item())
    while (this.maybeSymbol(','))
    this.symbol(')')
    return items
  }

  /**
   * Reads `KEY = value` pairs in any order until something else comes. Every key may come once;
   * commas between pairs are taken as Snowflake takes them.
   */
  properties<T extends Record<string, () => unknown>>(
    readers: T,
  ): { [K in keyof T]?: ReturnType<T[K]> } {
    const values: Record<string, unknown> = {}
    for (;;) {
      const before = this.#next
      this.maybeSymbol(',')
      const token = this.peek()
      const key = token?.kind === 'word' ? token.value.toUpperCase() : undefined
      const read = key === undefined ? undefined : readers[key]
      if (key === undefined || read === undefined) {
        this.#next = before
        return values as { [K in keyof T]?: ReturnType<T[K]> }
      }
      if (key in values) throw this.unexpected('a property not given before')
      this.#next += 1
      this.maybeSymbol('=')
      values[key] = read()
    }
  }

  /** The rest of the text, verbatim, all of it taken. */
  rest(): string {
    const token = this.peek()
    while (this.peek() !== undefined) this.#next += 1
    return token === undefined ? '' : this.text.slice(token.start)
  }

  /** The text between two reader positions, verbatim. */
  between(from: number, to: number): string {
    const first = this.#tokens[from]
    const last = this.#tokens[to - 1]
    return first === undefined || last === undefined ? '' : this.text.slice(first.start, last.end)
  }

  /** @throws {SnowflakeError} 001003 when anything is left. */
  end(): void {
    if (!this.done) throw this.unexpected('the end of the statement')
  }

  /** The error for the token that comes next. */
  unexpected(expected?: string): SnowflakeError {
    const token = this.peek()
    const { line, position } = positionOf(this.text, token?.start ?? this.text.length)
    const found = token === undefined ? "'<EOF>'" : `'${this.#shown(token)}'`
    const wanted = expected === undefined ? '' : `, expected ${expected}`
    return syntaxError(`unexpected ${found}${wanted}`, line, position)
  }

  /** A token as typed; a value of a statement that sets a secret may be that secret, so it is not told. */
  #shown({ kind, start, end }: Token): string {
    const isValue = kind === 'string' || kind === 'number'
    return isValue && mayHoldSecret(this.text) ? '***' : this.text.slice(start, end)
  }
}
