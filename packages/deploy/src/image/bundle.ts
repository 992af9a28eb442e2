import { dirname, join, posix, relative, sep } from 'node:path'
import { build, type BuildFailure } from 'esbuild'
import { DeployError } from '../errors.ts'
import type { LayerFile } from './layer.ts'

/** What is bundled and for which Node. */
export interface BundleOptions {
  /** Absolute path of the app's main file: `…/apps/convert-api/src/main.ts`. */
  readonly entryPoint: string
  /** The oldest major version of Node that must run it. */
  readonly node: number
  /** Further programs, by their place beside the main one: `{ 'kernel/main': '…/src/kernel/main.ts' }`. */
  readonly entryPoints?: Readonly<Record<string, string>> | undefined
  /** By folder of programs, `kernel`: globals that all their code keeps as they were at its start, whoever changes them. */
  readonly ownGlobals?: Readonly<Record<string, readonly string[]>> | undefined
  /** Packages that are not bundled: those with native parts. */
  readonly external?: readonly string[] | undefined
}

/**
 * An app and everything that it imports as one file, `app/main.js`, with its source map; what it imports only when
 * it needs it is in chunks beside it. Each further program is bundled in the same way. `import.meta.url` is in the
 * folder of the program, wherever the code stood. Paths inside are relative to the entry point, so the same sources
 * give the same bytes wherever they lie.
 *
 * @throws {DeployError} `BUNDLE_FAILED` with esbuild's own messages.
 */
export async function bundleApp(options: BundleOptions): Promise<LayerFile[]> {
  const { entryPoint, entryPoints = {} } = options
  const programs = Object.entries({ main: entryPoint, ...entryPoints })
  const folders = groupByFolder(programs)
  const bundles = [...folders].map(([folder, inFolder]) => bundleFolder(folder, inFolder, options))
  return [
    ...(await Promise.all(bundles)).flat(),
    { path: 'app/package.json', content: '{"type":"module"}\n' },
  ]
}

/** Programs of one folder share their chunks. */
async function bundleFolder(
  folder: string,
  programs: readonly Program[],
  { entryPoint, node, ownGlobals = {}, external = [] }: BundleOptions,
): Promise<LayerFile[]> {
  const from = dirname(entryPoint)
  const outdir = join(from, folder)
  const own = ownGlobals[folder] ?? []
  try {
    const { outputFiles } = await build({
      entryPoints: programs.map(([place, path]) => ({ in: path, out: posix.basename(place) })),
      absWorkingDir: from,
      outdir,
      write: false,
      bundle: true,
      splitting: true,
      chunkNames: 'chunk-[hash]',
      external: [...external],
      format: 'esm',
      platform: 'node',
      target: `node${node}`,
      conditions: ['@spcs/source'],
      banner: { js: own.length === 0 ? COMMON_JS : `${COMMON_JS}\n${keepGlobals(own)}` },
      define: {
        __dirname: 'folderOfBundle',
        __filename: 'fileOfBundle',
        ...Object.fromEntries(own.map((name) => [name, keptName(name)])),
      },
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'silent',
    })
    return outputFiles.map(({ path, contents }) => ({
      path: posix.join('app', folder, relative(outdir, path).replaceAll(sep, '/')),
      content: contents,
    }))
  } catch (cause) {
    if (!isBuildFailure(cause)) throw cause
    const why = cause.errors.map(({ text, location }) =>
      location === null ? text : `${location.file}:${location.line}:${location.column}: ${text}`,
    )
    throw new DeployError('BUNDLE_FAILED', `Cannot bundle "${entryPoint}": ${why.join('; ')}`, {
      hint: 'Correct the import or the syntax that the message names',
      cause,
    })
  }
}

// CommonJS packages inside use what an ES module lacks: require() for node: modules, and their own place.
const COMMON_JS = [
  "import { createRequire as createRequireOfBundle } from 'node:module'",
  "import { dirname as dirnameOfBundle } from 'node:path'",
  "import { fileURLToPath as pathOfBundle } from 'node:url'",
  'const require = createRequireOfBundle(import.meta.url)',
  'const fileOfBundle = pathOfBundle(import.meta.url), folderOfBundle = dirnameOfBundle(fileOfBundle)',
].join('\n')

/** The first file that is loaded keeps them for all that are loaded later, when they may have been changed. */
function keepGlobals(names: readonly string[]): string {
  const kept = names.map((name) => `${name}: ${keptName(name)}`).join(', ')
  return [
    "const keyOfBundle = Symbol.for('globals of the bundle')",
    `if (!(keyOfBundle in globalThis)) Object.defineProperty(globalThis, keyOfBundle, { value: { ${names.join(', ')} } })`,
    `const { ${kept} } = globalThis[keyOfBundle]`,
  ].join('\n')
}

function keptName(name: string): string {
  return `${name}OfBundle`
}

type Program = readonly [place: string, path: string]

function groupByFolder(programs: readonly Program[]): Map<string, Program[]> {
  const folders = new Map<string, Program[]>()
  for (const program of programs) {
    const folder = posix.dirname(program[0])
    folders.set(folder, [...(folders.get(folder) ?? []), program])
  }
  return folders
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}
