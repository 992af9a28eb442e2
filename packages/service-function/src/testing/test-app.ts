import Fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify'
import { onTestFinished } from 'vitest'
import type { ServiceFunction } from '../define-service-function.ts'
import { serviceFunctions, type ServiceFunctionsOptions } from '../plugin.ts'

/** An app of one function, which ends with the test. */
export async function appWith(
  definition: ServiceFunction,
  options: Omit<ServiceFunctionsOptions, 'functions'> = {},
): Promise<FastifyInstance> {
  const app = Fastify()
  onTestFinished(() => app.close())
  await app.register(serviceFunctions, { functions: [definition], ...options })
  return app
}

export interface TestBatch {
  /** Default: none, so that each batch is a new one. */
  readonly batchId?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Posts rows, or a body's text, to the first function of an app. */
export async function postBatch(
  app: FastifyInstance,
  url: string,
  body: string | readonly (readonly unknown[])[],
  { batchId, headers }: TestBatch = {},
): Promise<LightMyRequestResponse> {
  return app.inject({
    method: 'POST',
    url,
    payload: typeof body === 'string' ? body : JSON.stringify({ data: body }),
    headers: {
      'content-type': 'application/json',
      ...(batchId === undefined ? {} : { 'sf-external-function-query-batch-id': batchId }),
      ...headers,
    },
  })
}
