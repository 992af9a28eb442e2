import { printIdentifier } from '@spcs/sql'
import type { Catalog } from '../catalog/catalog.ts'
import type { ComputePool } from '../catalog/objects.ts'
import type { Changes } from './changes.ts'
import { maybeInstanceFamily } from './instance-families.ts'
import { type NodeShare, nodeShare, placeOn } from './placement.ts'
import { applyEvent, type PoolEvent, type PoolState } from './service-state.ts'
import type { ServiceTiming } from './timing.ts'

/** What SHOW COMPUTE POOLS tells of a pool beside its properties. */
export interface PoolStatus {
  readonly status: PoolState['status']
  readonly activeNodes: number
  readonly idleNodes: number
  readonly targetNodes: number
  /** Empty while nothing is wrong. */
  readonly errorCode: string
  readonly message: string
}

/** A pool at work: its state, its nodes, and which instance is on which of them. */
interface PoolRun {
  state: PoolState
  /** Ids of the nodes that are up. */
  nodes: readonly number[]
  /** So many are to be up. */
  target: number
  readonly instances: Map<string, { readonly node: number; readonly share: NodeShare }>
  /** Instances that fit on no node, while there may be no more nodes. */
  readonly unplaced: Set<string>
  starting: NodeJS.Timeout | undefined
  shrinking: NodeJS.Timeout | undefined
}

/** The compute pools of the account: when their nodes are up, and what fits on them. */
export class ComputePools {
  readonly #catalog: Catalog
  readonly #timing: ServiceTiming
  readonly #changes: Changes
  readonly #pools = new Map<string, PoolRun>()

  constructor(catalog: Catalog, timing: ServiceTiming, changes: Changes) {
    this.#catalog = catalog
    this.#timing = timing
    this.#changes = changes
  }

  /** Brings a pool in line with its object, which was made or changed. */
  apply(pool: ComputePool): void {
    const known = this.#pools.get(pool.name)
    const run = known ?? newRun()
    this.#pools.set(pool.name, run)
    if (pool.suspended) {
      this.#on(run, 'suspend-requested')
      this.#stopWhenEmpty(run)
      return
    }
    if (this.#on(run, 'resume-requested')) this.#startNodes(run, pool.minNodes)
    else if (run.target < pool.minNodes) this.#grow(run, pool.minNodes)
    else this.#shrinkLater(pool, run)
  }

  drop(name: string): void {
    const run = this.#pools.get(name)
    if (run !== undefined) stopTimers(run)
    this.#pools.delete(name)
    this.#changes.notify()
  }

  status(pool: ComputePool): PoolStatus {
    const run = this.#pools.get(pool.name) ?? newRun()
    const { status } = run.state
    const activeNodes = busyNodes(run).size
    const isFull = run.unplaced.size > 0
    return {
      status,
      activeNodes,
      idleNodes: run.nodes.length - activeNodes,
      targetNodes: run.target,
      errorCode: isFull ? '392508' : '',
      message: messageOf(status, isFull),
    }
  }

  /**
   * Waits for room on a node, and takes it. Nodes are added for it while there may be more.
   *
   * @param onWait Is told what is waited for.
   * @throws The signal's reason.
   */
  async place(
    poolName: string,
    instance: string,
    share: NodeShare,
    { signal, onWait }: { signal: AbortSignal; onWait: (what: 'nodes' | 'room') => void },
  ): Promise<void> {
    const isPlaced = (): boolean => {
      const run = this.#pools.get(poolName)
      const pool = this.#catalog.computePools.maybe(printIdentifier(poolName))
      if (run === undefined || pool === undefined) return false
      if (run.state.status === 'STARTING') onWait('nodes')
      if (!isUp(run)) return false
      const node = roomFor(share, run, pool)
      if (node === undefined) {
        const isGrowing = run.target > run.nodes.length || run.target < pool.maxNodes
        if (isGrowing) this.#grow(run, Math.max(run.target, run.nodes.length + 1))
        else run.unplaced.add(instance)
        onWait(isGrowing ? 'nodes' : 'room')
        return false
      }
      run.instances.set(instance, { node, share })
      this.#on(run, 'work-arrived')
      return true
    }
    try {
      await this.#changes.until(isPlaced, { signal })
    } finally {
      this.#pools.get(poolName)?.unplaced.delete(instance)
    }
  }

  /** Gives a node's room back. */
  release(poolName: string, instance: string): void {
    const run = this.#pools.get(poolName)
    if (run === undefined || !run.instances.delete(instance)) return
    if (run.instances.size === 0) this.#on(run, 'work-left')
    this.#stopWhenEmpty(run)
    const pool = this.#catalog.computePools.maybe(printIdentifier(poolName))
    if (pool !== undefined) this.#shrinkLater(pool, run)
    this.#changes.notify()
  }

  close(): void {
    for (const run of this.#pools.values()) stopTimers(run)
  }

  #grow(run: PoolRun, target: number): void {
    if (run.target >= target) return
    this.#on(run, 'resize-requested')
    this.#startNodes(run, target)
  }

  #startNodes(run: PoolRun, target: number): void {
    // One that is resumed before it was at rest still has nodes.
    run.target = Math.max(target, run.nodes.length)
    clearTimeout(run.starting)
    run.starting = setTimeout(() => {
      run.nodes = withNodes(run.nodes, run.target)
      this.#on(run, 'nodes-started')
      if (run.instances.size > 0) this.#on(run, 'work-arrived')
      this.#changes.notify()
    }, this.#timing.poolStartMs)
  }

  /** Takes nodes away that nothing runs on, after a while, down to MIN_NODES. */
  #shrinkLater(pool: ComputePool, run: PoolRun): void {
    if (!isUp(run) || run.target <= pool.minNodes || run.shrinking !== undefined) return
    run.shrinking = setTimeout(() => {
      run.shrinking = undefined
      const current = this.#catalog.computePools.maybe(printIdentifier(pool.name))
      if (current === undefined || run.target > run.nodes.length) return
      run.nodes = withoutIdle(run, current.minNodes)
      run.target = run.nodes.length
      this.#changes.notify()
    }, this.#timing.poolShrinkMs)
  }

  #stopWhenEmpty(run: PoolRun): void {
    if (run.instances.size > 0 || !this.#on(run, 'nodes-stopped')) return
    stopTimers(run)
    run.nodes = []
    run.target = 0
  }

  /** Moves the pool on; false when the event means nothing in its state. */
  #on(run: PoolRun, type: PoolEvent['type']): boolean {
    const next = applyEvent(run.state, { type })
    if (next === undefined) return false
    run.state = next
    return true
  }
}

