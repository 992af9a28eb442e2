import Fastify from 'fastify'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { batchLogOf } from './batch-log.ts'
import { eventTableLogger } from './event-table-log.ts'
import { LineBuffer } from './line-buffer.ts'

describe('the line of a batch', () => {
  test('prints the lines of batches when they are written, in their place among the others', async () => {
    const written: string[] = []
    const destination = new LineBuffer((text) => void written.push(text))
    const log = eventTableLogger({ name: 'convert-api', destination })
    const batch = {
      functionName: 'F',
      batchId: 'q:1',
      queryId: 'q"',
      started: 0,
      rows: 2,
      repeated: true,
    }
    log.logger.info('before')
    batchLogOf(log.logger)(batch, 400, 0.0015, { code: 'ROW_INVALID', row: 1, argument: 'X' })
    log.logger.info('after')
    batchLogOf(log.logger.child({ part: 1 }))({ ...batch, repeated: false }, 200, 0.001)
    await log.close()
    const lines = written.join('').trimEnd().split('\n')
    const read = lines.map((line) => JSON.parse(line) as { body: string; attributes: object })
    expect(read.map(({ body }) => body)).toEqual(['before', 'batch', 'after', 'batch'])
    expect(read[1]).toEqual({
      severity_text: 'INFO',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      scope: { name: 'convert-api' },
      attributes: {
        function: 'F',
        batchId: 'q:1',
        queryId: 'q"',
        rows: 2,
        repeated: true,
        code: 'ROW_INVALID',
        row: 1,
        argument: 'X',
        milliseconds: 1.5,
        status: 400,
      },
      body: 'batch',
    })
    expect(read[3]?.attributes).toEqual({
      part: 1,
      function: 'F',
      batchId: 'q:1',
      queryId: 'q"',
      rows: 2,
      milliseconds: 1,
      status: 200,
    })
  })

  test('keeps the lines of batches to itself below its level', async () => {
    const written: string[] = []
    const destination = new LineBuffer((text) => void written.push(text))
    const log = eventTableLogger({ name: 'x', level: 'warn', destination })
    const batch = { functionName: 'F', batchId: undefined, queryId: undefined, started: 0, rows: 1 }
    batchLogOf(log.logger)({ ...batch, repeated: false }, 200, 0.001)
    await log.close()
    expect(written).toEqual([])
  })

  test('is printed when it is written by the logger of an app as well, which is a child', async () => {
    const destination = new LineBuffer(() => {})
    const writeLater = vi.spyOn(destination, 'writeLater')
    const log = eventTableLogger({ name: 'x', destination })
    const app = Fastify({ loggerInstance: log.logger })
    onTestFinished(async () => {
      await app.close()
      await log.close()
    })
    const batch = { functionName: 'F', batchId: undefined, queryId: undefined, started: 0, rows: 1 }
    batchLogOf(app.log)({ ...batch, repeated: false }, 200, 0.001)
    expect(writeLater).toHaveBeenCalledTimes(1)
    app.log.level = 'warn'
    batchLogOf(app.log)({ ...batch, repeated: false }, 200, 0.001)
    expect(writeLater).toHaveBeenCalledTimes(1)
  })
})
