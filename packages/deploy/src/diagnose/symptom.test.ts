import { describe, expect, test } from 'vitest'
import { containerStatus } from '../testing/container-status.ts'
import type { ContainerStatus, ServiceStatus } from '../wait/service-status.ts'
import { type Course, follow, isRipe, NEW_COURSE, probePatienceMs } from './symptom.ts'

function status(...containers: readonly Partial<ContainerStatus>[]): ServiceStatus {
  return {
    status: 'PENDING',
    isUpgrading: false,
    computePool: 'POOL',
    spec: '',
    containers: containers.map(containerStatus),
  }
}

/** The course after looks at the given times. */
function course(...looks: readonly (readonly [at: number, seen: ServiceStatus])[]): Course {
  return looks.reduce<Course>((before, [at, seen]) => follow(before, seen, at), NEW_COURSE)
}

const CRASHED = { message: 'Encountered fatal error, retrying' }
const FAILING = { message: 'Readiness probe is failing at path: /, port: 80' }

describe('follow()', () => {
  test.each([
    ['down', CRASHED],
    ['down', { message: 'Container was OOMKilled due to resource usage' }],
    ['down', { message: 'User application error, check container logs' }],
    ['down', { status: 'FAILED', message: 'something new' }],
    ['image', { message: 'Failed to pull image' }],
    ['image', { status: 'FAILED', message: 'Provided image name uses an invalid format' }],
    ['probe', FAILING],
    ['room', { message: 'Unschedulable due to insufficient resources' }],
    ['nodes', { message: 'Compute pool node(s) are being provisioned' }],
    [undefined, { message: 'Waiting to start' }],
    [undefined, { status: 'READY', message: 'Running' }],
    [undefined, { ...CRASHED, status: 'TERMINATING' }],
    [undefined, { ...CRASHED, isOutdated: true }],
  ])('finds %s in %j', (trouble, container) => {
    expect(course([0, status(container)]).symptoms[0]?.trouble).toBe(trouble)
  })

  test('measures how long a trouble lasts, from anew after it was gone', () => {
    const lasting = course([0, status(FAILING)], [100, status(FAILING)], [300, status(FAILING)])
    expect(lasting.symptoms).toMatchObject([{ trouble: 'probe', lastedMs: 300 }])
    const recovered = follow(lasting, status({ status: 'READY' }), 400)
    expect(follow(recovered, status(FAILING), 500).symptoms).toMatchObject([{ lastedMs: 0 }])
  })

  test('counts only restarts since it began', () => {
    const before = course([0, status({ ...FAILING, restartCount: 7 })])
    expect(before.symptoms).toMatchObject([{ trouble: 'probe', restarts: 0 }])
    const after = follow(before, status({ ...FAILING, restartCount: 9 }), 100)
    expect(after.symptoms).toMatchObject([{ trouble: 'down', restarts: 2 }])
  })

  test('remembers what ended a container while it is tried again', () => {
    const message = 'Container was OOMKilled due to resource usage'
    const killed = course([0, status(FAILING)], [100, status({ message })])
    const again = follow(killed, status({ ...FAILING, restartCount: 2 }), 200)
    expect(again.symptoms).toMatchObject([{ trouble: 'down', fault: message }])
  })

  test('takes a service without containers for one that waits for nodes', () => {
    expect(course([0, status()]).symptoms).toMatchObject([{ trouble: 'nodes' }])
  })

  test('does not call a pool full while an old instance ends', () => {
    const room = { instance: '1', message: 'Unschedulable due to insufficient resources' }
    expect(course([0, status({ status: 'TERMINATING' }, room)]).symptoms).toEqual([])
    expect(course([0, status(room)]).symptoms).toMatchObject([{ trouble: 'room' }])
  })
})

describe('isRipe()', () => {
  test.each([
    [true, { status: 'FAILED' }, 'down', 0, 0],
    [true, {}, 'down', 0, 2],
    [false, {}, 'down', 0, 1],
    // Only a message that has not been seen yet tells whether it was its memory.
    [false, { lastExitCode: '137' }, 'down', 0, 2],
    [true, { lastExitCode: '137' }, 'down', 5000, 2],
    [true, {}, 'down', 5000, 0],
    [false, {}, 'probe', 4999, 0],
    [true, {}, 'probe', 5000, 0],
    [false, {}, 'room', 0, 0],
  ] as const)(
    '%s: %j %s for %d ms, %d restarts',
    (ripe, container, trouble, lastedMs, restarts) => {
      const symptom = {
        trouble,
        container: containerStatus(container),
        lastedMs,
        restarts,
        fault: '',
      }
      expect(isRipe(symptom, 5000)).toBe(ripe)
    },
  )
})

describe('probePatienceMs()', () => {
  test('is what the specification lets a probe fail and some more, three times for a slow start', () => {
    const probe = { port: 80, path: '/', periodSeconds: 2, failureThreshold: 4 }
    expect(probePatienceMs(probe, 500, true)).toBe(8500)
    expect(probePatienceMs(probe, 500, false)).toBe(24_500)
    expect(probePatienceMs(undefined, 5000, true)).toBe(20_000)
  })
})
