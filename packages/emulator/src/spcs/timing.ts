/** How long things take, all in milliseconds; tests shorten them. */
export interface ServiceTiming {
  /** A compute pool is STARTING or RESIZING for so long, so that waiting for it is seen but quick. */
  readonly poolStartMs: number
  /** Nodes beyond MIN_NODES on which nothing runs go after so long. */
  readonly poolShrinkMs: number
  /** Between readiness probes until the first one succeeds; the specification's period holds after that. */
  readonly firstProbesMs: number
  /** A container without a readiness probe counts as ready when it has run for so long. */
  readonly settleMs: number
  /** Before a container that ended is started again; doubled each time. */
  readonly restartMs: number
  readonly mostRestartMs: number
  /** A run that lasted so long makes the next pause short again, and those that failed before it do not count. */
  readonly steadyMs: number
  /** An instance that is to end is given so long for the requests that it has, before SIGTERM. */
  readonly drainMs: number
  /** Between SIGTERM and SIGKILL when a service is suspended, changed or dropped. */
  readonly graceMs: number
  /** The same when the account stops. */
  readonly stopGraceMs: number
  /** Between two session tokens. */
  readonly tokenRotationMs: number
  readonly tokenLifeMs: number
  /** A service function waits so long for an instance. */
  readonly endpointWaitMs: number
  /** A public endpoint has no address for so long, so that waiting for it is seen but quick. */
  readonly endpointProvisionMs: number
}

export const DEFAULT_TIMING: ServiceTiming = {
  poolStartMs: 50,
  poolShrinkMs: 10_000,
  firstProbesMs: 100,
  settleMs: 200,
  restartMs: 200,
  mostRestartMs: 10_000,
  steadyMs: 10_000,
  drainMs: 10_000,
  graceMs: 30_000,
  stopGraceMs: 1_500,
  tokenRotationMs: 600_000,
  tokenLifeMs: 3_600_000,
  endpointWaitMs: 60_000,
  endpointProvisionMs: 300,
}
