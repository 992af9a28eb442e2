import { createRequire, Module } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { maybeBuiltInPackage } from './built-in-packages.ts'

/** What a cell finds its modules by: as a module in the notebook's folder would. */
export interface CellModules {
  readonly require: NodeJS.Require
  readonly module: NodeJS.Module
  readonly meta: Readonly<Record<string, unknown>>
  import(specifier: string, options?: object): Promise<unknown>
}

type CompiledModule = Module & { _compile(code: string, path: string): void }

export function cellModules(directory: string, file: string): CellModules {
  const local = join(directory, '[notebook].js')
  const require = createRequire(local)
  const module = new Module(local) as CompiledModule
  module.filename = file
  module.paths = require.resolve.paths('x') ?? []
  // A function of a module in this folder: in evaluated code `import()` has no module to start from.
  const importer = new Module(local) as CompiledModule
  // oxlint-disable-next-line no-underscore-dangle -- Node's own name
  importer._compile('module.exports = (specifier, options) => import(specifier, options)', local)
  const importModule = importer.exports as (text: string, options?: object) => Promise<unknown>
  return {
    require,
    module,
    meta: {
      url: pathToFileURL(file).href,
      filename: file,
      dirname: dirname(file),
      resolve: (specifier: string) => {
        const found = require.resolve(specifier)
        return found.startsWith('/') ? pathToFileURL(found).href : found
      },
    },
    import: async (specifier, options) => {
      const builtIn = maybeBuiltInPackage(specifier)
      // Whoever installs a package beside the notebook means that one.
      if (builtIn !== undefined && !isInstalled(require, specifier)) return builtIn()
      return importModule(specifier, options)
    },
  }
}

function isInstalled(require: NodeJS.Require, specifier: string): boolean {
  try {
    require.resolve(specifier)
    return true
  } catch {
    return false
  }
}

/** An import's namespace, where a name that a CommonJS module keeps on its `default` is found as well. */
export function namedExports(
  namespace: Record<string, unknown>,
  specifier: string,
  names: readonly string[],
): Record<string, unknown> {
  const missing = names.filter((name) => !(name in namespace))
  if (missing.length === 0) return namespace
  const inner = namespace['default'] as Record<string, unknown> | null | undefined
  const found: Record<string, unknown> = {}
  for (const name of names) {
    if (name in namespace) found[name] = namespace[name]
    else if (isObject(inner) && name in inner) found[name] = inner[name]
    else {
      throw new SyntaxError(`The requested module '${specifier}' has no export named '${name}'`)
    }
  }
  return found
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null
}
