import { describe, expect, test } from 'vitest'
import {
  applyEvent,
  type ContainerEvent,
  type ContainerState,
  type InstanceEvent,
  type InstanceState,
  MOST_FAILURES,
  NEW_CONTAINER,
  type PoolEvent,
  type PoolState,
  type ServiceEvent,
  type ServiceState,
} from './service-state.ts'

describe('applyEvent() of a compute pool', () => {
  test.each<[PoolState['status'], PoolEvent['type'], PoolState['status']]>([
    ['STARTING', 'nodes-started', 'IDLE'],
    ['STARTING', 'suspend-requested', 'STOPPING'],
    ['IDLE', 'work-arrived', 'ACTIVE'],
    ['IDLE', 'suspend-requested', 'STOPPING'],
    ['IDLE', 'resize-requested', 'RESIZING'],
    ['ACTIVE', 'work-left', 'IDLE'],
    ['ACTIVE', 'suspend-requested', 'STOPPING'],
    ['ACTIVE', 'resize-requested', 'RESIZING'],
    ['RESIZING', 'nodes-started', 'IDLE'],
    ['RESIZING', 'suspend-requested', 'STOPPING'],
    ['STOPPING', 'nodes-stopped', 'SUSPENDED'],
    ['STOPPING', 'resume-requested', 'STARTING'],
    ['SUSPENDED', 'resume-requested', 'STARTING'],
  ])('%s + %s → %s', (status, type, after) => {
    expect(applyEvent({ kind: 'pool', status }, { type })).toEqual({ kind: 'pool', status: after })
  })

  test('means nothing in any other pair', () => {
    const statuses = ['STARTING', 'IDLE', 'ACTIVE', 'RESIZING', 'STOPPING', 'SUSPENDED'] as const
    const types = [
      'nodes-started',
      'nodes-stopped',
      'work-arrived',
      'work-left',
      'suspend-requested',
      'resume-requested',
      'resize-requested',
    ] as const
    const legal = statuses.flatMap((status) =>
      types.filter((type) => applyEvent({ kind: 'pool', status }, { type }) !== undefined),
    )
    expect(legal).toHaveLength(13)
  })
})

describe('applyEvent() of a service', () => {
  test.each<[ServiceState['status'], ServiceEvent, ServiceState['status'] | undefined]>([
    ['PENDING', instances(1, 0, 1), 'RUNNING'],
    ['PENDING', instances(1, 0, 2), 'PENDING'],
    ['PENDING', instances(0, 1, 1), 'FAILED'],
    ['RUNNING', instances(0, 0, 1), 'PENDING'],
    ['RUNNING', instances(1, 1, 1), 'RUNNING'],
    ['FAILED', instances(1, 0, 1), 'RUNNING'],
    ['SUSPENDING', instances(1, 0, 1), undefined],
    ['SUSPENDED', instances(1, 0, 1), undefined],
    ['DELETING', instances(1, 0, 1), undefined],
    ['PENDING', { type: 'suspend-requested' }, 'SUSPENDING'],
    ['RUNNING', { type: 'suspend-requested' }, 'SUSPENDING'],
    ['FAILED', { type: 'suspend-requested' }, 'SUSPENDING'],
    ['SUSPENDED', { type: 'suspend-requested' }, undefined],
    ['SUSPENDING', { type: 'instances-ended' }, 'SUSPENDED'],
    ['PENDING', { type: 'instances-ended' }, undefined],
    ['SUSPENDED', { type: 'resume-requested' }, 'PENDING'],
    ['SUSPENDING', { type: 'resume-requested' }, 'PENDING'],
    ['RUNNING', { type: 'resume-requested' }, undefined],
    ['RUNNING', { type: 'drop-requested' }, 'DELETING'],
    ['SUSPENDED', { type: 'drop-requested' }, 'DELETING'],
    ['DELETING', { type: 'drop-requested' }, undefined],
    ['DELETING', { type: 'instances-ended' }, 'DELETED'],
    ['DELETED', { type: 'drop-requested' }, undefined],
  ])('%s + %o → %s', (status, event, after) => {
    expect(applyEvent({ kind: 'service', status }, event)?.status).toBe(after)
  })
})

describe('applyEvent() of an instance', () => {
  test.each<[InstanceState['status'], InstanceEvent, InstanceState['status'] | undefined]>([
    ['PENDING', containers('READY', 'READY'), 'READY'],
    ['PENDING', containers('READY', 'PENDING'), 'PENDING'],
    ['READY', containers('PENDING'), 'PENDING'],
    ['READY', containers('READY', 'FAILED'), 'FAILED'],
    ['FAILED', containers('READY', 'READY'), 'READY'],
    ['READY', { type: 'stop-requested' }, 'TERMINATING'],
    ['TERMINATING', containers('READY'), undefined],
    ['TERMINATING', { type: 'stop-requested' }, undefined],
  ])('%s + %o → %s', (status, event, after) => {
    expect(applyEvent({ kind: 'instance', status }, event)?.status).toBe(after)
  })
})

