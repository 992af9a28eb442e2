import { STATUS_CODES } from 'node:http'
import type { ServiceFunction } from './define-service-function.ts'
import type { ServiceFunctionErrorCode } from './errors.ts'
import { statusOf } from './failure.ts'
import type { JsonSchema } from './openapi-schema.ts'

/** The body of an answer that is no success, as {@link Failure} has it. */
export function failureSchema(): JsonSchema {
  return {
    type: 'object',
    required: ['error', 'code'],
    properties: {
      error: { type: 'string', description: 'What happened and what to do; the SQL user sees it' },
      code: { enum: Object.keys(FAILURES) },
      row: {
        type: 'integer',
        description: 'The row number within the batch, where a row is at fault',
      },
      argument: { type: 'string', description: 'The name of the argument at fault' },
    },
  }
}

/**
 * The responses, by status, that a function has for what goes wrong.
 *
 * A POST reads the batch and computes it; with `longRunning` it only starts it, and the GET has what came of it.
 */
export function failureResponses(
  definition: ServiceFunction,
  method: 'GET' | 'POST',
): Readonly<Record<string, object>> {
  const codes = codesOf(definition, method)
  const statuses = [...new Set(codes.map(statusOf))].toSorted((one, other) => one - other)
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      response(
        status,
        codes.filter((code) => statusOf(code) === status),
      ),
    ]),
  )
}

type CallersCode =
  | 'BATCH_REJECTED'
  | 'BATCH_FAILED'
  | 'BATCH_UNREACHABLE'
  | 'BATCH_TIMED_OUT'
  | 'BATCH_MALFORMED'

type StartUpCode = 'DEFINITION_INVALID' | 'METRICS_UNEXPORTABLE' | 'SERVER_UNSUPPORTED'

type ReasonOfSignal = 'BATCH_GIVEN_UP' | 'SERVICE_STOPPING'

/** What a service may answer with. */
type AnsweredCode = Exclude<ServiceFunctionErrorCode, CallersCode | ReasonOfSignal | StartUpCode>

type Stage = 'receive' | 'compute' | 'find'

const FAILURES: Readonly<Record<AnsweredCode, readonly [stage: Stage, what: string]>> = {
  CONTENT_TYPE_UNSUPPORTED: ['receive', 'the content-type is not application/json'],
  ENCODING_UNSUPPORTED: ['receive', 'the content-encoding is neither gzip nor identity'],
  BODY_UNREADABLE: ['receive', 'the body broke off, or is no gzip although it says so'],
  BODY_TOO_LARGE: ['receive', 'the body, once unzipped, is over the limit'],
  BODY_NOT_JSON: ['compute', 'the body cannot be parsed'],
  DATA_MISSING: ['compute', 'the body has no array called "data"'],
  ROW_INVALID: ['compute', 'a row is no array, or does not begin with its row number'],
  ARGUMENT_COUNT_WRONG: ['compute', 'a row has more or fewer arguments than the function'],
  ARGUMENT_INVALID: ['compute', 'an argument does not fit its SQL type'],
  RESULT_INVALID: ['compute', 'a result does not fit its SQL type'],
  CONTEXT_HEADER_MISSING: ['compute', 'a context header that the function needs did not come'],
  BATCH_ID_MISSING: ['find', 'the header with the id of the batch is missing'],
  BATCH_UNKNOWN: ['find', 'no such batch was started on this instance'],
  TOO_BUSY: ['receive', 'too much is in flight; the header retry-after says when to come again'],
  HANDLER_FAILED: ['compute', 'the handler failed; its error stands in the log of the service'],
}

function codesOf(
  { longRunning, contextHeaders }: ServiceFunction,
  method: 'GET' | 'POST',
): readonly AnsweredCode[] {
  const stages = longRunning
    ? { POST: ['receive'], GET: ['compute', 'find'] }
    : { POST: ['receive', 'compute'], GET: [] }
  return (Object.keys(FAILURES) as AnsweredCode[]).filter((code) => {
    if (code === 'CONTEXT_HEADER_MISSING' && contextHeaders.length === 0) return false
    // Without its id a long-running batch can neither be started nor be found.
    if (code === 'BATCH_ID_MISSING') return longRunning
    return stages[method].includes(FAILURES[code][0])
  })
}

function response(status: number, codes: readonly AnsweredCode[]): object {
  const list = codes.map((code) => `- \`${code}\`: ${FAILURES[code][1]}`).join('\n')
  const schema = {
    $ref: '#/components/schemas/Failure',
    type: 'object',
    properties: { code: { enum: codes } },
  }
  const headers = {
    'retry-after': { description: 'Seconds to wait', schema: { type: 'integer' } },
  }
  return {
    description: `${STATUS_CODES[status]}\n\n${list}`,
    ...(status === 429 && { headers }),
    content: { 'application/json': { schema } },
  }
}
