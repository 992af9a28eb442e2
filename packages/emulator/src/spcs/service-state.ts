/** A compute pool: whether its nodes are up, and whether anything runs on them. */
export interface PoolState {
  readonly kind: 'pool'
  readonly status: 'STARTING' | 'IDLE' | 'ACTIVE' | 'RESIZING' | 'STOPPING' | 'SUSPENDED'
}

export type PoolEvent =
  | { readonly type: 'nodes-started' | 'nodes-stopped' }
  | { readonly type: 'work-arrived' | 'work-left' }
  | { readonly type: 'suspend-requested' | 'resume-requested' | 'resize-requested' }

/** A service as a whole. */
export interface ServiceState {
  readonly kind: 'service'
  readonly status:
    | 'PENDING'
    | 'RUNNING'
    | 'FAILED'
    | 'SUSPENDING'
    | 'SUSPENDED'
    | 'DELETING'
    | 'DELETED'
}

export type ServiceEvent =
  | {
      readonly type: 'instances-changed'
      readonly ready: number
      readonly failed: number
      /** MIN_READY_INSTANCES: as many must be ready for the service to be running. */
      readonly needed: number
    }
  | { readonly type: 'suspend-requested' | 'resume-requested' | 'drop-requested' }
  | { readonly type: 'instances-ended' }

/** One instance of a service: its containers, which come and go together. */
export interface InstanceState {
  readonly kind: 'instance'
  readonly status: 'PENDING' | 'READY' | 'FAILED' | 'TERMINATING' | 'SUCCEEDED'
}

export type InstanceEvent =
  | { readonly type: 'containers-changed'; readonly statuses: readonly ContainerState['status'][] }
  | { readonly type: 'stop-requested' }

/** One container, with all that SHOW SERVICE CONTAINERS tells of it. */
export interface ContainerState {
  readonly kind: 'container'
  readonly status: 'PENDING' | 'READY' | 'DONE' | 'FAILED' | 'TERMINATING' | 'UNKNOWN'
  readonly message: string
  readonly restartCount: number
  /** ISO 8601, UTC; of the run that goes on, or of the last one. */
  readonly startTime: string | null
  readonly lastExitCode: number | null
  readonly lastRestartTime: string | null
  /** Runs that ended one after another before they were steady. */
  readonly failures: number
}

export type ContainerEvent =
  | { readonly type: 'waited'; readonly for: 'nodes' | 'room' | 'start' }
  | { readonly type: 'started'; readonly at: string }
  | { readonly type: 'ready' }
  /** It has run for so long that what went wrong before does not count any more. */
  | { readonly type: 'steady' }
  | { readonly type: 'probe-failed'; readonly path: string; readonly port: number }
  | { readonly type: 'exited'; readonly code: number }
  | { readonly type: 'out-of-memory'; readonly code: number }
  | { readonly type: 'start-failed'; readonly because: 'image' | 'command' }
  | { readonly type: 'stop-requested' }

/** After so many failures in a row a container is FAILED, though it is still tried again. */
export const MOST_FAILURES = 5

export const NEW_CONTAINER: ContainerState = {
  kind: 'container',
  status: 'PENDING',
  message: 'Pending scheduling.',
  restartCount: 0,
  startTime: null,
  lastExitCode: null,
  lastRestartTime: null,
  failures: 0,
}

const WAITING = {
  nodes: 'Compute pool node(s) are being provisioned',
  room: 'Unschedulable due to insufficient resources',
  start: 'Waiting to start',
} as const

/**
 * The state after an event; undefined when the event means nothing in that state, as one that comes late does.
 * Decides and does nothing else: `Services` performs what follows.
 */
export function applyEvent(state: PoolState, event: PoolEvent): PoolState | undefined
export function applyEvent(state: ServiceState, event: ServiceEvent): ServiceState | undefined
export function applyEvent(state: InstanceState, event: InstanceEvent): InstanceState | undefined
export function applyEvent(state: ContainerState, event: ContainerEvent): ContainerState | undefined
export function applyEvent(
  state: PoolState | ServiceState | InstanceState | ContainerState,
  event: PoolEvent | ServiceEvent | InstanceEvent | ContainerEvent,
): PoolState | ServiceState | InstanceState | ContainerState | undefined {
  switch (state.kind) {
    case 'pool':
      return moved(state, POOL[state.status][(event as PoolEvent).type])
    case 'service':
      return moved(state, serviceStatus(state.status, event as ServiceEvent))
    case 'instance':
      return moved(state, instanceStatus(state.status, event as InstanceEvent))
    case 'container':
      return containerAfter(state, event as ContainerEvent)
  }
}

