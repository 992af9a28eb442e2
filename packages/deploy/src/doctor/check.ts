import type { DeployErrorCode } from '../errors.ts'

/** What a look at one thing that a deploy rests on found. */
export interface Check {
  /** `compute pool CONTAINER_HOL_POOL`. */
  readonly subject: string
  /** `missing` keeps a deploy from working; `noted` does not. */
  readonly status: 'ok' | 'noted' | 'missing'
  /** A few words: `it is there`. */
  readonly found: string
  /** What to do next. */
  readonly todo?: string | undefined
  readonly code?: DeployErrorCode | undefined
}

export function ok(subject: string, found: string): Check {
  return { subject, status: 'ok', found }
}

export function noted(subject: string, found: string, todo?: string): Check {
  return { subject, status: 'noted', found, todo }
}

export function missing(
  subject: string,
  found: string,
  todo: string,
  code?: DeployErrorCode,
): Check {
  return { subject, status: 'missing', found, todo, code }
}
