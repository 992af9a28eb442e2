import { CodedError, type CodedErrorOptions } from '@spcs/errors'

export type ServiceFunctionErrorCode =
  | 'DEFINITION_INVALID' // a service function was defined with something Snowflake would refuse
  | 'SERVER_UNSUPPORTED' // Fastify asks batchServer for a server that it does not make
  // The service's half: what an answer with a status other than 200 carries as `code`.
  | 'CONTENT_TYPE_UNSUPPORTED' // the request's content-type is not application/json
  | 'ENCODING_UNSUPPORTED' // the request's content-encoding is neither gzip nor identity
  | 'BODY_UNREADABLE' // the body broke off, or is no gzip although it says so
  | 'BODY_TOO_LARGE' // the body, once unzipped, is over the limit
  | 'BODY_NOT_JSON' // the body cannot be parsed
  | 'DATA_MISSING' // the body is JSON, yet not {"data": [...]}
  | 'ROW_INVALID' // a row is no array, or does not begin with its row number
  | 'ARGUMENT_COUNT_WRONG' // a row has more or fewer arguments than the definition
  | 'ARGUMENT_INVALID' // an argument's value does not fit its SQL type
  | 'RESULT_INVALID' // what the handler returned does not fit the SQL type it promised
  | 'HANDLER_FAILED' // the handler threw
  | 'CONTEXT_HEADER_MISSING' // the function was created without a context header that the definition names
  | 'BATCH_ID_MISSING' // a long-running function was called without the header that polls come back with
  | 'BATCH_UNKNOWN' // a poll asks for a batch that was not started here
  | 'BATCH_GIVEN_UP' // Snowflake has stopped to wait; the reason of the handler's signal, never an answer
  | 'SERVICE_STOPPING' // the service ends; the reason of the handler's signal, never an answer
  | 'TOO_BUSY' // too much is in flight
  // The caller's half: why a batch has no values.
  | 'BATCH_REJECTED' // the service answered with a status that is never tried again
  | 'BATCH_FAILED' // the service answered 429 or 5xx to the last attempt
  | 'BATCH_UNREACHABLE' // no answer came to the last attempt: refused, reset, name unknown
  | 'BATCH_TIMED_OUT' // no answer in time: the last request's time or the whole batch's
  | 'BATCH_MALFORMED' // the answer was 200 with other rows than asked for, or with a wrong checksum
  | 'METRICS_UNEXPORTABLE' // the collector's address or protocol cannot be used

export interface ServiceFunctionErrorOptions extends CodedErrorOptions {
  readonly row?: number | undefined
  readonly argument?: string | undefined
  readonly status?: number | undefined
  readonly body?: string | undefined
}

/** A batch that could not be answered, or could not be had; or a definition that cannot be used. */
export class ServiceFunctionError extends CodedError<ServiceFunctionErrorCode> {
  /** The row number within the batch, where one row is at fault. */
  readonly row: number | undefined
  /** The name of the argument at fault. */
  readonly argument: string | undefined
  /** The HTTP status that the service answered the caller with. */
  readonly status: number | undefined
  /** The text that the service answered the caller with. */
  readonly body: string | undefined

  constructor(
    code: ServiceFunctionErrorCode,
    message: string,
    options: ServiceFunctionErrorOptions = {},
  ) {
    super(code, message, options)
    this.row = options.row
    this.argument = options.argument
    this.status = options.status
    this.body = options.body
  }
}
