import { RegistryError } from './registry-error.ts'

/** An image in a path: the repository's names in lower case, then the image's own. */
export interface RegistryImage {
  readonly database: string
  readonly schema: string
  readonly repository: string
  /** May have slashes: `tools/linter`. */
  readonly name: string
}

/** What a request under `/v2/` is about. */
export type RegistryPath =
  | { readonly kind: 'base' }
  | { readonly kind: 'uploads'; readonly image: RegistryImage }
  | { readonly kind: 'upload'; readonly image: RegistryImage; readonly id: string }
  | { readonly kind: 'blob'; readonly image: RegistryImage; readonly digest: string }
  | { readonly kind: 'manifest'; readonly image: RegistryImage; readonly reference: string }
  | { readonly kind: 'tags'; readonly image: RegistryImage }
  | { readonly kind: 'referrers'; readonly image: RegistryImage }

const MOST_COMPONENTS = 16
const MOST_LETTERS = 255
const COMPONENT = /^[a-z0-9_$][a-z0-9._$-]*$/
const REFERENCE = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

/**
 * Reads the path of a request, without its query. Component by component: one expression for a whole path
 * takes exponential time on some.
 *
 * @throws {RegistryError} `NAME_INVALID` for a path that is no registry's.
 */
export function parseRegistryPath(path: string): RegistryPath {
  const [, version, ...parts] = path.split('/').map(decodeComponent)
  if (version !== 'v2') throw invalid(path)
  if (parts.length === 0 || (parts.length === 1 && parts[0] === '')) return { kind: 'base' }
  const last = parts.pop() ?? ''
  const before = parts.pop()
  if (before === 'uploads' && parts.at(-1) === 'blobs') {
    const image = parseImage(parts.slice(0, -1), path)
    return last === '' ? { kind: 'uploads', image } : { kind: 'upload', image, id: last }
  }
  if (before === 'blobs' && last === 'uploads') {
    return { kind: 'uploads', image: parseImage(parts, path) }
  }
  if (before === 'blobs') return { kind: 'blob', image: parseImage(parts, path), digest: last }
  if (before === 'manifests') {
    if (!REFERENCE.test(last) && !last.includes(':')) throw invalid(path)
    return { kind: 'manifest', image: parseImage(parts, path), reference: last }
  }
  if (before === 'tags' && last === 'list') return { kind: 'tags', image: parseImage(parts, path) }
  if (before === 'referrers') return { kind: 'referrers', image: parseImage(parts, path) }
  throw invalid(path)
}

/**
 * Reads `db/schema/repository/image`.
 *
 * @throws {RegistryError} `NAME_INVALID` for anything else.
 */
export function parseRegistryImage(text: string): RegistryImage {
  return parseImage(text.split('/'), text)
}

function parseImage(parts: readonly string[], path: string): RegistryImage {
  const fit = parts.every((part) => part.length <= MOST_LETTERS && COMPONENT.test(part))
  const [database, schema, repository, ...name] = parts
  if (
    !fit ||
    parts.length > MOST_COMPONENTS ||
    database === undefined ||
    schema === undefined ||
    repository === undefined ||
    name.length === 0
  ) {
    throw invalid(path)
  }
  return { database, schema, repository, name: name.join('/') }
}

function decodeComponent(component: string): string {
  try {
    return decodeURIComponent(component)
  } catch {
    return '%' // no letter of a name, so the path is refused
  }
}

function invalid(path: string): RegistryError {
  return new RegistryError(
    'NAME_INVALID',
    `"${path.slice(0, 200)}" is not /v2/<database>/<schema>/<repository>/<image>/…, in lower case`,
  )
}
