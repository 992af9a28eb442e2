import { MagicString } from 'magic-string'
import { parseSync } from 'oxc-parser'
import { findDeclarations } from '../kernel/child/find-declarations.ts'
import { statementTexts } from '../kernel/child/sql/split-statements.ts'
import { child, childList, type Node } from '../kernel/child/syntax-tree.ts'
import type { Cell, Notebook } from '../notebook/notebook.ts'
import { resultVariable } from '../notebook/result-variable.ts'
import { commentLines } from './lines.ts'
import { ScriptImports } from './script-imports.ts'
import { prologueFor } from './script-prologue.ts'
import { printSqlTemplate } from './sql-template.ts'
import type { Steps } from './steps.ts'

/** A TypeScript cell that can be part of a script. */
interface ScriptCell {
  readonly cell: Cell
  readonly program: Node
}

/**
 * A notebook as one TypeScript module that does the same: cells in their order, Markdown as comments, SQL as
 * ``await sql`…` ``, imports at the top. A name that several cells declare becomes a `var`, as it is in the kernel.
 * What is no TypeScript stays as a comment that says why.
 */
export function* exportTypeScript({ cells }: Notebook, name: string): Steps<string> {
  const parsed: (ScriptCell | undefined)[] = []
  for (const cell of cells) {
    parsed.push(cell.kind === 'typescript' ? maybeParse(cell) : undefined)
    yield
  }
  const scripts = parsed.filter((each) => each !== undefined)
  const imports = new ScriptImports()
  for (const { cell, program } of scripts) {
    for (const node of importsOf(program)) imports.add(cell.source, node)
  }
  const declared = countDeclarations(scripts, cells)
  const shared = new Set([
    ...[...declared].flatMap(([each, count]) => (count > 1 ? [each] : [])),
    ...imports.names.filter((each) => declared.has(each)),
    ...imports.contested,
  ])
  const usesSqlRows = scripts.some(({ cell }) => /\b_sql\b/.test(cell.source))
  const pieces: string[] = []
  for (const [at, cell] of cells.entries()) {
    const script = parsed[at]
    if (script !== undefined) pieces.push(printScript(script, imports, shared))
    else if (cell.kind === 'sql') pieces.push(printSql(cell, shared, usesSqlRows))
    else pieces.push(printComment(cell))
    yield
  }
  const body = pieces.filter((piece) => piece.trim() !== '').join('\n\n')
  const code = pieces.filter((_, at) => parsed[at] !== undefined || cells[at]?.kind === 'sql')
  const own = new Set([...declared.keys(), ...imports.names])
  const prologue = prologueFor(code.join('\n'), own)
  return [
    `// ${title(name)}: put it beside the notebook and run it with \`npx tsx\`, or with Node 24 as it is.`,
    [...prologue.imports, imports.print(shared)].filter((line) => line !== '').join('\n'),
    ...prologue.code,
    body,
    ...prologue.epilogue,
    // Without imports and exports, top-level await would be a syntax error.
    'export {}',
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

function title(name: string): string {
  return commentLines(name).slice(3).replaceAll('\n', ' ')
}

function maybeParse(cell: Cell): ScriptCell | undefined {
  const { program, errors } = parseSync('cell.ts', cell.source, {
    lang: 'ts',
    sourceType: 'module',
  })
  // Two declarations of one name in a cell become two of a `var`.
  const isWrong = errors.some(({ message }) => !message.includes('has already been declared'))
  return isWrong ? undefined : { cell, program: program as unknown as Node }
}

function importsOf(program: Node): readonly Node[] {
  return childList(program, 'body').filter(({ type }) => type === 'ImportDeclaration')
}

/** How often each name is declared by something that is no import. */
function countDeclarations(
  scripts: readonly ScriptCell[],
  cells: readonly Cell[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const { program } of scripts) {
    for (const statement of childList(program, 'body')) {
      if (statement.type === 'ImportDeclaration') continue
      for (const name of findDeclarations({ ...program, body: [statement] })) count(name)
    }
  }
  for (const cell of cells) {
    const name = resultVariable(cell)
    if (name !== undefined) count(name)
  }
  return counts
}

function printScript(
  { cell, program }: ScriptCell,
  imports: ScriptImports,
  shared: ReadonlySet<string>,
): string {
  const edits = new MagicString(cell.source)
  const statements = childList(program, 'body')
  for (const statement of statements) {
    if (statement.type === 'ImportDeclaration') {
      const inPlace = imports.inPlace(cell.source, statement, shared)
      replace(edits, cell.source, statement, inPlace)
      continue
    }
    const declaration = withoutExport(edits, cell.source, statement)
    if (declaration === undefined) continue
    const names = findDeclarations({ ...program, body: [declaration] })
    if (names.some((name) => shared.has(name))) declareAsVar(edits, declaration)
  }
  // A line that begins so would go on with the statement before it.
  const first = statements.find(({ type }) => type !== 'ImportDeclaration')
  if (first !== undefined && /[([`+\-/*]/.test(cell.source[first.start] ?? '')) {
    edits.appendRight(first.start, ';')
  }
  return edits.toString().trim()
}

/** Takes a statement away together with the line that it leaves empty. */
function replace(edits: MagicString, source: string, node: Node, text: string): void {
  const lineEnd = /[ \t;]*(?:\r?\n|$)/y
  lineEnd.lastIndex = node.end
  const rest = lineEnd.exec(source)?.[0] ?? ''
  if (text === '') edits.remove(node.start, node.end + rest.length)
  else edits.overwrite(node.start, node.end, text)
}

/** A cell exports to nobody; what it exports stays declared. */
function withoutExport(edits: MagicString, source: string, statement: Node): Node | undefined {
  if (!statement.type.startsWith('Export')) return statement
  const declaration = child(statement, 'declaration')
  if (declaration === undefined || statement.type === 'ExportAllDeclaration') {
    const from = child(statement, 'source')
    const text = from === undefined ? '' : `await import(${source.slice(from.start, from.end)})`
    replace(edits, source, statement, text)
    return undefined
  }
  const isNamed = child(declaration, 'id') !== undefined
  if (statement.type === 'ExportDefaultDeclaration' && !isNamed) {
    edits.overwrite(statement.start, declaration.start, 'void (')
    edits.appendLeft(declaration.end, ')')
    return undefined
  }
  edits.remove(statement.start, declaration.start)
  return declaration
}

/** Only a `var` may be declared again. */
function declareAsVar(edits: MagicString, declaration: Node): void {
  const name = String(child(declaration, 'id')?.['name'])
  switch (declaration.type) {
    case 'VariableDeclaration': {
      const kind = String(declaration['kind'])
      if (kind !== 'const' && kind !== 'let') break
      edits.overwrite(declaration.start, declaration.start + kind.length, 'var')
      for (const declarator of childList(declaration, 'declarations')) {
        // `let x` means undefined, whatever it was before.
        if (child(declarator, 'init') === undefined)
          edits.appendLeft(declarator.end, ' = undefined!')
      }
      break
    }
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      edits.appendRight(declaration.start, `var ${name} = `)
      edits.appendLeft(declaration.end, ';')
      break
    default:
      // Types and enums of one name are merged or refused by the compiler: they run all the same.
      break
  }
}

function printSql(cell: Cell, shared: ReadonlySet<string>, usesRows: boolean): string {
  const calls = statementTexts(cell.source).map((each) => `await sql${printSqlTemplate(each)}`)
  const name = resultVariable(cell)
  return calls
    .map((call, at) => {
      const isLast = at === calls.length - 1
      const value = usesRows ? `_sql = ${call}` : call
      if (!isLast) return value
      if (name === undefined) return `console.table(${value})`
      return `${shared.has(name) ? 'var' : 'const'} ${name} = ${value}`
    })
    .join('\n')
}

function printComment(cell: Cell): string {
  if (cell.source.trim() === '') return ''
  switch (cell.kind) {
    case 'markdown':
      return commentLines(cell.source)
    case 'typescript':
      return `// This cell is no TypeScript that can stand in a script:\n${commentLines(cell.source)}`
    case 'raw':
    case 'sql':
      return commentLines(`[${cell.language ?? 'raw'}]\n${cell.source}`)
  }
}