function newRun(): PoolRun {
  return {
    state: { kind: 'pool', status: 'SUSPENDED' },
    nodes: [],
    target: 0,
    instances: new Map(),
    unplaced: new Set(),
    starting: undefined,
    shrinking: undefined,
  }
}

function isUp({ state: { status } }: PoolRun): boolean {
  return status === 'IDLE' || status === 'ACTIVE' || status === 'RESIZING'
}

/** @see https://docs.snowflake.com/en/sql-reference/sql/desc-compute-pool */
function messageOf(status: PoolState['status'], isFull: boolean): string {
  if (isFull) {
    return 'Compute pool has reached the maximum node limit. Consider increasing max_nodes using the ALTER COMPUTE POOL command.'
  }
  return status === 'STARTING' ? 'Compute pool is starting for last 0 minutes' : ''
}

/** The node that has room. */
function roomFor(share: NodeShare, run: PoolRun, pool: ComputePool): number | undefined {
  const family = maybeInstanceFamily(pool.instanceFamily)
  if (family === undefined) return undefined
  const placed = [...run.instances.values()]
  const taken = run.nodes.map((node) =>
    placed.filter((one) => one.node === node).map((one) => one.share),
  )
  const index = placeOn(taken, share, nodeShare(family))
  return index === undefined ? undefined : run.nodes[index]
}

function busyNodes({ instances }: PoolRun): ReadonlySet<number> {
  return new Set([...instances.values()].map(({ node }) => node))
}

/** As many nodes, the new ones with the lowest ids that are free. */
function withNodes(nodes: readonly number[], count: number): number[] {
  const free = Array.from({ length: count + nodes.length }, (_, id) => id).filter(
    (id) => !nodes.includes(id),
  )
  return [...nodes, ...free.slice(0, Math.max(0, count - nodes.length))].toSorted(
    (left, right) => left - right,
  )
}

/** The nodes without idle ones, the last first, but not fewer than these. */
function withoutIdle(run: PoolRun, least: number): number[] {
  const busy = busyNodes(run)
  const idle = run.nodes.filter((node) => !busy.has(node)).toReversed()
  const gone = new Set(idle.slice(0, Math.max(0, run.nodes.length - least)))
  return run.nodes.filter((node) => !gone.has(node))
}

function stopTimers(run: PoolRun): void {
  clearTimeout(run.starting)
  clearTimeout(run.shrinking)
  run.shrinking = undefined
}