describe('applyEvent() of a container', () => {
  const started: ContainerEvent = { type: 'started', at: '2026-01-01T00:00:00.000Z' }
  const again: ContainerEvent = { type: 'started', at: '2026-01-01T00:01:00.000Z' }
  const killed: ContainerEvent = { type: 'exited', code: 137 }
  const outOfMemory: ContainerEvent = { type: 'out-of-memory', code: 137 }
  const probeFailed: ContainerEvent = { type: 'probe-failed', path: '/healthcheck', port: 9090 }

  test.each<[string, readonly ContainerEvent[], Partial<ContainerState>]>([
    ['new', [], { status: 'PENDING', message: 'Pending scheduling.' }],
    [
      'waits for nodes',
      [{ type: 'waited', for: 'nodes' }],
      { status: 'PENDING', message: 'Compute pool node(s) are being provisioned' },
    ],
    [
      'waits for room',
      [{ type: 'waited', for: 'room' }],
      { status: 'PENDING', message: 'Unschedulable due to insufficient resources' },
    ],
    [
      'waits to start',
      [{ type: 'waited', for: 'start' }],
      { status: 'PENDING', message: 'Waiting to start' },
    ],
    [
      'its probe fails',
      [started, probeFailed],
      {
        status: 'PENDING',
        message: 'Readiness probe is failing at path: /healthcheck, port: 9090',
        startTime: '2026-01-01T00:00:00.000Z',
      },
    ],
    ['is ready', [started, { type: 'ready' }], { status: 'READY', message: 'Running' }],
    ['its probe fails later', [started, { type: 'ready' }, probeFailed], { status: 'PENDING' }],
    [
      'was killed',
      [started, { type: 'ready' }, killed],
      {
        status: 'PENDING',
        message: 'Encountered fatal error, retrying',
        lastExitCode: 137,
        restartCount: 0,
      },
    ],
    [
      'took too much memory',
      [started, { type: 'ready' }, outOfMemory],
      {
        status: 'PENDING',
        message: 'Container was OOMKilled due to resource usage',
        lastExitCode: 137,
      },
    ],
    [
      'was started again',
      [started, { type: 'ready' }, killed, again, { type: 'ready' }],
      {
        status: 'READY',
        restartCount: 1,
        startTime: '2026-01-01T00:01:00.000Z',
        lastRestartTime: '2026-01-01T00:01:00.000Z',
        lastExitCode: 137,
        failures: 1,
      },
    ],
    [
      'has run for long',
      [started, { type: 'ready' }, killed, again, { type: 'ready' }, { type: 'steady' }],
      { status: 'READY', restartCount: 1, failures: 0 },
    ],
    [
      'has no image',
      [{ type: 'start-failed', because: 'image' }],
      { status: 'PENDING', message: 'Failed to pull image' },
    ],
    [
      'has no such command',
      [{ type: 'start-failed', because: 'command' }],
      { status: 'FAILED', message: 'Encountered fatal error while starting container' },
    ],
    ['ends', [started, { type: 'stop-requested' }], { status: 'TERMINATING' }],
  ])('%s', (_what, events, expected) => {
    expect(events.reduce(next, NEW_CONTAINER)).toMatchObject(expected)
  })

  test('is FAILED after failures in a row, stays so while it starts, and recovers once ready', () => {
    const crash = [started, killed]
    const crashes = Array.from({ length: MOST_FAILURES }, () => crash).flat()
    expect(crashes.slice(0, -2).reduce(next, NEW_CONTAINER).status).toBe('PENDING')
    const failed = crashes.reduce(next, NEW_CONTAINER)
    expect(failed).toMatchObject({
      status: 'FAILED',
      message: 'Encountered fatal error while running, check container logs',
      restartCount: MOST_FAILURES - 1,
    })
    expect([again, probeFailed].reduce(next, failed).status).toBe('FAILED')
    expect([again, { type: 'ready' } as const].reduce(next, failed).status).toBe('READY')
  })

  test('is FAILED also when each run was ready for a moment', () => {
    const crash: ContainerEvent[] = [started, { type: 'ready' }, killed]
    const crashes = Array.from({ length: MOST_FAILURES }, () => crash).flat()
    expect(crashes.reduce(next, NEW_CONTAINER).status).toBe('FAILED')
  })

  test('is FAILED when it takes too much memory again and again, and still says so', () => {
    const kills = Array.from({ length: MOST_FAILURES }, () => [started, outOfMemory]).flat()
    expect(kills.reduce(next, NEW_CONTAINER)).toMatchObject({
      status: 'FAILED',
      message: 'Container was OOMKilled due to resource usage',
    })
  })

  test('hears nothing any more once it ends', () => {
    const ending = [started, { type: 'stop-requested' } as const].reduce(next, NEW_CONTAINER)
    for (const event of [started, probeFailed, killed, { type: 'ready' } as const]) {
      expect(applyEvent(ending, event)).toBeUndefined()
    }
  })
})

function next(state: ContainerState, event: ContainerEvent): ContainerState {
  const after = applyEvent(state, event)
  if (after === undefined) throw new Error(`${state.status} + ${event.type} means nothing`)
  return after
}

function instances(ready: number, failed: number, needed: number): ServiceEvent {
  return { type: 'instances-changed', ready, failed, needed }
}

function containers(...statuses: ContainerState['status'][]): InstanceEvent {
  return { type: 'containers-changed', statuses }
}
