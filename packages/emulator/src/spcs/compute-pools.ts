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
  readonly message: string
}

/** A pool at work: its state, and which instance is on which node. */
interface PoolRun {
  state: PoolState
  readonly instances: Map<string, { readonly node: number; readonly share: NodeShare }>
  starting: NodeJS.Timeout | undefined
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
    const run = this.#pools.get(pool.name)
    if (run === undefined) {
      const status = pool.suspended ? 'SUSPENDED' : 'STARTING'
      const made: PoolRun = {
        state: { kind: 'pool', status },
        instances: new Map(),
        starting: undefined,
      }
      this.#pools.set(pool.name, made)
      if (status === 'STARTING') this.#startNodes(made)
      return
    }
    if (pool.suspended) {
      this.#on(run, 'suspend-requested')
      if (run.instances.size === 0) this.#on(run, 'nodes-stopped')
    } else if (this.#on(run, 'resume-requested')) this.#startNodes(run)
  }

  drop(name: string): void {
    clearTimeout(this.#pools.get(name)?.starting)
    this.#pools.delete(name)
    this.#changes.notify()
  }

  status(pool: ComputePool): PoolStatus {
    const run = this.#pools.get(pool.name)
    const status = run?.state.status ?? 'SUSPENDED'
    const placed = [...(run?.instances.values() ?? [])].map(({ node }) => node)
    const activeNodes = new Set(placed).size
    const isDown = status === 'SUSPENDED' || status === 'STOPPING'
    const targetNodes = isDown ? 0 : Math.max(pool.minNodes, ...placed.map((node) => node + 1))
    const isUp = status === 'IDLE' || status === 'ACTIVE'
    const idleNodes = isUp ? targetNodes - activeNodes : 0
    const message = status === 'STARTING' ? 'Compute pool is starting for last 0 minutes' : ''
    return { status, activeNodes, idleNodes, targetNodes, message }
  }

  /**
   * Waits for the pool's nodes and for room on one of them, and takes it.
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
      const isUp = run?.state.status === 'IDLE' || run?.state.status === 'ACTIVE'
      const node = run === undefined || !isUp ? undefined : this.#room(poolName, run, share)
      if (run === undefined || node === undefined) {
        onWait(isUp ? 'room' : 'nodes')
        return false
      }
      run.instances.set(instance, { node, share })
      this.#on(run, 'work-arrived')
      return true
    }
    await this.#changes.until(isPlaced, { signal })
  }

  /** Gives a node's room back. */
  release(poolName: string, instance: string): void {
    const run = this.#pools.get(poolName)
    if (run === undefined || !run.instances.delete(instance)) return
    if (run.instances.size === 0) {
      this.#on(run, 'work-left')
      this.#on(run, 'nodes-stopped')
    }
    this.#changes.notify()
  }

  close(): void {
    for (const run of this.#pools.values()) clearTimeout(run.starting)
  }

  #room(poolName: string, run: PoolRun, share: NodeShare): number | undefined {
    const pool = this.#catalog.computePools.maybe(printIdentifier(poolName))
    const family = maybeInstanceFamily(pool?.instanceFamily ?? '')
    if (pool === undefined || family === undefined) return undefined
    const placed = [...run.instances.values()]
    const nodes = Array.from({ length: pool.maxNodes }, (_, node) =>
      placed.filter((one) => one.node === node).map((one) => one.share),
    )
    return placeOn(nodes, share, nodeShare(family))
  }

  #startNodes(run: PoolRun): void {
    clearTimeout(run.starting)
    run.starting = setTimeout(() => {
      this.#on(run, 'nodes-started')
      this.#changes.notify()
    }, this.#timing.poolStartMs)
  }

  /** Moves the pool on; false when the event means nothing in its state. */
  #on(run: PoolRun, type: PoolEvent['type']): boolean {
    const next = applyEvent(run.state, { type })
    if (next === undefined) return false
    run.state = next
    return true
  }
}
