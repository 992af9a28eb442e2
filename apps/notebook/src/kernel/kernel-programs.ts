import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KERNEL_GLOBALS } from './kernel-globals.ts'

const HERE = dirname(fileURLToPath(import.meta.url))

let main: Promise<string> | undefined

/**
 * The file that a kernel's process runs. Beside a bundled server it is `kernel/main.js`, with `kernel/driver.js`; from
 * source both are bundled at the first use, since Node 20 strips no types, and kept until the source changes.
 */
export function kernelProgram(): Promise<string> {
  const bundled = join(HERE, 'kernel', 'main.js')
  main ??= existsSync(bundled) ? Promise.resolve(bundled) : bundleFromSource()
  return main
}

/**
 * Bundles the kernel's two programs, `main.js` and `driver.js`, and what they load later, into files by their name.
 * npm packages stay outside.
 */
export async function bundleKernel(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [join(HERE, 'child', 'main.ts'), join(HERE, 'child', 'driver.ts')],
    absWorkingDir: HERE,
    outdir: join(HERE, 'kernel'),
    write: false,
    bundle: true,
    splitting: true, // the session's code is loaded when it is needed
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@spcs/source'],
    plugins: [
      {
        name: 'packages outside, our own inside',
        setup: (bundler) => {
          bundler.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@spcs/')
              ? undefined
              : { path, external: true },
          )
        },
      },
    ],
    banner: { js: `const {${KERNEL_GLOBALS.join(',')}} = globalThis;` },
    logLevel: 'silent',
  })
  return new Map(
    outputFiles.map(({ path, contents }) => [
      path.slice(join(HERE, 'kernel').length + 1),
      contents,
    ]),
  )
}

async function bundleFromSource(): Promise<string> {
  const files = await bundleKernel()
  const hash = createHash('sha256')
  for (const [name, contents] of files) hash.update(name).update(contents)
  const cache = join(await packageFolder(), 'node_modules', '.cache', 'spcs-kernel')
  const folder = join(cache, hash.digest('hex').slice(0, 16))
  if (existsSync(folder)) return join(folder, 'main.js')
  const fresh = `${folder}.${process.pid}`
  await mkdir(fresh, { recursive: true })
  await writeFile(join(fresh, 'package.json'), '{"type":"module"}')
  for (const [name, contents] of files) await writeFile(join(fresh, name), contents)
  // Another process may have been faster: its files are the same.
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }))
  return join(folder, 'main.js')
}

/** The folder whose node_modules the bundles resolve their packages from. */
async function packageFolder(): Promise<string> {
  for (let folder = HERE; ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined)
    if (text !== undefined || folder === dirname(folder)) return folder
  }
}
