import { CPU, MEMORY, parseCpu, parseMemory } from '../quantity.ts'
import type { ResourceQuantities, ResourceRequests, Resources } from '../service-spec.ts'
import { record } from '../shapes/record.ts'
import { optional, type Report } from '../shapes/record-options.ts'
import { refine } from '../shapes/refine.ts'
import { integer } from '../shapes/scalar.ts'
import type { Shape } from '../shapes/shape.ts'
import { text } from '../shapes/text.ts'

const GPU = 'nvidia.com/gpu'

/** Resources as users write them: what they leave out of requests is filled in. */
interface WrittenResources {
  readonly limits?: ResourceQuantities
  readonly requests?: ResourceQuantities
}

export function memory(description: string): Shape<string> {
  return text({
    description,
    examples: ['512Mi', '2Gi'],
    pattern: MEMORY,
    expected: 'a number with a unit',
    hint: 'Write it like 512Mi or 2Gi; the units are k, Ki, M, Mi, G and Gi',
  })
}

export function cpu(description: string): Shape<string> {
  return text({
    description,
    examples: ['0.5', '500m'],
    pattern: CPU,
    expected: 'a number of cores',
    hint: 'Write it like 0.5, 2 or 500m',
    accepts: 'numbers',
  })
}

function quantities(description: string): Shape<ResourceQuantities> {
  return record<ResourceQuantities>({
    description,
    fields: {
      memory: optional(
        memory('Memory with its unit. Over the limit a container is killed and restarted.'),
      ),
      cpu: optional(cpu('Cores, or thousandths of a core with m.')),
      [GPU]: optional(
        integer({ description: 'GPUs; the same number in requests and limits.', minimum: 0 }),
      ),
    },
    strangers: { gpu: `Write '${GPU}'` },
  })
}

const written: Shape<WrittenResources> = record<WrittenResources>({
  description: 'What the container is promised, and what it may use at most.',
  fields: {
    limits: optional(
      quantities('The most that the container may use; by default all the node has.'),
    ),
    requests: optional(
      quantities(
        'What the container is promised; by default 0.5 cores and 0.5Gi, or the limit where that is less.',
      ),
    ),
  },
  check(value, report) {
    checkGpus(value, report)
    const { requests, limits } = value
    if (requests === undefined || limits === undefined) return
    reportExcess('memory', parseMemory, requests, limits, report)
    reportExcess('cpu', parseCpu, requests, limits, report)
  },
})

export const resources: Shape<Resources> = refine(written, fillRequests)

/** Requests filled in: the smaller of the default and the limit. */
export function fillRequests({ limits, requests }: WrittenResources): Resources {
  const filled: ResourceRequests = {
    ...requests,
    memory: requests?.memory ?? smaller('0.5Gi', limits?.memory, parseMemory),
    cpu: requests?.cpu ?? smaller('0.5', limits?.cpu, parseCpu),
  }
  return { ...(limits !== undefined && { limits }), requests: filled }
}

/** The smaller of two quantities, as it was written. */
export function smaller(
  left: string,
  right: string | undefined,
  amount: (text: string) => number,
): string {
  return right !== undefined && amount(right) < amount(left) ? right : left
}

function checkGpus(value: WrittenResources, report: Report<WrittenResources>): void {
  const { requests, limits } = value
  if (requests?.[GPU] === limits?.[GPU]) return
  const isUnread = (side: 'requests' | 'limits'): boolean => {
    const owner = value[side]
    if (owner?.[GPU] !== undefined) return false
    return report.isWritten(owner === undefined ? side : { owner, field: GPU })
  }
  if (isUnread('requests') || isUnread('limits')) return
  const side = requests?.[GPU] === undefined ? 'limits' : 'requests'
  const owner = value[side]
  report.problem(
    owner === undefined ? side : { owner, field: GPU },
    `'${GPU}' must be the same in 'requests' and 'limits'`,
    'Write the same number in both',
  )
}

function reportExcess(
  name: 'memory' | 'cpu',
  amount: (text: string) => number,
  requests: ResourceQuantities,
  limits: ResourceQuantities,
  report: Report<WrittenResources>,
): void {
  const [request, limit] = [requests[name], limits[name]]
  if (request === undefined || limit === undefined || amount(request) <= amount(limit)) return
  report.problem(
    { owner: requests, field: name },
    `'${name}' for 'requests' is ${request}, more than its limit of ${limit}`,
    'Raise the limit or lower the request',
  )
}
