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
  for (let at = 0; at < source.length;) {
    const end = source.startsWith('${', at) ? endOfExpression(source, at + 2) : undefined
    if (end !== undefined) {
      kept += `;(${source.slice(at + 2, end)})`
      at = end + 1
      continue
    }
    TEXT.lastIndex = at
    const [text = ' '] = TEXT.exec(source) ?? []
    kept += text.replaceAll(/\S/g, ' ')
    at += text.length
  }
  return kept
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
