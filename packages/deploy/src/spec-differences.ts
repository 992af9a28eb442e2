import {
  type Container,
  parseCpu,
  parseImageReference,
  parseMemory,
  parseServiceSpec,
  printImageReference,
  SpecError,
} from '@spcs/spec'

/**
 * What a wanted specification has that the one shown by DESCRIBE SERVICE has not, and the other way round, as lines
 * like `spec.containers.0.image is "…", not "…"`. What Snowflake itself fills in counts for nothing.
 */
export function specDifferences(wanted: string, shown: string): string[] {
  const shownSpec = maybeParse(shown)
  if (shownSpec === undefined) return ['the specification is not shown, or not readable']
  const wantedSpec = parseServiceSpec(wanted)
  const wantedContainers = wantedSpec.spec.containers
  return compare(
    { ...wantedSpec, spec: { ...wantedSpec.spec, containers: wantedContainers.map(comparable) } },
    {
      ...shownSpec,
      spec: {
        ...shownSpec.spec,
        containers: shownSpec.spec.containers.map((container) =>
          withoutFilledLimits(
            comparable(container),
            wantedContainers.find(({ name }) => name === container.name),
          ),
        ),
      },
    },
  )
}

function maybeParse(text: string): ReturnType<typeof parseServiceSpec> | undefined {
  try {
    return parseServiceSpec(text)
  } catch (error) {
    if (error instanceof SpecError) return undefined
    throw error
  }
}

/** The image by its path, quantities as numbers; the digest is what the tag was when the service was changed. */
function comparable(container: Container): Record<string, unknown> {
  const { sha256: _resolved, resources, ...rest } = container
  const { registry: _host, ...image } = parseImageReference(container.image)
  return {
    ...rest,
    image: printImageReference(image),
    limits: quantities(resources.limits ?? {}),
    requests: quantities(resources.requests),
  }
}

function quantities(resources: NonNullable<Container['resources']['limits']>): object {
  const { memory, cpu } = resources
  return {
    ...resources,
    memory: memory === undefined ? undefined : parseMemory(memory),
    cpu: cpu === undefined ? undefined : parseCpu(cpu),
  }
}

/** Without the limits that were not asked for: those are the node's capacity. */
function withoutFilledLimits(
  shown: Record<string, unknown>,
  wanted: Container | undefined,
): Record<string, unknown> {
  const asked = Object.keys(wanted?.resources.limits ?? {})
  const limits = Object.entries(shown['limits'] ?? {}).filter(([key]) => asked.includes(key))
  return { ...shown, limits: Object.fromEntries(limits) }
}

function compare(wanted: unknown, shown: unknown, path = ''): string[] {
  if (!isCollection(wanted) || !isCollection(shown)) {
    if (wanted === shown) return []
    return [`${path} is ${print(shown)}, not ${print(wanted)}`]
  }
  const keys = new Set([...Object.keys(wanted), ...Object.keys(shown)])
  return [...keys].flatMap((key) =>
    compare(wanted[key], shown[key], path === '' ? key : `${path}.${key}`),
  )
}

function isCollection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function print(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value)
}
