import { serviceSpec } from './definition/service-spec.ts'
import { problemsError, type SpecProblem } from './errors.ts'
import { readDocument } from './reading/read-document.ts'
import type { ServiceSpec } from './service-spec.ts'

/** What a check of a specification found. */
export interface CheckedServiceSpec {
  /** The specification with defaults filled in; undefined when there are problems. */
  readonly spec: ServiceSpec | undefined
  /** What Snowflake would refuse, in the order of the text. */
  readonly problems: readonly SpecProblem[]
  /** What Snowflake takes and you may not mean, in the order of the text. */
  readonly warnings: readonly SpecProblem[]
}

export interface ParseServiceSpecOptions {
  /** Is told what Snowflake takes and the author may not mean. */
  readonly onWarning?: (warning: SpecProblem) => void
}

/**
 * Reads a service specification, in YAML or JSON, and fills in Snowflake's defaults.
 *
 * @throws {SpecError} `SPEC_INVALID` with every problem of the text.
 */
export function parseServiceSpec(text: string, options: ParseServiceSpecOptions = {}): ServiceSpec {
  const { spec, problems, warnings } = checkServiceSpec(text)
  if (spec === undefined) throw problemsError('SPEC_INVALID', 'Cannot read service spec', problems)
  for (const warning of warnings) options.onWarning?.(warning)
  return spec
}

/** Reads a service specification and tells everything that is wrong or doubtful; never throws. */
export function checkServiceSpec(text: string): CheckedServiceSpec {
  const { value, problems, warnings } = readDocument(text, serviceSpec)
  return { spec: problems.length === 0 ? value : undefined, problems, warnings }
}