type PoolTable = Record<
  PoolState['status'],
  Partial<Record<PoolEvent['type'], PoolState['status']>>
>

const POOL: PoolTable = {
  STARTING: { 'nodes-started': 'IDLE', 'suspend-requested': 'STOPPING' },
  IDLE: {
    'work-arrived': 'ACTIVE',
    'suspend-requested': 'STOPPING',
    'resize-requested': 'RESIZING',
  },
  ACTIVE: { 'work-left': 'IDLE', 'suspend-requested': 'STOPPING', 'resize-requested': 'RESIZING' },
  RESIZING: { 'nodes-started': 'IDLE', 'suspend-requested': 'STOPPING' },
  STOPPING: { 'nodes-stopped': 'SUSPENDED', 'resume-requested': 'STARTING' },
  SUSPENDED: { 'resume-requested': 'STARTING' },
}

function serviceStatus(
  status: ServiceState['status'],
  event: ServiceEvent,
): ServiceState['status'] | undefined {
  const isUp = status === 'PENDING' || status === 'RUNNING' || status === 'FAILED'
  switch (event.type) {
    case 'instances-changed':
      if (!isUp) return undefined
      if (event.ready >= event.needed) return 'RUNNING'
      return event.failed > 0 ? 'FAILED' : 'PENDING'
    case 'suspend-requested':
      return isUp ? 'SUSPENDING' : undefined
    case 'resume-requested':
      return status === 'SUSPENDED' || status === 'SUSPENDING' ? 'PENDING' : undefined
    case 'drop-requested':
      return status === 'DELETING' || status === 'DELETED' ? undefined : 'DELETING'
    case 'instances-ended':
      if (status === 'SUSPENDING') return 'SUSPENDED'
      return status === 'DELETING' ? 'DELETED' : undefined
  }
}

function instanceStatus(
  status: InstanceState['status'],
  event: InstanceEvent,
): InstanceState['status'] | undefined {
  if (status === 'TERMINATING' || status === 'SUCCEEDED') return undefined
  if (event.type === 'stop-requested') return 'TERMINATING'
  if (event.statuses.includes('FAILED')) return 'FAILED'
  return event.statuses.every((container) => container === 'READY') ? 'READY' : 'PENDING'
}

function containerAfter(state: ContainerState, event: ContainerEvent): ContainerState | undefined {
  const isOver = state.status === 'TERMINATING' || state.status === 'DONE'
  if (isOver) return undefined
  switch (event.type) {
    case 'waited':
      return state.status === 'PENDING' ? pending(state, WAITING[event.for]) : undefined
    case 'started':
      return { ...state, ...restarted(state, event.at) }
    case 'ready':
      return { ...state, status: 'READY', message: 'Running' }
    case 'steady':
      return { ...state, failures: 0 }
    case 'probe-failed':
      // A container that keeps failing stays FAILED until it was ready: starting again is no recovery.
      if (state.status === 'FAILED') return state
      return pending(
        state,
        `Readiness probe is failing at path: ${event.path}, port: ${event.port}`,
      )
    case 'exited':
      return failed({ ...state, lastExitCode: event.code }, 'Encountered fatal error, retrying')
    case 'out-of-memory': {
      const message = 'Container was OOMKilled due to resource usage'
      return { ...failed({ ...state, lastExitCode: event.code }, message), message }
    }
    case 'start-failed': {
      if (event.because === 'image') return failed(state, 'Failed to pull image')
      const message = 'Encountered fatal error while starting container'
      return { ...failed(state, message), status: 'FAILED', message }
    }
    case 'stop-requested':
      return { ...state, status: 'TERMINATING', message: 'Terminating' }
  }
}

/** The very state when nothing changes, so that nobody is told of a change. */
function pending(state: ContainerState, message: string): ContainerState {
  const isSame = state.status === 'PENDING' && state.message === message
  return isSame ? state : { ...state, status: 'PENDING', message }
}

function restarted(state: ContainerState, at: string): Partial<ContainerState> {
  if (state.startTime === null) return { startTime: at }
  return { startTime: at, lastRestartTime: at, restartCount: state.restartCount + 1 }
}

function failed(state: ContainerState, message: string): ContainerState {
  const failures = state.failures + 1
  if (failures < MOST_FAILURES) return { ...state, failures, status: 'PENDING', message }
  return {
    ...state,
    failures,
    status: 'FAILED',
    message: 'Encountered fatal error while running, check container logs',
  }
}

function moved<S extends { readonly status: string }>(
  state: S,
  status: S['status'] | undefined,
): S | undefined {
  return status === undefined ? undefined : { ...state, status }
}
