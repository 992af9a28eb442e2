import { type Imports, printCellFile } from './cell-file.ts'
import { type CellShape, readShape } from './cell-shape.ts'
import type { LanguageCell } from './language.ts'
import { IDENTIFIER } from './identifier.ts'
import type { Scope } from './scope.ts'

type Result = NonNullable<LanguageCell['result']>

/** A SQL cell declares the variable of its result, and uses what stands in its `${…}`. */
export function sqlShape({ source, result }: LanguageCell): CellShape {
  const { words } = readShape(keepExpressions(source))
  const names = result === undefined || !IDENTIFIER.test(result.variable) ? [] : [result.variable]
  return { names, exported: new Set(names), words, extension: '.ts', isExpression: false }
}

/** A SQL cell as TypeScript: of its text only the expressions, each at its own place; its result below. */
export function printSqlCell(
  cell: LanguageCell,
  shape: CellShape,
  scope: Scope,
  imports: Imports,
): string {
  const { id, source, result } = cell
  const text = printCellFile(id, keepExpressions(source), shape, scope, imports)
  if (result === undefined || !shape.names.includes(result.variable)) return text
  return `${text}export declare const ${result.variable}: ${printRows(result)}\n`
}

/** `WHERE a = ${b}` → `           ;(b)`: as long as the text was, with nothing else in it. */
export function keepExpressions(source: string): string {
  let kept = ''
  let at = 0
  for (const { from, to } of expressionsOf(source)) {
    kept += `${blank(source.slice(at, from - 2))};(${source.slice(from, to)})`
    at = to + 1
  }
  return kept + blank(source.slice(at))
}

/** Whether an offset is between the brackets of a `${…}`: there a SQL cell is TypeScript. */
export function isInExpression(source: string, offset: number): boolean {
  for (const { from, to } of expressionsOf(source)) if (from <= offset && offset <= to) return true
  return false
}

/** What stands between the brackets of each `${…}`, in order. */
function* expressionsOf(source: string): Generator<{ readonly from: number; readonly to: number }> {
  for (let at = 0; at < source.length;) {
    const to = source.startsWith('${', at) ? endOfExpression(source, at + 2) : undefined
    if (to !== undefined) {
      yield { from: at + 2, to }
      at = to + 1
      continue
    }
    TEXT.lastIndex = at
    at += TEXT.exec(source)?.[0].length ?? 1
  }
}

function blank(text: string): string {
  return text.replaceAll(/\S/g, ' ')
}

/** What holds no expression: strings, quoted names, comments; or a single character. */
const TEXT =
  /'(?:[^'\\]|\\[\s\S]|'')*'?|"[^"]*"?|\$\$[\s\S]*?(?:\$\$|$)|--[^\n]*|(?<!:\/?)\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[\s\S]/y

/** The place of the bracket that closes an expression. */
function endOfExpression(source: string, from: number): number | undefined {
  let depth = 0
  for (let at = from; at < source.length; at += 1) {
    const character = source[at] ?? ''
    if (character === '{') depth += 1
    if (character === '}') {
      if (depth === 0) return at
      depth -= 1
    }
    if (/["'`]/.test(character)) {
      const close = source.slice(at + 1).search(character)
      if (close === -1) return undefined
      at += 1 + close
    }
  }
  return undefined
}

function printRows({ columns, isLarge }: Result): string {
  const fields = columns.map(({ name, type, nullable }) => {
    const value = VALUES[type] ?? 'any'
    const key = IDENTIFIER.test(name) ? name : JSON.stringify(name)
    return `${key}: ${value}${nullable ? ' | null' : ''}`
  })
  const row = `{ ${fields.join('; ')} }`
  return isLarge ? `LargeResult<${row}>` : `${row}[]`
}

/** What values of Snowflake's types are in a kernel. */
const VALUES: Readonly<Record<string, string>> = {
  NUMBER: 'number',
  FLOAT: 'number',
  VARCHAR: 'string',
  BOOLEAN: 'boolean',
  DATE: 'Date',
  TIME: 'string',
  TIMESTAMP_NTZ: 'Date',
  TIMESTAMP_LTZ: 'Date',
  TIMESTAMP_TZ: 'Date',
  BINARY: 'Uint8Array',
}
