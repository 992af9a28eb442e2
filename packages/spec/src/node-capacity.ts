import { smaller } from './definition/resources.ts'
import { parseCpu, parseMemory } from './quantity.ts'
import type { Container, ServiceSpec } from './service-spec.ts'

/** What containers can use of one node, such as `{ memory: '6Gi', cpu: '1' }` on CPU_X64_XS. */
export interface NodeCapacity {
  readonly memory: string
  readonly cpu: string
}

/**
 * A specification with limits as Snowflake sets them on a node: a missing limit is the node's
 * capacity, and a limit above it is capped.
 */
export function withNodeCapacity(spec: ServiceSpec, capacity: NodeCapacity): ServiceSpec {
  const containers = spec.spec.containers.map((container) => limited(container, capacity))
  return { ...spec, spec: { ...spec.spec, containers } }
}

function limited(container: Container, { memory, cpu }: NodeCapacity): Container {
  const { limits, requests } = container.resources
  const filled = {
    ...limits,
    memory: smaller(memory, limits?.memory, parseMemory),
    cpu: smaller(cpu, limits?.cpu, parseCpu),
  }
  return { ...container, resources: { limits: filled, requests } }
}
