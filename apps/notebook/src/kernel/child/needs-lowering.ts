import { parseSync } from 'oxc-parser'
import { child, childList, childrenOf, type Node } from './syntax-tree.ts'

/** Says so when a cell holds decorators or `using`; undefined when it does not, or does not parse. */
export function needsLowering(source: string): { hasParameterDecorators: boolean } | undefined {
  if (!/@[\w$(]|\busing\b/.test(source)) return undefined
  const { program, errors } = parseSync('cell.tsx', source, { lang: 'tsx', sourceType: 'module' })
  if (errors.length > 0) return undefined
  const found = { needed: false, hasParameterDecorators: false }
  visit(program as unknown as Node, found)
  return found.needed ? { hasParameterDecorators: found.hasParameterDecorators } : undefined
}

function visit(node: Node, found: { needed: boolean; hasParameterDecorators: boolean }): void {
  if (node.type === 'Decorator') found.needed = true
  if (node.type === 'VariableDeclaration' && /using/.test(String(node['kind']))) found.needed = true
  for (const parameter of childList(node, 'params')) {
    const inner = child(parameter, 'parameter')
    if (childList(parameter, 'decorators').length > 0 || hasDecorators(inner)) {
      found.hasParameterDecorators = true
    }
  }
  for (const inner of childrenOf(node)) visit(inner, found)
}

function hasDecorators(node: Node | undefined): boolean {
  return node !== undefined && childList(node, 'decorators').length > 0
}
