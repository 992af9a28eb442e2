import { randomUUID } from 'node:crypto'
import { CodedError } from '@spcs/errors'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServerError, type ServerErrorCode } from '../errors.ts'
import { ALL_ANSWERS, PAGE_POLICY } from '../gate/security-headers.ts'
import type { NotebookErrorCode } from '../notebook/errors.ts'
import { printRefusal, readsPages, type Refusal } from './refusal-page.ts'

/** What an error means in HTTP; a code that is not here is a fault of ours. */
const STATUS: Readonly<Partial<Record<ServerErrorCode | NotebookErrorCode, number>>> = {
  NOT_SIGNED_IN: 401,
  HOST_REFUSED: 403,
  ORIGIN_REFUSED: 403,
  HEADER_MISSING: 403,
  NOT_FOUND: 404,
  METHOD_REFUSED: 405,
  REQUEST_INVALID: 400,
  BODY_TYPE_REFUSED: 415,
  BODY_TOO_LARGE: 413,
  PATH_REFUSED: 403,
  FILE_MISSING: 404,
  FILE_EXISTS: 409,
  FILE_KIND_WRONG: 409,
  FOLDER_NOT_EMPTY: 409,
  UPLOAD_ABORTED: 400,
  SHELLS_OFF: 403,
  SHELLS_TOO_MANY: 429,
  SHELL_MISSING: 404,
  RESULT_GONE: 404,
  REQUEST_ABORTED: 409,
  KERNEL_NOT_YOURS: 403,
  NOTEBOOK_INVALID: 422,
  IMPORT_REFUSED: 415,
  NOTEBOOK_NOT_FOUND: 404,
  NOTEBOOK_EXISTS: 409,
  NOTEBOOK_CLOSED: 409,
  PATH_INVALID: 403,
  OPERATION_INVALID: 400,
  OPERATION_REFUSED: 409,
  KERNEL_OF_ANOTHER_USER: 403,
}

/** Fastify's own refusals in our words, by its status. */
const FRAMEWORK: Readonly<Record<number, ServerErrorCode>> = {
  400: 'REQUEST_INVALID',
  413: 'BODY_TOO_LARGE',
  415: 'BODY_TYPE_REFUSED',
}

/**
 * Every error is JSON, of one shape, and a page for a browser that opens an address; what is no client's fault carries
 * an id alone, to find it in the log.
 */
export function addErrorAnswers(app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const status = statusOf(error)
    if (status === undefined || status >= 500) {
      const id = randomUUID()
      request.log.error({ err: error, id }, 'cannot answer')
      const message = `Cannot answer: internal error ${id}`
      return refuse(request, reply.code(500), { message, hint: undefined, code: 'INTERNAL' })
    }
    return refuse(request, reply.code(status), wordsOf(error, status))
  })
  app.setNotFoundHandler(() => {
    throw new ServerError('NOT_FOUND', 'Cannot find this address', {
      hint: 'Open the address / for the list of notebooks',
    })
  })
}

/** Answers what Fastify cannot even find a route for: no hook has run. */
export function refuseUnreadable(
  _error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  void reply
    .code(400)
    .headers(ALL_ANSWERS)
    .header('content-security-policy', PAGE_POLICY)
    .send({ error: 'Cannot read the address', code: 'REQUEST_INVALID' })
}

function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (readsPages(request.headers.accept)) {
    return reply.type('text/html; charset=utf-8').send(printRefusal(refusal))
  }
  const { message, hint, code } = refusal
  return reply.send({ error: message, code, ...(hint === undefined ? {} : { hint }) })
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof CodedError) return (STATUS as Partial<Record<string, number>>)[error.code]
  const given = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  return typeof given === 'number' && given >= 400 ? given : undefined
}

function wordsOf(error: unknown, status: number): Refusal {
  if (error instanceof CodedError) {
    const { message, hint, code } = error
    return { message, hint, code }
  }
  return {
    message: error instanceof Error ? error.message : 'Cannot answer',
    hint: undefined,
    code: FRAMEWORK[status] ?? 'REQUEST_INVALID',
  }
}
