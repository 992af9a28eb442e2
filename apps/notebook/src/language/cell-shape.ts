import { parseSync } from 'oxc-parser'
import { asExpression } from '../kernel/child/as-expression.ts'
import { findDeclarations } from '../kernel/child/find-declarations.ts'
import { child, childList, type Node } from '../kernel/child/syntax-tree.ts'

/** What has to be known of a cell to put it beside the others. */
export interface CellShape {
  /** What it declares at its top level, types among them. */
  readonly names: readonly string[]
  /** What it exports by itself. */
  readonly exported: ReadonlySet<string>
  /** Every word in it: whatever it uses is among them. */
  readonly words: ReadonlySet<string>
  /** `<T>value` is TypeScript only where there is no JSX. */
  readonly extension: '.ts' | '.tsx'
  /** `{ a: 1 }` alone: it is read as an object. */
  readonly isExpression: boolean
}

/**
 * The shape of a cell's text. While the text does not parse, which is most of the time when somebody writes, it is what
 * it was before and what the beginnings of its lines look like.
 *
 * @param before The shape that the cell had.
 */
export function readShape(source: string, before?: CellShape): CellShape {
  const words = new Set(source.match(WORDS))
  if (asExpression(source) !== undefined) {
    return { names: [], exported: NOTHING, words, extension: '.tsx', isExpression: true }
  }
  for (const extension of ['.tsx', '.ts'] as const) {
    const { program, errors } = parseSync(`cell${extension}`, source, { sourceType: 'module' })
    if (errors.length > 0) continue
    const tree = program as unknown as Node
    const names = [...new Set([...findDeclarations(tree), ...findTypes(tree)])]
    return { names, exported: findExports(tree), words, extension, isExpression: false }
  }
  return {
    names: [...new Set([...(before?.names ?? []), ...guessNames(source)])],
    exported: before?.exported ?? NOTHING,
    words,
    extension: before?.extension ?? '.tsx',
    isExpression: false,
  }
}

const NOTHING: ReadonlySet<string> = new Set()
const WORDS = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu

const DECLARING_TYPES = new Set([
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSEnumDeclaration',
  'TSModuleDeclaration',
  'TSImportEqualsDeclaration',
  'TSDeclareFunction',
])

function* findTypes(program: Node): Generator<string> {
  for (const statement of childList(program, 'body')) {
    const declaration = child(statement, 'declaration') ?? statement
    const id = child(declaration, 'id')
    const isGlobal = declaration['kind'] === 'global' || declaration['global'] === true
    if (DECLARING_TYPES.has(declaration.type) && id?.type === 'Identifier' && !isGlobal) {
      yield String(id['name'])
    }
  }
}

function findExports(program: Node): ReadonlySet<string> {
  const names = new Set<string>()
  for (const statement of childList(program, 'body')) {
    if (statement.type !== 'ExportNamedDeclaration') continue
    const declared = { ...program, body: [child(statement, 'declaration')] } as Node
    for (const name of [...findDeclarations(declared), ...findTypes(declared)]) names.add(name)
    for (const specifier of childList(statement, 'specifiers')) {
      const exported = child(specifier, 'exported')
      names.add(String(exported?.['name'] ?? exported?.['value']))
    }
  }
  return names
}

const DECLARING_LINE =
  /^(?:export\s+)?(?:declare\s+|abstract\s+|async\s+)*(?:const|let|var|function\*?|class|interface|type|enum|namespace)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu

function guessNames(source: string): string[] {
  return [...source.matchAll(DECLARING_LINE)].map(([, name = '']) => name)
}
