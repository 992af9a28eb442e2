import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Descriptor, readBlob } from './blob.ts'
import { type Layer, LAYER_TYPE, packLayer } from './layer.ts'
import type { SourceFile } from './package-files.ts'

/** Where layers are kept, so that files which did not change are neither read nor packed again. */
export interface LayerCacheOptions {
  /** Without one nothing is kept: `node_modules/.cache/spcs`. */
  readonly directory: string | undefined
}

/** A layer with these files; out of the cache when none of them has changed since. */
export async function packSources(
  files: readonly SourceFile[],
  { directory }: LayerCacheOptions,
): Promise<Layer> {
  if (directory === undefined) return packFiles(files)
  const path = join(directory, `layer-${cacheKey(files)}`)
  const kept = await maybeKept(path)
  if (kept !== undefined) return kept
  const layer = await packFiles(files)
  await mkdir(directory, { recursive: true })
  await writeWhole(`${path}.tar.gz`, await readBlob(layer))
  const { digest, size, diffId } = layer
  // Last, so that what it speaks of is there.
  await writeWhole(`${path}.json`, JSON.stringify({ digest, size, diffId }))
  return layer
}

async function packFiles(files: readonly SourceFile[]): Promise<Layer> {
  const contents = files.map(async ({ path, source, executable }) => {
    return { path, executable, content: await readFile(source) }
  })
  return packLayer(await Promise.all(contents))
}

/** Changes with every file; the first word changes with the way layers are packed. */
function cacheKey(files: readonly SourceFile[]): string {
  const stamps = files.map(({ path, size, modifiedMs, executable }) =>
    [path, size, modifiedMs, executable].join(' '),
  )
  const text = ['1', ...stamps.toSorted()].join('\n')
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

async function maybeKept(path: string): Promise<Layer | undefined> {
  try {
    const text = await readFile(`${path}.json`, 'utf8')
    const kept = JSON.parse(text) as Omit<Descriptor, 'mediaType'> & Pick<Layer, 'diffId'>
    return {
      ...kept,
      mediaType: LAYER_TYPE,
      open: () => Promise.resolve(createReadStream(`${path}.tar.gz`)),
    }
  } catch {
    return undefined // it was not packed yet
  }
}

/** Two deploys may run at once: neither finds half a file of the other. */
async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const partial = `${path}.${process.pid}`
  await writeFile(partial, content)
  await rename(partial, path)
}
