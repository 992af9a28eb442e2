import { CodedError, type CodedErrorOptions } from '@spcs/errors'

export type SpecErrorCode =
  | 'SPEC_INVALID' // a service specification that Snowflake would refuse
  | 'TEMPLATE_INVALID' // a template holds more than variables and `default`
  | 'TEMPLATE_VARIABLE_MISSING' // a variable has neither a value nor a default
  | 'USING_INVALID' // a USING key or value that cannot be written or read
  | 'IMAGE_REFERENCE_INVALID' // text that names no image of an image repository
  | 'QUANTITY_INVALID' // text that is no amount of memory or CPU

/** One thing that is wrong, or doubtful, at one place of a text. */
export interface SpecProblem {
  /** Where in the document, such as `spec.containers[0].image`; empty for the document itself. */
  readonly path: string
  /** What is wrong, in Snowflake's words where they are known. */
  readonly message: string
  /** One imperative sentence: what to change. */
  readonly hint?: string | undefined
  /** Line in the text, from 1. */
  readonly line: number
  /** Column in the line, from 1. */
  readonly column: number
}

export interface SpecErrorOptions extends CodedErrorOptions {
  readonly problems?: readonly SpecProblem[] | undefined
}

/** A fault in a specification, its template or the values for it. */
export class SpecError extends CodedError<SpecErrorCode> {
  /** Every problem found, in the order of the text; empty where the fault is not in a text. */
  readonly problems: readonly SpecProblem[]

  constructor(code: SpecErrorCode, message: string, options: SpecErrorOptions = {}) {
    super(code, message, options)
    this.problems = options.problems ?? []
  }
}

/** The error for a text with problems: one is told in full, several become a list. */
export function problemsError(
  code: SpecErrorCode,
  what: string,
  problems: readonly SpecProblem[],
): SpecError {
  const [first] = problems
  if (first !== undefined && problems.length === 1) {
    return new SpecError(code, `${what}: ${printProblem(first)}`, { hint: first.hint, problems })
  }
  const list = problems.map((problem) => `\n  ${printProblem(problem)}${printHint(problem)}`)
  return new SpecError(code, `${what}: ${problems.length} problems${list.join('')}`, {
    hint: 'Change the text at these lines',
    problems,
  })
}

function printProblem(problem: SpecProblem): string {
  return `line ${problem.line}, column ${problem.column}: ${problem.message}`
}

function printHint(problem: SpecProblem): string {
  return problem.hint === undefined ? '' : ` (${problem.hint})`
}
