import { ServiceFunctionError, type ServiceFunctionErrorCode } from './errors.ts'

/** The body of an answer that is no success; Snowflake shows it to whoever called the function. */
export interface Failure {
  /** What happened and what to do about it. */
  readonly error: string
  readonly code: ServiceFunctionErrorCode
  /** The row number within the batch. */
  readonly row?: number | undefined
  readonly argument?: string | undefined
}

/** What the caller is told. The cause, and with it the stack, is for the log alone. */
export function toFailure(error: ServiceFunctionError): Failure {
  const { message, hint, code, row, argument } = error
  return { error: hint === undefined ? message : `${message}. ${hint}`, code, row, argument }
}

/** The HTTP status of a code. Snowflake tries 5xx again, and no 4xx of these. */
export function statusOf(code: ServiceFunctionErrorCode): number {
  return STATUSES[code] ?? 400
}

const STATUSES: Readonly<Partial<Record<ServiceFunctionErrorCode, number>>> = {
  BODY_TOO_LARGE: 413,
  CONTENT_TYPE_UNSUPPORTED: 415,
  ENCODING_UNSUPPORTED: 415,
  BATCH_UNKNOWN: 404,
  TOO_BUSY: 429,
  HANDLER_FAILED: 500,
}

/** The error of ours that an error from reading the request amounts to; undefined for any other. */
export function translateError(error: unknown): ServiceFunctionError | undefined {
  if (error instanceof ServiceFunctionError) return error
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const code = String(error.code)
  const translation = code.startsWith('Z_') ? BROKEN : TRANSLATIONS[code]
  if (translation === undefined) return undefined
  const [ours, state, hint] = translation
  return new ServiceFunctionError(ours, `Cannot read batch: ${state}`, { hint, cause: error })
}

type Translation = readonly [code: ServiceFunctionErrorCode, state: string, hint: string]

const BROKEN: Translation = [
  'BODY_UNREADABLE',
  'the body broke off or is not what its headers say',
  'Send it again, whole',
]

const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'BODY_TOO_LARGE',
    'the body is over the limit of this service',
    'Lower MAX_BATCH_ROWS of the function, so that fewer rows travel at once',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'CONTENT_TYPE_UNSUPPORTED',
    'its content-type is not application/json',
    'Send the header "content-type: application/json"',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: BROKEN,
  ECONNRESET: BROKEN,
  ERR_STREAM_PREMATURE_CLOSE: BROKEN,
}
