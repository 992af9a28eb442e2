import type { MagicString } from 'magic-string'
import { child, childList, type Node } from './syntax-tree.ts'

/**
 * `import d, { a as b } from 'x'` → `var {"default":d,"a":b}=$spcs.named(await …import('x'), …);`. An import of a
 * cell can stand anywhere and be repeated; what evaluates cells knows no static imports.
 */
export function rewriteImport(
  edits: MagicString,
  source: string,
  node: Node,
  number: number,
): void {
  const module = importedModule(source, node, number)
  const fields: string[] = []
  const names: string[] = []
  let namespace: string | undefined
  for (const specifier of childList(node, 'specifiers')) {
    const local = String(child(specifier, 'local')?.['name'])
    if (specifier.type === 'ImportNamespaceSpecifier') {
      namespace = local
      continue
    }
    const imported =
      specifier.type === 'ImportDefaultSpecifier' ? 'default' : importedName(specifier)
    names.push(imported)
    fields.push(`${JSON.stringify(imported)}:${local}`)
  }
  const parts: string[] = []
  const from = namespace ?? module
  if (namespace !== undefined) parts.push(`var ${namespace}=${module};`)
  if (fields.length > 0) {
    const specifier = source.slice(child(node, 'source')?.start, child(node, 'source')?.end)
    parts.push(
      `var {${fields.join(',')}}=$spcs.named(${from},${specifier},${JSON.stringify(names)});`,
    )
  }
  // Nothing is declared: the module runs, and the statement has no value.
  if (parts.length === 0) parts.push(`if(${module}){}`)
  edits.overwrite(node.start, node.end, parts.join(''), { contentOnly: true })
}

/** Takes `export` away: in a cell everything is visible anyway. */
export function rewriteExport(
  edits: MagicString,
  source: string,
  node: Node,
  number: number,
): Node | undefined {
  const declaration = child(node, 'declaration')
  if (node.type === 'ExportDefaultDeclaration' && declaration !== undefined) {
    const isNamed = child(declaration, 'id') !== undefined
    if (/^(?:Function|Class)Declaration$/.test(declaration.type) && isNamed) {
      edits.remove(node.start, declaration.start)
      return declaration
    }
    edits.overwrite(node.start, declaration.start, '(', { contentOnly: true })
    edits.appendLeft(declaration.end, ')')
    return undefined
  }
  if (declaration !== undefined) {
    edits.remove(node.start, declaration.start)
    return declaration
  }
  if (child(node, 'source') === undefined) {
    edits.remove(node.start, node.end)
  } else {
    const module = importedModule(source, node, number)
    edits.overwrite(node.start, node.end, `if(${module}){}`, { contentOnly: true })
  }
  return undefined
}

function importedModule(source: string, node: Node, number: number): string {
  const specifier = child(node, 'source')
  const attributes = childList(node, 'attributes')
    .map((attribute) => source.slice(attribute.start, attribute.end))
    .join(',')
  const options = attributes === '' ? '' : `,{with:{${attributes}}}`
  const text = source.slice(specifier?.start, specifier?.end)
  return `$spcs.check(await $spcs.hold($spcs.import(${text}${options}),${number}),${number})`
}

function importedName(specifier: Node): string {
  const imported = child(specifier, 'imported')
  return String(imported?.['name'] ?? imported?.['value'])
}
