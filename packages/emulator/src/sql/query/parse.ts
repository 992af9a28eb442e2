import { init, Parser } from '@guanmingchiu/sqlparser-ts'
import { SnowflakeError, syntaxError } from '../../snowflake-error.ts'
import { positionOf } from '../token.ts'
import type { FunctionCall, ObjectName, ValueWithSpan } from './ast.ts'
import type { Statement } from './ast-statement.ts'
import { unknownTableFunction } from './errors.ts'
import { expandEscapes } from './expand-escapes.ts'
import { Source } from './source.ts'

/** A statement read: its tree, its text, and what must be looked up before it can be printed. */
export interface ParsedStatement {
  readonly statement: Statement
  readonly source: Source
  /** Every dotted name in it, tables among them. */
  readonly names: readonly ObjectName[]
  /** Its calls of `SYSTEM$…` functions. */
  readonly systemCalls: readonly FunctionCall[]
  /** Its `?`, in the text's order. */
  readonly placeholders: readonly ValueWithSpan[]
}

const CACHED_STATEMENTS = 256
const CACHED_TEXT_LENGTH = 10_000
const cache = new Map<string, ParsedStatement>()

/** Loads the parser; needed once before the first statement. */
export async function loadParser(): Promise<void> {
  await init()
}

/**
 * Reads one statement.
 *
 * @throws {SnowflakeError} 001003 when it is none.
 */
export function parseStatement(text: string): ParsedStatement {
  const cached = cache.get(text)
  if (cached !== undefined) return cached
  const parsed = parse(text)
  if (text.length <= CACHED_TEXT_LENGTH) {
    if (cache.size >= CACHED_STATEMENTS) cache.delete(cache.keys().next().value ?? '')
    cache.set(text, parsed)
  }
  return parsed
}

/** `service!SPCS_GET_LOGS(…)` and its kind read an event table, which this account has not. */
const SERVICE_TABLE = /!\s*(SPCS_GET_(?:LOGS|EVENTS|METRICS))\b/i

function parse(written: string): ParsedStatement {
  const text = expandEscapes(written)
  let statements: Statement[]
  try {
    statements = Parser.parse(text, 'snowflake') as unknown as Statement[]
  } catch (error) {
    const [, name] = SERVICE_TABLE.exec(text) ?? []
    throw name === undefined ? printedSyntaxError(text, error) : unknownTableFunction(name)
  }
  const [statement] = statements
  if (statement === undefined) {
    throw new SnowflakeError('000900', '42601', 'SQL compilation error:\nEmpty SQL statement.')
  }
  if (statements.length > 1) {
    throw new SnowflakeError(
      '000008',
      '0A000',
      `Actual statement count ${statements.length} did not match the desired statement count 1.`,
    )
  }
  const found: Found = { names: [], systemCalls: [], placeholders: [] }
  collect(statement, found)
  found.placeholders.sort(byPosition)
  return { statement, source: new Source(text), ...found }
}

interface Found {
  readonly names: ObjectName[]
  readonly systemCalls: FunctionCall[]
  readonly placeholders: ValueWithSpan[]
}

function collect(node: unknown, found: Found): void {
  if (typeof node !== 'object' || node === null) return
  if (Array.isArray(node)) {
    const items: readonly unknown[] = node
    if (isObjectName(items)) found.names.push(items)
    else for (const item of items) collect(item, found)
    return
  }
  for (const [key, value] of Object.entries(node)) {
    if (key === 'span') continue
    if (key === 'Value') {
      const literal = (value as ValueWithSpan).value
      if (typeof literal === 'object' && 'Placeholder' in literal && literal.Placeholder === '?') {
        found.placeholders.push(value as ValueWithSpan)
      }
      continue
    }
    if ((key === 'Function' || key === 'Call') && isSystemCall(value)) found.systemCalls.push(value)
    collect(value, found)
  }
}

function byPosition(left: ValueWithSpan, right: ValueWithSpan): number {
  const [a, b] = [left.span?.start, right.span?.start]
  if (a === undefined || b === undefined) return 0
  return a.line - b.line || a.column - b.column
}

// A list of bare columns has the same shape; looking those up as tables finds nothing.
function isObjectName(node: readonly unknown[]): node is ObjectName {
  return node.length > 0 && node.every((part) => isIdentifierPart(part))
}

function isIdentifierPart(part: unknown): part is ObjectName[number] {
  if (typeof part !== 'object' || part === null) return false
  if ('Identifier' in part) return true
  const call = 'Function' in part ? (part.Function as { name?: { value?: unknown } }) : undefined
  return String(call?.name?.value).toUpperCase() === 'IDENTIFIER'
}

function isSystemCall(value: unknown): value is FunctionCall {
  const call = value as Partial<FunctionCall> | null
  const [first] = Array.isArray(call?.name) ? (call.name as ObjectName) : []
  return (
    first !== undefined &&
    'Identifier' in first &&
    first.Identifier.value.toUpperCase().startsWith('SYSTEM$')
  )
}

// `sql parser error: Expected: an expression, found: EOF` or `… found: selec at Line: 1, Column: 1`
const MESSAGE = /^(?:sql parser error: )?(.*?)(?: at Line: (\d+), Column: (\d+))?\.?$/s

function printedSyntaxError(text: string, error: unknown): SnowflakeError {
  const message = error instanceof Error ? error.message : String(error)
  const [, detail = message, line, column] = MESSAGE.exec(message) ?? []
  const found = /found: (.*)$/s.exec(detail)?.[1]
  const expected = /Expected: (.*?),? found: /s.exec(detail)?.[1]
  const end = positionOf(text, text.length)
  const wanted = expected === undefined || found === undefined ? '' : `, expected ${expected}`
  return syntaxError(
    found === undefined ? detail : `unexpected '${found === 'EOF' ? '<EOF>' : found}'${wanted}`,
    line === undefined ? end.line : Number(line),
    column === undefined ? end.position : Number(column),
  )
}
