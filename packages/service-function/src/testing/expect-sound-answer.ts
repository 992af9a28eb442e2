import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { expect } from 'vitest'
import type { ServiceFunction } from '../define-service-function.ts'
import { unlessAborted } from '../unless-aborted.ts'
import { answerOf } from './fuzzed-function.ts'
import type { FuzzedRequest } from './fuzzed-request.ts'

/** No answer may take longer. */
const MOST_MS = 5_000

const MAY_FAIL_WITH = [400, 404, 413, 415]

/**
 * Sends a request to an app of one function that gives its argument back, which takes one batch at a time. Whatever the
 * request is, the answer comes, is no fault of the service, has the rows that were asked for, and leaves the service free.
 */
export async function expectSoundAnswer(
  app: FastifyInstance,
  definition: ServiceFunction,
  request: FuzzedRequest,
): Promise<void> {
  const answer = await finalAnswer(app, definition, request)
  if (answer.statusCode === 200) expectRows(definition, request, answer)
  else expectRefusal(definition, request, answer)
  expectRows(definition, PROBE, await finalAnswer(app, definition, PROBE))
}

/** No rows at all: what any function answers, unless the batch before it is still counted. */
const PROBE: FuzzedRequest = {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'sf-external-function-query-batch-id': 'probe',
  },
  payload: Buffer.from('{"data":[]}'),
  body: Buffer.from('{"data":[]}'),
}

async function finalAnswer(
  app: FastifyInstance,
  { path, longRunning }: ServiceFunction,
  { method, headers, payload }: FuzzedRequest,
): Promise<LightMyRequestResponse> {
  const late = AbortSignal.timeout(MOST_MS)
  const send = (verb: 'GET' | 'POST'): Promise<LightMyRequestResponse> =>
    unlessAborted(
      app.inject({ method: verb, url: path, headers, ...(verb === 'POST' && { payload }) }),
      late,
    )
  let answer = await send(method)
  while (answer.statusCode === 202) {
    expect(longRunning).toBe(true)
    await nextTurn()
    answer = await send('GET')
  }
  return answer
}

function expectRefusal(
  { longRunning }: ServiceFunction,
  { method }: FuzzedRequest,
  answer: LightMyRequestResponse,
): void {
  expect(MAY_FAIL_WITH, answer.body).toContain(answer.statusCode)
  if (method === 'GET' && !longRunning) return
  expect(answer.json(), 'is a refusal of ours').toEqual({
    error: expect.any(String),
    code: expect.stringMatching(/^(?!FST_)[A-Z]+(_[A-Z]+)+$/),
    ...expectedWhere(answer.json()),
  })
}

/** Row and argument, if they are there at all. */
function expectedWhere(failure: object): object {
  return {
    ...('row' in failure && { row: expect.any(Number) }),
    ...('argument' in failure && { argument: expect.any(String) }),
  }
}

function expectRows(
  definition: ServiceFunction,
  { body }: FuzzedRequest,
  answer: LightMyRequestResponse,
): void {
  expect(answer.statusCode, answer.body).toBe(200)
  const sent = answer.rawPayload
  expect(answer.headers['content-md5']).toBe(createHash('md5').update(sent).digest('base64'))
  const text = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
  // Throws for a body that is no JSON, or whose headers lie, which should not have been answered.
  const { data } = JSON.parse(String(body)) as { data: [number, ...unknown[]][] }
  const expected = data.map((row) => [row[0], answerOf(definition, row)])
  expect(JSON.parse(text.toString())).toStrictEqual({ data: expected })
}
