import { child, childList, childrenOf, isFunction, type Node } from './syntax-tree.ts'

/** The names that a program declares at its top level, each once, in order. */
export function findDeclarations(program: Node): string[] {
  const names = new Set<string>()
  for (const statement of childList(program, 'body')) {
    const declaration = child(statement, 'declaration') ?? statement
    switch (declaration.type) {
      case 'ImportDeclaration':
        for (const specifier of childList(declaration, 'specifiers')) {
          addPattern(names, child(specifier, 'local'))
        }
        break
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        addPattern(names, child(declaration, 'id'))
        break
      case 'VariableDeclaration':
        addDeclarators(names, declaration)
        break
      default:
        addHoisted(names, declaration)
    }
  }
  return [...names]
}

/** `var` in a block belongs to the program too. */
function addHoisted(names: Set<string>, node: Node): void {
  if (isFunction(node)) return
  if (node.type === 'VariableDeclaration' && node['kind'] === 'var') addDeclarators(names, node)
  for (const inner of childrenOf(node)) addHoisted(names, inner)
}

function addDeclarators(names: Set<string>, declaration: Node): void {
  for (const { id } of childList(declaration, 'declarations')) addPattern(names, id)
}

function addPattern(names: Set<string>, pattern: unknown): void {
  if (typeof pattern !== 'object' || pattern === null) return
  const node = pattern as Node
  switch (node.type) {
    case 'Identifier':
      names.add(String(node['name']))
      break
    case 'ObjectPattern':
      for (const property of childList(node, 'properties')) {
        addPattern(names, property['value'] ?? property['argument'])
      }
      break
    case 'ArrayPattern':
      for (const element of childList(node, 'elements')) addPattern(names, element)
      break
    case 'AssignmentPattern':
      addPattern(names, node['left'])
      break
    case 'RestElement':
      addPattern(names, node['argument'])
      break
    default:
  }
}
