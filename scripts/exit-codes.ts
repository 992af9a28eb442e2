import { CodedError } from '@spcs/errors'

const FAILED = 1

/** How `spcs` ends by the code of an error; every other error ends it with 1. Programs rely on these numbers. */
export const EXIT_CODES: Readonly<Record<string, number>> = {
  // 2: `spcs plan --exit-code` found something to change
  PLAN_DESTRUCTIVE: 3,
  ENVIRONMENT_PROTECTED: 3,
  CONFIRMATION_REQUIRED: 3,
  DEPLOY_LOCKED: 4,
  DEPLOY_LOCK_LOST: 4,
  UPGRADE_ROLLED_BACK: 5,

  // The account cannot be reached, or does not let us in.
  LOCAL_ACCOUNT_NOT_RUNNING: 10,
  CONNECTION_UNKNOWN: 10,
  UNREACHABLE: 10,
  ENGINE_UNREACHABLE: 10,
  LOGIN_REJECTED: 11,
  TOKEN_REJECTED: 11,
  TOKEN_EXPIRED: 11,
  SESSION_EXPIRED: 11,

  // A right or an object is missing.
  IMAGE_READ_MISSING: 20,
  REPOSITORY_MISSING: 20,
  STAGE_READ_MISSING: 21,
  COMPUTE_POOL_USAGE_MISSING: 22,
  COMPUTE_POOL_MISSING: 22,
  WAREHOUSE_USAGE_MISSING: 23,
  EXTERNAL_ACCESS_MISSING: 24,
  BIND_ENDPOINT_MISSING: 25,
  SECRET_MISSING: 26,
  SERVICE_ROLE_MISSING: 27,
  ROLE_BLOCKED: 28,

  // The service does not get ready.
  IMAGE_ARCHITECTURE_WRONG: 30,
  IMAGE_MISSING: 31,
  PROBE_FAILING: 32,
  CONTAINER_CRASHING: 33,
  CONTAINER_OUT_OF_MEMORY: 34,
  COMPUTE_POOL_FULL: 35,
  COMPUTE_POOL_SUSPENDED: 36,
  COMPUTE_POOL_TIMED_OUT: 37,
  SERVICE_FAILED: 38,
  SERVICE_TIMED_OUT: 39,
  ENDPOINT_PROVISIONING: 40,
  ENDPOINT_TIMED_OUT: 40,

  USAGE: 64,
  CONFIG_INVALID: 65,
  ENVIRONMENT_UNKNOWN: 64,
  SPEC_INVALID: 65,
  INTERRUPTED: 130,
}

/** The exit code for an error: by its own code, or by that of the error that caused it. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof CodedError)) return FAILED
  const own = EXIT_CODES[error.code]
  if (own !== undefined) return own
  return error.cause === undefined ? FAILED : exitCodeOf(error.cause)
}
