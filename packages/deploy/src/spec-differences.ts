import {
  type Container,
  parseCpu,
  parseImageReference,
  parseMemory,
  parseServiceSpec,
  printImageReference,
  type ServiceSpec,
  SpecError,
} from '@spcs/spec'
import type { Difference } from './objects/object-kind.ts'

/**
 * Where a wanted specification and the one shown by DESCRIBE SERVICE differ, by field:
 * `containers.api.resources.limits.memory`. What Snowflake itself fills in counts for nothing.
 *
 * @param digests By reference, the digests of images that are known: a tag that was pushed anew is seen by them.
 */
export function specDifferences(
  wanted: string,
  shown: string,
  digests: Readonly<Record<string, string>> = {},
): Difference[] {
  const shownSpec = maybeParse(shown)
  if (shownSpec === undefined)
    return [{ field: 'specification', shown: undefined, wanted: 'given' }]
  const wantedSpec = parseServiceSpec(wanted)
  const wantedLeaves = new Map(leaves(byName(wantedSpec, {})))
  const shownLeaves = new Map(leaves(byName(shownSpec, digests)))
  for (const field of shownLeaves.keys()) {
    // The limits that were not asked for are the node's capacity.
    if (FILLED_IN.test(field) && !wantedLeaves.has(field)) shownLeaves.delete(field)
  }
  return [...new Set([...wantedLeaves.keys(), ...shownLeaves.keys()])].flatMap((field) => {
    const [after, before] = [wantedLeaves.get(field), shownLeaves.get(field)]
    if (comparable(field, after) === comparable(field, before)) return []
    const note = IMAGE.test(field) ? 'image moved' : undefined
    return [{ field, shown: masked(field, before), wanted: masked(field, after), note }]
  })
}

const IMAGE = /^containers\.[^.]+\.image$/
const FILLED_IN = /^containers\.[^.]+\.resources\.limits\./
const MEMORY = /\.resources\.(?:limits|requests)\.memory$/
const CPU = /\.resources\.(?:limits|requests)\.cpu$/
const SECRET = /^containers\.[^.]+\.env\.\w*(?:PASSWORD|SECRET|TOKEN|KEY)/i

function maybeParse(text: string): ServiceSpec | undefined {
  try {
    return parseServiceSpec(text)
  } catch (error) {
    if (error instanceof SpecError) return undefined
    throw error
  }
}

/** The specification as it is compared: lists of named things keyed by name, as their order means nothing. */
function byName(
  { spec, ...rest }: ServiceSpec,
  digests: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const containers = spec.containers.map((container) => ({
    ...container,
    ...comparableImage(container, digests),
    volumeMounts: Object.fromEntries(
      container.volumeMounts.map(({ name, mountPath }) => [mountPath, name]),
    ),
  }))
  return {
    ...spec,
    ...rest,
    containers: keyed(containers),
    endpoints: keyed(spec.endpoints),
    volumes: keyed(spec.volumes),
    serviceRoles: keyed(rest.serviceRoles),
  }
}

function keyed(list: readonly { readonly name: string }[]): Record<string, object> {
  return Object.fromEntries(list.map(({ name, ...rest }) => [name, rest]))
}

/** The image by its path; with its digest only where the known one is another. */
function comparableImage(
  { image, sha256 }: Container,
  digests: Readonly<Record<string, string>>,
): { image: string; sha256: undefined } {
  const { registry: _host, ...parts } = parseImageReference(image)
  const path = printImageReference(parts)
  const known = digests[path]
  const isOther = known !== undefined && sha256 !== undefined && sha256 !== `@${known}`
  return { image: isOther ? `${path}${sha256}` : path, sha256: undefined }
}

/** Everything that is no object, by its path; other lists count as one value. */
function* leaves(value: object, path = ''): Generator<[field: string, value: unknown]> {
  for (const [key, part] of Object.entries(value)) {
    const field = path === '' ? key : `${path}.${key}`
    if (typeof part === 'object' && part !== null && !Array.isArray(part))
      yield* leaves(part, field)
    else if (part !== undefined) yield [field, Array.isArray(part) ? JSON.stringify(part) : part]
  }
}

/** Quantities as numbers: 0.25Gi is 256Mi. */
function comparable(field: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (MEMORY.test(field)) return parseMemory(value)
  return CPU.test(field) ? parseCpu(value) : value
}

function masked(field: string, value: unknown): unknown {
  return value !== undefined && SECRET.test(field) ? '***' : value
}
