import { parseCpu, parseMemory, type ServiceSpec } from '@spcs/spec'
import type { InstanceFamily } from './instance-families.ts'

/** What an instance takes of its node, or what a node has. */
export interface NodeShare {
  readonly cpu: number
  readonly memoryBytes: number
  readonly gpu: number
}

const GIB = 1024 ** 3

/** What the containers of one instance are promised together, those that serve its stage volumes among them. */
export function instanceShare({ spec }: ServiceSpec): NodeShare {
  const containers = spec.containers.map((container) => container.resources.requests)
  const sidecars = spec.volumes.flatMap((volume) =>
    volume.source === 'stage' && 'stageConfig' in volume
      ? volume.stageConfig.resources.requests
      : [],
  )
  const requests = [...containers, ...sidecars]
  return {
    cpu: sum(requests.map(({ cpu }) => parseCpu(cpu))),
    memoryBytes: sum(requests.map(({ memory }) => parseMemory(memory))),
    gpu: sum(containers.map((request) => request['nvidia.com/gpu'] ?? 0)),
  }
}

/** What one node of a family has. */
export function nodeShare(family: InstanceFamily): NodeShare {
  return { cpu: family.vcpu, memoryBytes: family.memoryGiB * GIB, gpu: family.gpuCount }
}

/**
 * The first node with room; undefined when none has.
 *
 * @param nodes What is taken of each node that may be used.
 */
export function placeOn(
  nodes: readonly (readonly NodeShare[])[],
  wanted: NodeShare,
  capacity: NodeShare,
): number | undefined {
  const node = nodes.findIndex((taken) => {
    const all = [...taken, wanted]
    return (
      // Fractions of a CPU do not add up exactly.
      sum(all.map(({ cpu }) => cpu)) <= capacity.cpu + 1e-9 &&
      sum(all.map(({ memoryBytes }) => memoryBytes)) <= capacity.memoryBytes &&
      sum(all.map(({ gpu }) => gpu)) <= capacity.gpu
    )
  })
  return node === -1 ? undefined : node
}

/** Why no node of the family could ever hold it; undefined when an empty one can. */
export function whyTooLarge(wanted: NodeShare, family: InstanceFamily): string | undefined {
  const capacity = nodeShare(family)
  const named = `a node of ${family.name} has`
  if (wanted.cpu > capacity.cpu) return `${wanted.cpu} CPU are requested, ${named} ${capacity.cpu}`
  if (wanted.memoryBytes > capacity.memoryBytes) {
    return `${wanted.memoryBytes / GIB} GiB of memory are requested, ${named} ${family.memoryGiB}`
  }
  if (wanted.gpu > capacity.gpu) return `${wanted.gpu} GPU are requested, ${named} ${capacity.gpu}`
  return undefined
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
