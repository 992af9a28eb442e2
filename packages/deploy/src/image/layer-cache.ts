import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Layer, packLayer } from './layer.ts'
import { LayerStore } from './layer-store.ts'
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
  const store = new LayerStore(directory)
  const name = `files-${cacheKey(files)}`
  const diffId = await store.maybeText(name)
  const kept = diffId === undefined ? undefined : await store.maybeLayer(diffId)
  if (kept !== undefined) return kept
  const layer = await packFiles(files)
  await store.add(layer)
  await store.keepText(name, layer.diffId)
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
