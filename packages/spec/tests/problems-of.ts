import { SpecError } from '../src/errors.ts'
import { checkServiceSpec } from '../src/parse-service-spec.ts'

/** The messages of a text's problems, without what they all begin with. */
export function problemsOf(text: string): string[] {
  return checkServiceSpec(text).problems.map(({ message }) => message.replace('Invalid spec: ', ''))
}

/** The error that a function throws. */
export function failureOf(run: () => unknown): SpecError {
  try {
    run()
  } catch (error) {
    if (error instanceof SpecError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
