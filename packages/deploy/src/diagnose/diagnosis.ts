import { DeployError, type DeployErrorCode } from '../errors.ts'

/** Why something does not work, and what to do about it. */
export interface Diagnosis {
  readonly code: DeployErrorCode
  /** One sentence that says what is wrong, without a full stop. */
  readonly cause: string
  /** What to run or to correct next. */
  readonly hint: string
  /** Log lines that show it, oldest first. */
  readonly lines?: readonly string[] | undefined
}

/**
 * The error for a diagnosis: its sentence, and the log lines below it.
 *
 * @param what What cannot be done: `start service DB.PUBLIC.API`.
 */
export function diagnosedError(
  what: string,
  { code, cause, hint, lines = [] }: Diagnosis,
  from?: unknown,
): DeployError {
  const message = [`Cannot ${what}: ${cause}`, ...lines.map((line) => `  | ${line}`)].join('\n')
  return new DeployError(code, message, { hint, ...(from === undefined ? {} : { cause: from }) })
}
