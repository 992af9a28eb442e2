// Declarations of what cells may import without installing it, for the language server of a bundled notebook:
// one folder a package, as in node_modules, in OUT_DIR. From source the language server reads the sources themselves.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const OWN = ['errors', 'sql', 'dataframe', 'session']
const LIBRARIES = ['@observablehq/plot']

const here = dirname(fileURLToPath(import.meta.url))
const out = process.env.OUT_DIR ?? join(here, 'dist/types')
const require = createRequire(import.meta.url)

const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
const project = join(here, 'tsconfig.types.json')
await promisify(execFile)(process.execPath, [tsc, '-p', project, '--outDir', join(out, '@spcs')])
for (const name of OWN) {
  const description = { name: `@spcs/${name}`, types: './src/index.d.ts' }
  await writeFile(join(out, '@spcs', name, 'package.json'), JSON.stringify(description))
}

for (const name of LIBRARIES) {
  const from = packageFolder(name)
  const to = join(out, name)
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const path = relative(from, join(entry.parentPath, entry.name))
    if (!entry.isFile() || path.includes('node_modules')) continue
    if (path !== 'package.json' && !path.endsWith('.d.ts')) continue
    await mkdir(dirname(join(to, path)), { recursive: true })
    await copyFile(join(from, path), join(to, path))
  }
}

/** @param {string} name */
function packageFolder(name) {
  const places = (require.resolve.paths(name) ?? []).map((path) => join(path, name))
  const folder = places.find((place) => existsSync(place))
  if (folder === undefined) throw new Error(`Cannot find package "${name}": run \`npm ci\``)
  return folder
}
