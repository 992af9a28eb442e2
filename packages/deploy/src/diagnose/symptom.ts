import type { Probe } from '@spcs/spec'
import type { ContainerStatus, ServiceStatus } from '../wait/service-status.ts'

/**
 * What keeps a container from being ready:
 *
 * - `nodes`: the pool has no node for it yet
 * - `room`: no node has room for it
 * - `image`: its image cannot be pulled
 * - `down`: it has ended, or cannot be started
 * - `probe`: it runs, and its readiness probe is not answered
 */
export type Trouble = 'nodes' | 'room' | 'image' | 'down' | 'probe'

/** A trouble that has lasted for some time. */
export interface Symptom {
  readonly trouble: Trouble
  /** Absent while the service has no container. */
  readonly container: ContainerStatus | undefined
  readonly lastedMs: number
  /** Restarts since the waiting began. */
  readonly restarts: number
  /** What the container's message last said of its end; between two runs it says other things. */
  readonly fault: string
}

/** What was seen of a service since waiting for it began. */
export interface Course {
  readonly symptoms: readonly Symptom[]
  readonly seenAt: number
  /** `instance/container` → how often it had been restarted when it was first seen. */
  readonly restartsBefore: ReadonlyMap<string, number>
  /** `instance/container` → what its message last said of its end. */
  readonly faults: ReadonlyMap<string, string>
  /** When a container was last seen down, or restarted. */
  readonly downAt: number
  readonly restarts: number
}

export const NEW_COURSE: Course = {
  symptoms: [],
  seenAt: 0,
  restartsBefore: new Map(),
  faults: new Map(),
  downAt: -Infinity,
  restarts: 0,
}

/** Restarts that make a crash loop. */
const LOOP = 2

// https://docs.snowflake.com/en/sql-reference/sql/show-service-containers-in-service and the platform events of
// https://docs.snowflake.com/en/developer-guide/snowpark-container-services/monitoring-services
const MESSAGES: readonly (readonly [RegExp, Trouble])[] = [
  [/OOMKilled/i, 'down'],
  [/encountered fatal error|user application error/i, 'down'],
  [/failed to pull image|invalid format|failed to retrieve image/i, 'image'],
  [/readiness probe is failing/i, 'probe'],
  [/insufficient resources/i, 'room'],
  [/being provisioned|pending scheduling/i, 'nodes'],
]

/** The course after one more look at the service. Times are milliseconds of any clock that only goes forward. */
export function follow(course: Course, { status, containers }: ServiceStatus, now: number): Course {
  const kept = containers.filter(
    ({ status: own, isOutdated }) => own !== 'TERMINATING' && !isOutdated,
  )
  const restartsBefore = new Map(
    kept.map((container) => {
      const { restartCount } = container
      // A number that went down is that of another instance, which took the place of the one before.
      const before = course.restartsBefore.get(keyOf(container)) ?? restartCount
      return [keyOf(container), Math.min(before, restartCount)]
    }),
  )
  const restartsOf = new Map(
    kept.map((container) => {
      const before = restartsBefore.get(keyOf(container)) ?? 0
      return [container, container.restartCount - before]
    }),
  )
  const faults = new Map(
    kept.map((container) => {
      const isFault = saidTrouble(container) === 'down'
      const before = course.faults.get(keyOf(container)) ?? ''
      return [keyOf(container), isFault ? container.message : before]
    }),
  )
  const troubled = kept.flatMap((container) => {
    const restarts = restartsOf.get(container) ?? 0
    const trouble = troubleOf(container, restarts)
    const fault = faults.get(keyOf(container)) ?? ''
    return trouble === undefined ? [] : [{ trouble, container, restarts, fault }]
  })
  const isUnplaced = containers.length === 0 && status === 'PENDING'
  const found = isUnplaced
    ? [{ trouble: 'nodes' as const, container: undefined, restarts: 0, fault: '' }]
    : troubled
  const symptoms = found.map((one): Symptom => {
    const before = course.symptoms.find((other) => isSame(one, other))
    const lastedMs = before === undefined ? 0 : before.lastedMs + now - course.seenAt
    return { ...one, lastedMs }
  })
  // While an old instance ends, its room is not free yet.
  const isLeaving = kept.length < containers.length
  const restarts = sum([...restartsOf.values()])
  const isDown = restarts > course.restarts || symptoms.some(({ trouble }) => trouble === 'down')
  return {
    downAt: isDown ? now : course.downAt,
    restarts,
    symptoms: symptoms.filter(({ trouble }) => !isLeaving || trouble !== 'room'),
    seenAt: now,
    restartsBefore,
    faults,
  }
}

/** Whether a symptom has lasted long enough to be looked into. */
export function isRipe(
  { trouble, container, lastedMs, restarts, fault }: Symptom,
  patienceMs: number,
): boolean {
  // Memory or somebody else: only the message between two runs tells, and it has not been seen yet.
  const isUntold = fault === '' && container?.lastExitCode === KILLED
  const isLoop = trouble === 'down' && restarts >= LOOP && !isUntold
  return container?.status === 'FAILED' || isLoop || lastedMs >= patienceMs
}

/** The exit code of what was ended by SIGKILL. */
const KILLED = '137'

/**
 * How long a probe may fail that nothing explains: longer than its own period and threshold; and three times as long while
 * nothing is known to listen, for many apps start slowly, and giving up may roll an upgrade back.
 */
export function probePatienceMs(
  probe: Probe | undefined,
  patienceMs: number,
  isListening: boolean,
): number {
  const { periodSeconds, failureThreshold } = probe ?? { periodSeconds: 5, failureThreshold: 3 }
  return (isListening ? 1 : SLOW_START) * periodSeconds * failureThreshold * 1000 + patienceMs
}

const SLOW_START = 3

function troubleOf(container: ContainerStatus, restarts: number): Trouble | undefined {
  const { status } = container
  if (status === 'READY' || status === 'DONE') return undefined
  const found = saidTrouble(container)
  // Between two runs of a crash loop a container waits to start, or its probe fails.
  const isDown = status === 'FAILED' || restarts >= LOOP
  return isDown && found !== 'image' ? 'down' : found
}

function saidTrouble({ message }: ContainerStatus): Trouble | undefined {
  return MESSAGES.find(([words]) => words.test(message))?.[1]
}

function isSame(one: Omit<Symptom, 'lastedMs'>, other: Symptom): boolean {
  return one.trouble === other.trouble && keyOf(one.container) === keyOf(other.container)
}

function keyOf(container: ContainerStatus | undefined): string {
  return container === undefined ? '' : `${container.instance}/${container.container}`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
