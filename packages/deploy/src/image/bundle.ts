import { dirname, join } from 'node:path'
import { build, type BuildFailure } from 'esbuild'
import { DeployError } from '../errors.ts'
import type { LayerFile } from './layer.ts'

/** What is bundled and for which Node. */
export interface BundleOptions {
  /** Absolute path of the app's main file: `…/apps/convert-api/src/main.ts`. */
  readonly entryPoint: string
  /** The oldest major version of Node that must run it. */
  readonly node: number
}

/**
 * An app and everything that it imports as one file, `app/main.js`, with its source map. Paths inside are relative to
 * the entry point, so the same sources give the same bytes wherever they lie.
 *
 * @throws {DeployError} `BUNDLE_FAILED` with esbuild's own messages.
 */
export async function bundleApp({ entryPoint, node }: BundleOptions): Promise<LayerFile[]> {
  const folder = dirname(entryPoint)
  try {
    const { outputFiles } = await build({
      entryPoints: [entryPoint],
      absWorkingDir: folder,
      outfile: join(folder, 'main.js'),
      write: false,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: `node${node}`,
      conditions: ['@spcs/source'],
      banner: { js: REQUIRE },
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'silent',
    })
    return [
      ...outputFiles.map(({ path, contents }) => ({
        path: path.endsWith('.map') ? 'app/main.js.map' : 'app/main.js',
        content: contents,
      })),
      { path: 'app/package.json', content: '{"type":"module"}\n' },
    ]
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

// CommonJS packages inside call require() for node: modules; an ES module has none.
const REQUIRE = [
  "import { createRequire as createRequireOfBundle } from 'node:module'",
  'const require = createRequireOfBundle(import.meta.url)',
].join('\n')

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}
