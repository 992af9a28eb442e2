import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** What an image repository has, kept in one small file. Maps, since the names come from clients. */
export interface RepositoryIndex {
  /** Digests of the blobs that were pushed to it or mounted. */
  readonly blobs: Set<string>
  /** By image name. */
  readonly images: Map<string, IndexedImage>
}

export interface IndexedImage {
  /** Tag → digest of a manifest. */
  readonly tags: Map<string, string>
  /** By digest. */
  readonly manifests: Map<string, IndexedManifest>
}

export interface IndexedManifest {
  readonly mediaType: string
  /** ISO 8601, UTC. */
  readonly createdOn: string
}

interface SavedIndex {
  readonly blobs: readonly string[]
  readonly images: Readonly<Record<string, SavedImage>>
}

interface SavedImage {
  readonly tags: Readonly<Record<string, string>>
  readonly manifests: Readonly<Record<string, IndexedManifest>>
}

/** Reads a repository's file; an empty index when there is none yet. */
export function loadRepositoryIndex(path: string): RepositoryIndex {
  const { blobs, images } = readSaved(path)
  return {
    blobs: new Set(blobs),
    images: new Map(
      Object.entries(images).map(([name, { tags, manifests }]) => [
        name,
        { tags: new Map(Object.entries(tags)), manifests: new Map(Object.entries(manifests)) },
      ]),
    ),
  }
}

/** Writes a repository's file: whole, then renamed into place. */
export function saveRepositoryIndex(path: string, index: RepositoryIndex): void {
  const images = [...index.images].map(([name, { tags, manifests }]) => [
    name,
    { tags: Object.fromEntries(tags), manifests: Object.fromEntries(manifests) },
  ])
  const saved = { blobs: [...index.blobs], images: Object.fromEntries(images) as unknown }
  writeFileSync(`${path}.new`, JSON.stringify(saved))
  renameSync(`${path}.new`, path)
}

/** Every digest that the repository holds on to. */
export function digestsInUse(index: RepositoryIndex): string[] {
  const manifests = [...index.images.values()].flatMap((image) => [...image.manifests.keys()])
  return [...index.blobs, ...manifests]
}

function readSaved(path: string): SavedIndex {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SavedIndex
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { blobs: [], images: {} }
    throw error
  }
}
