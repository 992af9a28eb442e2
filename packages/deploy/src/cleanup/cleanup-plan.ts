import type { DeployedFunction } from '../objects/service-function.ts'
import type { DesiredState } from '../plan/desired-state.ts'

/** What a deploy put into an account, and a cleanup is to take out of it. */
export interface CleanupWishes {
  /** Made roles, users and their rights. */
  readonly adminRole: string
  /** Made everything else. */
  readonly role: string
  /** `DB.PUBLIC`: where deploys have their lock. */
  readonly schema: string
  readonly account: DesiredState
  readonly objects: DesiredState
  readonly services: readonly string[]
  readonly functions: readonly DeployedFunction[]
}

/** One object that is to be dropped, with all that is in it. */
export interface CleanupDrop {
  /** `compute pool CONTAINER_HOL_POOL`. */
  readonly object: string
  readonly sql: readonly string[]
  /** What goes with it: `table DB.PUBLIC.WEATHER, 10 rows`. */
  readonly contents: readonly CleanupContent[]
}

export interface CleanupContent {
  readonly object: string
  /** `10 rows`, `3 files`; empty where there is nothing to count. */
  readonly size: string
  /** False for what the configuration does not name: somebody else may miss it. */
  readonly isOurs: boolean
}

/** An object that stays, though the configuration names it, or that its role has to give away. */
export interface KeptObject {
  readonly object: string
  readonly why: string
}

/** What a cleanup would do, in order. */
export interface CleanupPlan {
  readonly drops: readonly CleanupDrop[]
  readonly kept: readonly KeptObject[]
}
