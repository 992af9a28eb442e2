import type { ContextFunction } from './batch-context.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { ServiceFunctionError } from './errors.ts'
import { readContextHeader } from './headers.ts'
import type { HeadersOfBatch } from './received-batch.ts'

type ContextHeaders = Readonly<Record<ContextFunction, string>>

const NONE = Object.freeze({}) as ContextHeaders

/**
 * Reads the context headers that a definition names out of a batch's headers.
 *
 * The reader throws `CONTEXT_HEADER_MISSING` for a function that was created without one of them.
 */
export function contextHeaderReader({
  name,
  contextHeaders,
}: ServiceFunction): (request: HeadersOfBatch) => ContextHeaders {
  if (contextHeaders.length === 0) return () => NONE
  return ({ headers }) => {
    const values: Partial<Record<ContextFunction, string>> = {}
    for (const contextFunction of contextHeaders) {
      const value = readContextHeader(headers, contextFunction)
      if (value === undefined) throw missing(name, contextFunction)
      values[contextFunction] = value
    }
    return values as ContextHeaders
  }
}

function missing(name: string, contextFunction: ContextFunction): ServiceFunctionError {
  return new ServiceFunctionError(
    'CONTEXT_HEADER_MISSING',
    `Cannot answer batch: ${name} needs ${contextFunction}, which did not come with it`,
    {
      hint: `Create ${name} again from its definition, with CONTEXT_HEADERS = (${contextFunction})`,
    },
  )
}
