import { MagicString } from 'magic-string'
import { parseSync } from 'oxc-parser'
import { transformSync } from 'oxc-transform'
import { asExpression } from './as-expression.ts'
import { findDeclarations } from './find-declarations.ts'
import { needsLowering } from './needs-lowering.ts'
import { rewriteExport, rewriteImport } from './rewrite-imports.ts'
import { child, childList, childrenOf, isFunction, type Node } from './syntax-tree.ts'

/** A cell as the main thread evaluates it. */
export interface TransformedCell {
  readonly code: string
  /** Names that it declares for all cells. */
  readonly names: readonly string[]
  /** From generated positions to the JavaScript between, made when an error asks for it. */
  readonly editMap: () => string
  /** From that JavaScript to the cell's own text. */
  readonly languageMap: string | undefined
  /** From the TypeScript that a SQL cell was made to the cell's own text. */
  readonly sqlMap?: (() => string) | undefined
  /** Columns by which the first line was moved to the right before all else. */
  readonly firstLineShift: number
}

/** A cell's syntax error, where it stands in the cell's own text. */
export class CellSyntaxError extends Error {
  override readonly name = 'SyntaxError'
  readonly offset: number
  /** More text could mend it: the error is at the end. */
  readonly isIncomplete: boolean

  constructor(message: string, offset: number, isIncomplete: boolean) {
    super(message)
    this.offset = offset
    this.isIncomplete = isIncomplete
  }
}

/** What makes JavaScript of decorators and `using`, which oxc leaves as they are: esbuild, loaded when needed. */
export type Lower = (source: string, hasParameterDecorators: boolean) => Promise<Lowered>
export interface Lowered {
  readonly code: string
  readonly map: string
}

/**
 * TypeScript of a cell → JavaScript for the inspector's replMode: declarations become `var`, so that any cell may
 * declare anything again; imports become calls; loops and awaits ask whether they are to stop.
 *
 * @throws {CellSyntaxError}
 */
export async function transformCell(
  source: string,
  name: string,
  number: number,
  lower: Lower,
): Promise<TransformedCell> {
  const expression = asExpression(source)
  const text = expression ?? source
  const shift = expression === undefined ? 0 : 1
  const { code: javascript, map } = await toJavaScript(text, shift, lower)
  const { program, errors } = parseSync('cell.js', javascript, {
    lang: 'js',
    sourceType: 'module',
  })
  if (errors.length > 0) throw syntaxError(errors, javascript, 0)
  const edits = new MagicString(javascript)
  const tree = program as unknown as Node
  rewriteStatements(edits, javascript, tree, number)
  rewriteNodes(edits, tree, { number, depth: 0 })
  return {
    code: `${edits.toString()}\n//# sourceURL=${sourceUrl(name, number)}`,
    names: findDeclarations(tree),
    editMap: () => edits.generateMap({ hires: 'boundary' }).toString(),
    languageMap: map,
    firstLineShift: shift,
  }
}

/** The name of an execution's code in stack frames; printing it takes the number away. */
export function sourceUrl(name: string, number: number): string {
  return `cell:${encodeURIComponent(name)}#${number}`
}

async function toJavaScript(
  source: string,
  shift: number,
  lower: Lower,
): Promise<{ code: string; map: string | undefined }> {
  const lowering = needsLowering(source)
  if (lowering !== undefined) return lower(source, lowering.hasParameterDecorators)
  let result = transform(source, 'tsx')
  // `<T>value` and `<T>(x) => x` are TypeScript without JSX.
  if (result.errors.length > 0) {
    const plain = transform(source, 'ts')
    if (plain.errors.length === 0) result = plain
  }
  if (result.errors.length > 0) throw syntaxError(result.errors, source, shift)
  return {
    code: result.code,
    map: result.map === undefined ? undefined : JSON.stringify(result.map),
  }
}

function transform(source: string, lang: 'tsx' | 'ts'): ReturnType<typeof transformSync> {
  return transformSync(`cell.${lang}`, source, {
    lang,
    sourceType: 'module',
    target: 'esnext',
    typescript: { onlyRemoveTypeImports: true },
    jsx: { runtime: 'classic', pragma: '$spcs.jsx', pragmaFrag: '$spcs.Fragment' },
    sourcemap: true,
  })
}

/** What both of oxc's packages say of an error. */
interface SyntaxFault {
  readonly message: string
  readonly labels: readonly { readonly start: number; readonly end: number }[]
}

