import { child, childList, type Node } from '../kernel/child/syntax-tree.ts'

/** One name that an import of a cell brings. */
interface Binding {
  /** `default`, `*`, or the name that the module exports, as it is written. */
  readonly imported: string
  readonly local: string
  readonly isType: boolean
}

interface Module {
  readonly bindings: Map<string, Binding>
  isNamed: boolean
}

/**
 * The imports of all cells, each once and at the top of the file. A name that something else declares as well gets
 * another name there, and its own where the cell imported it.
 */
export class ScriptImports {
  readonly #modules = new Map<string, Module>()
  /** What each local name is imported as, by all who import it. */
  readonly #claims = new Map<string, Set<string>>()

  add(source: string, declaration: Node): void {
    const { from, bindings } = read(source, declaration)
    const module = this.#modules.get(from) ?? { bindings: new Map(), isNamed: false }
    this.#modules.set(from, module)
    if (bindings.length === 0) module.isNamed = true
    for (const binding of bindings) {
      module.bindings.set(keyOf(binding), binding)
      const claims = this.#claims.get(binding.local) ?? new Set()
      this.#claims.set(binding.local, claims.add(`${from} ${binding.imported}`))
    }
  }

  /** Names that are imported, those that only types have left out. */
  get names(): readonly string[] {
    return [...this.#claims.keys()]
  }

  /** Names that two imports give to different things. */
  get contested(): readonly string[] {
    return this.names.filter((name) => (this.#claims.get(name)?.size ?? 0) > 1)
  }

  /** What stands in the place of an import: the names that others declare too. */
  inPlace(source: string, declaration: Node, shared: ReadonlySet<string>): string {
    const { from, bindings } = read(source, declaration)
    return bindings
      .filter(({ local, isType }) => shared.has(local) && !isType)
      .map((binding) => `var ${binding.local} = ${this.#aliasOf(from, binding)}`)
      .join('\n')
  }

  print(shared: ReadonlySet<string>): string {
    return [...this.#modules]
      .flatMap(([from, { bindings, isNamed }]) => {
        const all = [...bindings.values()]
        const lines = printBindings(all, (binding) =>
          shared.has(binding.local) && !binding.isType
            ? this.#aliasOf(from, binding)
            : binding.local,
        ).map((names) => `import ${names} from ${from}`)
        return lines.length === 0 && isNamed ? [`import ${from}`] : lines
      })
      .join('\n')
  }

  /** The same for the same thing, wherever it is imported. */
  #aliasOf(from: string, { imported, local }: Binding): string {
    const at = [...(this.#claims.get(local) ?? [])].indexOf(`${from} ${imported}`)
    for (let alias = `${local}_${at + 1}`; ; alias += '_') {
      if (!this.#claims.has(alias)) return alias
    }
  }
}

function read(
  source: string,
  declaration: Node,
): { readonly from: string; readonly bindings: readonly Binding[] } {
  const specifier = child(declaration, 'source')
  const attributes = childList(declaration, 'attributes')
    .map(({ start, end }) => source.slice(start, end))
    .join(', ')
  const from = source.slice(specifier?.start, specifier?.end)
  return {
    // One and the same, in whatever quotes.
    from: `'${from.slice(1, -1)}'${attributes === '' ? '' : ` with { ${attributes} }`}`,
    bindings: childList(declaration, 'specifiers').map((each) => ({
      imported: importedName(source, each),
      local: String(child(each, 'local')?.['name']),
      isType: declaration['importKind'] === 'type' || each['importKind'] === 'type',
    })),
  }
}

function importedName(source: string, specifier: Node): string {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default'
  if (specifier.type === 'ImportNamespaceSpecifier') return '*'
  const imported = child(specifier, 'imported')
  return source.slice(imported?.start, imported?.end)
}

function keyOf({ imported, local, isType }: Binding): string {
  return `${isType ? 'type ' : ''}${imported} ${local}`
}

/** What stands between `import` and `from`: a line for each namespace and default, one for all other names. */
function printBindings(
  bindings: readonly Binding[],
  nameOf: (binding: Binding) => string,
): readonly string[] {
  const single = bindings
    .filter(({ imported }) => imported === '*' || imported === 'default')
    .map((binding) => {
      const name = binding.imported === '*' ? `* as ${nameOf(binding)}` : nameOf(binding)
      return `${binding.isType ? 'type ' : ''}${name}`
    })
  const named = bindings
    .filter(({ imported }) => imported !== '*' && imported !== 'default')
    .map((binding) => {
      const name = nameOf(binding)
      const text = binding.imported === name ? name : `${binding.imported} as ${name}`
      return `${binding.isType ? 'type ' : ''}${text}`
    })
  return named.length === 0 ? single : [...single, `{ ${named.join(', ')} }`]
}
