import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Catalog } from '../catalog/catalog.ts'
import type { ComputePool } from '../catalog/objects.ts'
import { TEST_TIME } from '../testing/test-account.ts'
import { Changes } from './changes.ts'
import { ComputePools } from './compute-pools.ts'
import { DEFAULT_TIMING } from './timing.ts'

describe('ComputePools', () => {
  test('adds a node when an instance needs one, up to MAX_NODES', async () => {
    const pool = new TestPool({ minNodes: 1, maxNodes: 2 })
    expect(pool.figures()).toEqual(['STARTING', 0, 0, 1])
    await pool.place('a', 0.6)
    expect(pool.figures()).toEqual(['ACTIVE', 1, 0, 1])

    const placing = pool.place('b', 0.6)
    expect(pool.figures()).toEqual(['RESIZING', 1, 0, 2])
    expect(pool.waits.get('b')).toBe('nodes')
    await placing
    expect(pool.figures()).toEqual(['ACTIVE', 2, 0, 2])
    expect(pool.status().errorCode).toBe('')
  })

  test('is full at MAX_NODES, says so, and takes who waits when there is room', async () => {
    const pool = new TestPool({ minNodes: 1, maxNodes: 1 })
    await pool.place('a', 0.6)
    const placing = pool.place('b', 0.6)
    expect(pool.waits.get('b')).toBe('room')
    expect(pool.status()).toMatchObject({
      errorCode: '392508',
      message:
        'Compute pool has reached the maximum node limit. Consider increasing max_nodes using the ALTER COMPUTE POOL command.',
    })
    await pool.place('small', 0.4)
    pool.pools.release('POOL', 'a')
    await placing
    expect(pool.status()).toMatchObject({ errorCode: '', message: '' })
  })

  test('takes who waits when MAX_NODES is raised, and forgets who gave up', async () => {
    const pool = new TestPool({ minNodes: 1, maxNodes: 1 })
    await pool.place('a', 0.6)
    const waiting = pool.place('b', 0.6)
    const given = new AbortController()
    const other = pool.place('c', 0.9, given.signal)
    pool.change({ maxNodes: 2 })
    await waiting
    expect(pool.status().errorCode).toBe('392508')
    given.abort(new Error('given up'))
    await expect(other).rejects.toThrow('given up')
    expect(pool.status().errorCode).toBe('')
  })

  test('lets nodes go on which nothing runs, down to MIN_NODES', async () => {
    const pool = new TestPool({ minNodes: 1, maxNodes: 3 })
    for (const name of ['a', 'b', 'c']) await pool.place(name, 0.6)
    expect(pool.figures()).toEqual(['ACTIVE', 3, 0, 3])
    pool.pools.release('POOL', 'b')
    expect(pool.figures()).toEqual(['ACTIVE', 2, 1, 3])
    await vi.waitFor(() => expect(pool.figures()).toEqual(['ACTIVE', 2, 0, 2]))
    pool.pools.release('POOL', 'a')
    pool.pools.release('POOL', 'c')
    await vi.waitFor(() => expect(pool.figures()).toEqual(['IDLE', 0, 1, 1]))
  })

  test('has as many nodes as MIN_NODES says, at once and when it changes', async () => {
    const pool = new TestPool({ minNodes: 2, maxNodes: 3 })
    await vi.waitFor(() => expect(pool.figures()).toEqual(['IDLE', 0, 2, 2]))
    pool.change({ minNodes: 3 })
    expect(pool.figures()).toEqual(['RESIZING', 0, 2, 3])
    await vi.waitFor(() => expect(pool.figures()).toEqual(['IDLE', 0, 3, 3]))
    pool.change({ minNodes: 1 })
    await vi.waitFor(() => expect(pool.figures()).toEqual(['IDLE', 0, 1, 1]))
  })

  test('stops when its instances have, and comes back', async () => {
    const pool = new TestPool({ minNodes: 1, maxNodes: 1 })
    await pool.place('a', 0.6)
    pool.change({ suspended: true })
    expect(pool.figures()).toEqual(['STOPPING', 1, 0, 1])
    const placing = pool.place('b', 0.6)
    pool.pools.release('POOL', 'a')
    expect(pool.figures()).toEqual(['SUSPENDED', 0, 0, 0])
    expect(pool.waits.get('b')).toBeUndefined()
    pool.change({ suspended: false })
    expect(pool.figures()).toEqual(['STARTING', 0, 0, 1])
    expect(pool.waits.get('b')).toBe('nodes')
    await placing
    expect(pool.figures()).toEqual(['ACTIVE', 1, 0, 1])
  })
})

/** A pool of CPU_X64_XS, whose nodes have one CPU. */
class TestPool {
  readonly pools: ComputePools
  readonly waits = new Map<string, 'nodes' | 'room'>()
  readonly #catalog = new Catalog(undefined)
  readonly #changes = new Changes()

  constructor(nodes: Pick<ComputePool, 'minNodes' | 'maxNodes'>) {
    const timing = { ...DEFAULT_TIMING, poolStartMs: 5, poolShrinkMs: 20 }
    this.pools = new ComputePools(this.#catalog, timing, this.#changes)
    onTestFinished(() => this.pools.close())
    const pool: ComputePool = {
      kind: 'COMPUTE POOL',
      name: 'POOL',
      createdOn: TEST_TIME,
      owner: 'ACCOUNTADMIN',
      comment: '',
      ...nodes,
      instanceFamily: 'CPU_X64_XS',
      autoResume: true,
      autoSuspendSecs: 0,
      suspended: false,
      resumedOn: null,
      updatedOn: TEST_TIME,
    }
    this.pools.apply(this.#catalog.computePools.put(pool))
  }

  change(changes: Partial<ComputePool>): void {
    this.pools.apply(this.#catalog.computePools.change('POOL', changes))
    this.#changes.notify()
  }

  place(instance: string, cpu: number, signal?: AbortSignal): Promise<void> {
    const share = { cpu, memoryBytes: 0, gpu: 0 }
    return this.pools.place('POOL', instance, share, {
      signal: signal ?? new AbortController().signal,
      onWait: (what) => this.waits.set(instance, what),
    })
  }

  status() {
    return this.pools.status(this.#catalog.computePools.get('POOL'))
  }

  /** State, active, idle and target nodes. */
  figures() {
    const { status, activeNodes, idleNodes, targetNodes } = this.status()
    return [status, activeNodes, idleNodes, targetNodes]
  }
}
