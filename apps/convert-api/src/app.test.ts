import { BatchMetrics } from '@spcs/service-function'
import { eventTableLogger } from '@spcs/service-function/event-table-log'
import type { FastifyInstance } from 'fastify'
import request from 'supertest'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildApp } from './app.ts'

const BATCH = '{"data": [[0, 12],[1,19],[2,18],[3,23]]}'
const ANSWER = '{"data":[[0,53.6],[1,66.2],[2,64.4],[3,73.4]]}'

function appWith(log?: string[], metrics = new BatchMetrics()): FastifyInstance {
  const destination = { write: (line: string): void => void log?.push(line) }
  const { logger } = eventTableLogger({ name: 'convert-api', destination })
  const app = buildApp(logger, metrics)
  onTestFinished(() => app.close())
  return app
}

describe('buildApp()', () => {
  test("answers the quickstart's rows", async () => {
    const response = await appWith().inject({
      method: 'POST',
      url: '/convert',
      headers: { 'content-type': 'application/json' },
      payload: BATCH,
    })
    expect([response.statusCode, response.body]).toEqual([200, ANSWER])
  })

  test('is healthy', async () => {
    expect((await appWith().inject('/healthcheck')).statusCode).toBe(200)
  })

  test('logs each batch in one line, and probes not at all', async () => {
    const log: string[] = []
    const app = appWith(log)
    await app.inject('/healthcheck')
    await app.inject({ method: 'POST', url: '/convert', payload: { data: [[0, 12]] } })
    expect(log.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({
        severity_text: 'INFO',
        scope: { name: 'convert-api' },
        attributes: expect.objectContaining({ function: 'CONVERT_UDF', rows: 1, status: 200 }),
        body: 'batch',
      }),
    ])
  })

  test('counts batches, rows and errors', async () => {
    const metrics = new BatchMetrics()
    const app = appWith([], metrics)
    for (const data of [
      [[0, 12]],
      [
        [0, 19],
        [1, 'warm'],
      ],
    ]) {
      await app.inject({ method: 'POST', url: '/convert', payload: { data } })
    }
    expect(metrics.snapshot()).toMatchObject([
      { functionName: 'CONVERT_UDF', batches: 2, rows: 3, errors: { ARGUMENT_INVALID: 1 } },
    ])
    expect(metrics.inFlight()).toBe(0)
  })

  test('answers over a socket', async () => {
    const app = appWith()
    await app.listen({ port: 0, host: '127.0.0.1' })
    const converted = await request(app.server)
      .post('/convert')
      .set('content-type', 'application/json')
      .send(BATCH)
    expect([converted.status, converted.text]).toEqual([200, ANSWER])
    const refused = await request(app.server)
      .post('/convert')
      .send({ data: [[0, 'warm']] })
    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject({ code: 'ARGUMENT_INVALID', row: 0, argument: 'TEMP_C' })
    const missing = await request(app.server).get('/convert')
    expect(missing.status).toBe(404)
  })
})
