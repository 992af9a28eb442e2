import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readBlob } from './blob.ts'
import { buildImage, type BuildImageOptions } from './build-image.ts'
import type { Image } from './image.ts'

const run = promisify(execFile)

/** An app with a second program, a package with a part for each system, a lazy import and a web page. */
const FILES: Readonly<Record<string, string>> = {
  'src/main.ts': [
    "import { existsSync } from 'node:fs'",
    "import { word } from 'native'",
    "const { late } = await import('./late.ts')",
    "const page = existsSync(new URL('./web/index.html', import.meta.url))",
    'console.log(word, late(), page)',
  ].join('\n'),
  'src/late.ts':
    "const { url } = import.meta\nexport const late = (): string => url.replace(/.*\\/app\\/chunk-.*/, 'beside main')",
  'src/kernel/main.ts':
    "import { word } from 'native'\nglobalThis.JSON = undefined\nconst { later } = await import('./later.ts')\nconsole.log(word, JSON.stringify('in the kernel'), later)",
  'src/kernel/later.ts': "export const later = JSON.stringify('later')",
  'dist/web/index.html': '<!doctype html>',
  'node_modules/native/package.json': JSON.stringify({
    name: 'native',
    main: 'index.js',
    bin: { native: 'bin/native' },
    dependencies: { plain: '1' },
    optionalDependencies: { 'native-linux-x64': '1', 'native-darwin-arm64': '1' },
  }),
  'node_modules/native/index.js':
    "exports.word = require('plain') + require(`native-${process.platform}-${process.arch}`)",
  'node_modules/native/bin/native': '#!/bin/sh\n',
  'node_modules/plain/package.json': '{"main":"index.js"}',
  'node_modules/plain/index.js': "module.exports = 'plain '",
  'node_modules/unused/package.json': '{}',
}

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'app-image-'))
  for (const [path, content] of Object.entries(FILES)) await write(path, content)
  for (const system of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']) {
    const [os, cpu] = system.split('-')
    const about = { main: 'index.js', os: [os], cpu: [cpu] }
    await write(`node_modules/native-${system}/package.json`, JSON.stringify(about))
    await write(`node_modules/native-${system}/index.js`, `module.exports = 'native'`)
    await write(`node_modules/native-${system}/tool`, '#!/bin/sh\n')
    await chmod(join(folder, `node_modules/native-${system}/tool`), 0o755)
  }
})

afterEach(() => rm(folder, { recursive: true }))

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), content)
}

function build(options: Partial<BuildImageOptions> = {}): Promise<Image> {
  return buildImage({
    name: 'notebook',
    entryPoint: join(folder, 'src/main.ts'),
    entryPoints: { 'kernel/main': join(folder, 'src/kernel/main.ts') },
    ownGlobals: { kernel: ['JSON'] },
    external: ['native'],
    assets: [{ from: join(folder, 'dist/web'), to: 'web' }],
    platform: 'linux/amd64',
    ...options,
  })
}

async function unpack(image: Image): Promise<string> {
  const root = join(folder, 'root')
  await mkdir(root)
  for (const layer of image.layers) {
    await writeFile(join(folder, 'layer.tar.gz'), await readBlob(layer))
    await run('tar', ['-xzf', join(folder, 'layer.tar.gz'), '-C', root])
  }
  return root
}

describe('buildImage() of an app with more than a main file', () => {
  test.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'runs both programs with a package, a lazy import and an asset',
    async () => {
      const root = await unpack(await build())
      const main = await run(process.execPath, [join(root, 'app/main.js')])
      expect(main.stdout).toBe('plain native beside main true\n')
      const kernel = await run(process.execPath, [join(root, 'app/kernel/main.js')])
      expect(kernel.stdout).toBe('plain native "in the kernel" "later"\n')
    },
  )

  test("copies packages of the image's platform alone, without their commands", async () => {
    const root = await unpack(await build())
    const packages = await readdir(join(root, 'app/node_modules'))
    expect(packages.toSorted()).toEqual(['native', 'native-linux-x64', 'plain'])
    expect(await readdir(join(root, 'app/node_modules/native'))).not.toContain('bin')
    const tool = await stat(join(root, 'app/node_modules/native-linux-x64/tool'))
    expect(tool.mode & 0o111).toBe(0o111)
    const other = await stat(join(root, 'app/node_modules/plain/index.js'))
    expect(other.mode & 0o111).toBe(0)
  })

  test('keeps packages in a layer of their own, which a change of the app leaves as it is', async () => {
    const cacheDirectory = join(folder, 'cache')
    const before = await build({ cacheDirectory })
    await write('src/kernel/main.ts', "console.log('changed')")
    const after = await build({ cacheDirectory })
    expect(after.layers[0]?.digest).toBe(before.layers[0]?.digest)
    expect(after.layers[1]?.digest).not.toBe(before.layers[1]?.digest)
    // The same from the cache as without one, and another once a package changes.
    expect((await build()).digest).toBe(after.digest)
    await write('node_modules/plain/index.js', "module.exports = 'other '")
    expect((await build({ cacheDirectory })).layers[0]?.digest).not.toBe(before.layers[0]?.digest)
  })

  test('PACKAGE_MISSING for a package without its part for the platform', async () => {
    await rm(join(folder, 'node_modules/native-darwin-arm64'), { recursive: true })
    await expect(build({ platform: 'darwin/arm64' })).rejects.toMatchObject({
      code: 'PACKAGE_MISSING',
      message: expect.stringContaining('"native": its part for darwin arm64'),
      hint: expect.stringContaining('--os=darwin --cpu=arm64'),
    })
  })

  test('PACKAGE_MISSING for a package that is not installed', async () => {
    await rm(join(folder, 'node_modules/plain'), { recursive: true })
    await expect(build()).rejects.toMatchObject({
      code: 'PACKAGE_MISSING',
      message: expect.stringContaining('"plain"'),
    })
  })

  test('ASSET_MISSING for an asset that was not built', async () => {
    await rm(join(folder, 'dist'), { recursive: true })
    await expect(build()).rejects.toMatchObject({
      code: 'ASSET_MISSING',
      message: expect.stringContaining('dist/web'),
    })
  })
})