function syntaxError(
  errors: readonly SyntaxFault[],
  source: string,
  shift: number,
): CellSyntaxError {
  const first = errors.find((error) => !error.message.includes('has already been declared'))
  const error = first ?? errors[0]
  const start = error?.labels[0]?.start ?? source.length
  const end = error?.labels[0]?.end ?? source.length
  const message = (error?.message ?? 'Syntax error').replace(/^TS\(\d+\): /, '')
  const isUnterminated = /unterminated/i.test(message) && source.slice(start).startsWith('`')
  const isAtEnd = end >= source.trimEnd().length && /EOF|expected|Unexpected/i.test(message)
  const isIncomplete =
    isUnterminated ||
    /EOF/.test(message) ||
    (isAtEnd && start >= source.trimEnd().length) ||
    /Unterminated (?:multiline comment|template)/i.test(message)
  return new CellSyntaxError(message, Math.max(0, start - shift), isIncomplete)
}

/** Declarations, imports and exports of the top level. */
function rewriteStatements(
  edits: MagicString,
  source: string,
  program: Node,
  number: number,
): void {
  for (const statement of childList(program, 'body')) {
    if (statement.type === 'ImportDeclaration') {
      rewriteImport(edits, source, statement, number)
      continue
    }
    const declaration = statement.type.startsWith('Export')
      ? rewriteExport(edits, source, statement, number)
      : statement
    if (declaration?.type === 'VariableDeclaration') rewriteVariables(edits, declaration)
    if (declaration?.type === 'ClassDeclaration') rewriteClass(edits, declaration)
  }
}

/** `const` and `let` → `var`: only that may be declared again by whatever comes later. */
function rewriteVariables(edits: MagicString, declaration: Node): void {
  const kind = String(declaration['kind'])
  if (kind === 'var') return
  edits.overwrite(declaration.start, declaration.start + kind.length, 'var', { contentOnly: true })
  for (const declarator of childList(declaration, 'declarations')) {
    // `let x` means undefined; `var x` would keep what it was.
    if (child(declarator, 'init') === undefined) edits.appendLeft(declarator.end, '=undefined')
  }
}

function rewriteClass(edits: MagicString, declaration: Node): void {
  const id = child(declaration, 'id')
  if (id === undefined) return
  edits.appendRight(declaration.start, `var ${String(id['name'])}=`)
  edits.appendLeft(declaration.end, ';')
}

interface Place {
  readonly number: number
  readonly depth: number // of functions
}

function rewriteNodes(edits: MagicString, node: Node, place: Place): void {
  switch (node.type) {
    case 'ImportDeclaration':
      return
    case 'ImportExpression':
      edits.overwrite(node.start, node.start + 'import'.length, '$spcs.import', {
        contentOnly: true,
      })
      break
    case 'MetaProperty':
      if (child(node, 'meta')?.['name'] === 'import') {
        edits.overwrite(node.start, node.end, '$spcs.meta', { contentOnly: true })
      }
      return
    case 'AwaitExpression':
      rewriteAwait(edits, node, place)
      break
    case 'ForOfStatement':
      if (node['await'] === true && place.depth === 0) holdEach(edits, node, place.number)
      guardLoop(edits, node)
      break
    case 'ForInStatement':
    case 'ForStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      guardLoop(edits, node)
      break
    default:
  }
  const inside = isFunction(node) ? { ...place, depth: place.depth + 1 } : place
  for (const inner of childrenOf(node)) rewriteNodes(edits, inner, inside)
}

/**
 * `await x` → `$spcs.check(await x)`, which throws once the execution is to stop. At the top level the promise is held
 * as well: replMode awaits it inside V8, and a collected one would take the process down.
 */
function rewriteAwait(edits: MagicString, node: Node, { number, depth }: Place): void {
  const argument = child(node, 'argument')
  if (argument === undefined) return
  edits.appendRight(node.start, '$spcs.check(')
  if (depth > 0) {
    edits.prependLeft(node.end, ')')
    return
  }
  // A bracket of the argument's own lies outside its span.
  edits.appendLeft(node.start + 'await'.length, ' $spcs.hold(')
  edits.prependLeft(node.end, `,${number}),${number})`)
}

function holdEach(edits: MagicString, node: Node, number: number): void {
  const right = child(node, 'right')
  if (right === undefined) return
  edits.appendRight(right.start, '$spcs.holdEach(')
  edits.prependLeft(right.end, `,${number})`)
}

function guardLoop(edits: MagicString, node: Node): void {
  const body = child(node, 'body')
  if (body === undefined) return
  if (body.type === 'BlockStatement') {
    edits.appendLeft(body.start + 1, GUARD)
    return
  }
  edits.appendRight(body.start, `{${GUARD}`)
  edits.appendLeft(body.end, '}')
}

const GUARD = 'if($spcs.f[0])$spcs.stop();'
