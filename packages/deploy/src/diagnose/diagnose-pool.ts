import { textOf } from '../objects/object-kind.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Evidence } from './evidence.ts'

/** Why instances find no place in their pool; undefined when it is only a matter of time. */
export function diagnosePlacement(
  trouble: 'nodes' | 'room',
  { computePool, pool = {} }: Pick<Evidence, 'computePool' | 'pool'>,
): Diagnosis | undefined {
  const state = textOf(pool['state'])
  const errorCode = textOf(pool['error_code'])
  const message = textOf(pool['status_message'])
  if (state === 'SUSPENDED' || state === 'STOPPING') return poolSuspended(computePool, state)
  if (errorCode === CAPACITY || /CAPACITY_ERROR/i.test(message)) {
    return lacksCapacity(computePool, message)
  }
  const isAtMost = errorCode === AT_MOST_NODES || /maximum node limit/i.test(message)
  if (isAtMost || (trouble === 'room' && !mayGrow(pool))) return poolFull(computePool, pool)
  return undefined
}

/** `COMPUTE_POOL_SUSPENDED`: nothing of the pool runs until it is resumed. */
export function poolSuspended(pool: string, state: string): Diagnosis {
  return {
    code: 'COMPUTE_POOL_SUSPENDED',
    cause: `compute pool ${pool} is ${state}`,
    hint: `Run ALTER COMPUTE POOL ${pool} RESUME`,
  }
}

// https://docs.snowflake.com/en/sql-reference/sql/desc-compute-pool
const CAPACITY = '392507'
const AT_MOST_NODES = '392508'

/** `COMPUTE_POOL_TIMED_OUT`: the cloud has no node of the family to give. */
function lacksCapacity(pool: string, message: string): Diagnosis {
  return {
    code: 'COMPUTE_POOL_TIMED_OUT',
    cause: `compute pool ${pool} gets no node: ${message === '' ? `error ${CAPACITY}` : message}`,
    hint: `Deploy again later, or suspend ${pool} and give it another INSTANCE_FAMILY; SHOW COMPUTE POOL INSTANCE FAMILIES lists them`,
  }
}

function poolFull(name: string, pool: Readonly<Record<string, unknown>>): Diagnosis {
  const most = textOf(pool['max_nodes'])
  const family = textOf(pool['instance_family'])
  const nodes = most === '' ? 'all its nodes' : `${most} of ${most} nodes of ${family}`
  const more = most === '' ? '…' : String(Number(most) + 1)
  return {
    code: 'COMPUTE_POOL_FULL',
    cause: `no node of compute pool ${name} has room, and it has ${nodes}`,
    hint: `Run ALTER COMPUTE POOL ${name} SET MAX_NODES = ${more}, or request less in the specification; SHOW SERVICES IN COMPUTE POOL ${name} lists what is on it`,
  }
}

function mayGrow(pool: Readonly<Record<string, unknown>>): boolean {
  if (pool['max_nodes'] === undefined) return false
  const nodes = Math.max(
    Number(pool['target_nodes'] ?? 0),
    Number(pool['active_nodes'] ?? 0) + Number(pool['idle_nodes'] ?? 0),
  )
  // An idle node takes new instances: the next look will see them there.
  return nodes < Number(pool['max_nodes']) || Number(pool['idle_nodes'] ?? 0) > 0
}
