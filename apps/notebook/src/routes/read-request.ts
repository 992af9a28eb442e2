import { ServerError } from '../errors.ts'

/**
 * The texts that a query or a JSON body must have, checked: no route looks at anything else of it.
 *
 * @throws {ServerError} `REQUEST_INVALID` naming the first that is missing or no text.
 */
export function readTexts<Name extends string>(
  given: unknown,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const value = maybeField(given, name)
    if (typeof value !== 'string') throw invalidRequest(`"${name}" is missing or no text`)
    found[name] = value
  }
  return found as Record<Name, string>
}

/** A flag that may be left out: `true`, `false`, or those as text in a query. */
export function readFlag(given: unknown, name: string): boolean {
  const value = maybeField(given, name) ?? false
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw invalidRequest(`"${name}" is neither true nor false`)
}

/** A text that may be left out. */
export function maybeText(given: unknown, name: string): string | undefined {
  const value = maybeField(given, name)
  if (value === undefined || typeof value === 'string') return value
  throw invalidRequest(`"${name}" is no text`)
}

function maybeField(given: unknown, name: string): unknown {
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, name)) return undefined
  return (given as Readonly<Record<string, unknown>>)[name]
}

/** Says what is wrong with a request, naming the field. */
export function invalidRequest(what: string): ServerError {
  return new ServerError('REQUEST_INVALID', `Cannot read the request: ${what}`, {
    hint: 'Read in protocol.ts what this address takes',
  })
}
