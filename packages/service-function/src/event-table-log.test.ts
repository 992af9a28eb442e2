import Fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type EventTableLoggerOptions, eventTableLogger } from './event-table-log.ts'

describe('eventTableLogger()', () => {
  test('prints what the event table takes apart, and nothing else', () => {
    const { logger, records } = logging()
    const before = Date.now()
    logger.child({ reqId: 'req-1' }).warn({ rows: 5, queryId: 'a"b' }, 'batch %s', 'done')
    const [record] = records()
    expect(record).toEqual({
      severity_text: 'WARN',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      scope: { name: 'convert-api' },
      attributes: { reqId: 'req-1', rows: 5, queryId: 'a"b' },
      body: 'batch done',
    })
    expect(Date.parse(String(record?.['timestamp']))).toBeGreaterThanOrEqual(before)
  })

  test('has a severity that Snowflake knows for each level', () => {
    const { logger, records } = logging({ level: 'trace' })
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) {
      logger[level](level)
    }
    expect(records().map(({ body, severity_text }) => [body, severity_text])).toEqual([
      ['trace', 'DEBUG'],
      ['debug', 'DEBUG'],
      ['info', 'INFO'],
      ['warn', 'WARN'],
      ['error', 'ERROR'],
      ['fatal', 'FATAL'],
    ])
  })

  test('keeps levels below its own to itself', () => {
    const { logger, records } = logging({ level: 'error' })
    logger.info('no')
    logger.error('yes')
    expect(records().map(({ body }) => body)).toEqual(['yes'])
    const silent = logging({ level: 'silent' })
    silent.logger.fatal('no')
    expect(silent.records()).toEqual([])
  })

  test.each<[string, unknown, unknown]>([
    ['text that JSON escapes', 'a\\b\n\t"\u0001\ud800', 'a\\b\n\t"\u0001\ud800'],
    ['long text', 'ü'.repeat(500), 'ü'.repeat(500)],
    ['objects', { a: [1, null, { b: true }] }, { a: [1, null, { b: true }] }],
    ['numbers that JSON has not', Number.NaN, null],
    ['null', null, null],
    ['bigints', 9_007_199_254_740_993n, 9_007_199_254_740_992],
    ['what refers to itself', circular(), { self: '[Circular]' }],
    ['undefined', undefined, undefined],
    ['functions', () => 1, undefined],
  ])('prints %s as JSON', (_what, value, expected) => {
    const { logger, records } = logging()
    logger.info({ value, after: 1 }, 'x')
    expect(records()[0]?.['attributes']).toEqual({ value: expected, after: 1 })
  })

  test('always has a body: Snowflake takes a line without one for plain text', () => {
    const { logger, records } = logging()
    logger.info({ rows: 1 })
    logger.info({}, undefined)
    expect(records().map(({ body }) => body)).toEqual(['', ''])
  })

  test("names an error's parts as OpenTelemetry does, its causes among them", () => {
    const { logger, records } = logging()
    const cause = new RangeError('too cold')
    const error = Object.assign(new TypeError('no number', { cause }), { code: 'ROW_INVALID' })
    logger.error({ err: error, row: 3 }, 'handler failed')
    logger.error(error)
    logger.info({ reason: error }, 'told')
    const [failed, bare, told] = records()
    expect(failed).toMatchObject({ severity_text: 'ERROR', body: 'handler failed' })
    expect(failed?.['attributes']).toEqual({
      'exception.type': 'TypeError',
      'exception.message': 'no number: too cold',
      'exception.stacktrace': expect.stringMatching(
        /^TypeError: no number\n +at [^]+caused by: RangeError: too cold\n +at /,
      ),
      'exception.code': 'ROW_INVALID',
      row: 3,
    })
    expect(bare).toMatchObject({ body: 'no number', attributes: { 'exception.type': 'TypeError' } })
    expect(told?.['attributes']).toEqual({
      reason: expect.objectContaining({ type: 'TypeError', stack: expect.any(String) }),
    })
  })

  test('is the logger of a Fastify app, with its serializers and request ids', async () => {
    const { logger, records } = logging()
    const app = Fastify({ loggerInstance: logger })
    onTestFinished(() => app.close())
    app.get('/', () => {
      throw new Error('not today')
    })
    await app.inject('/')
    expect(records().map(({ body, attributes }) => ({ body, attributes }))).toEqual([
      {
        body: 'incoming request',
        attributes: { reqId: 'req-1', req: expect.objectContaining({ method: 'GET', url: '/' }) },
      },
      {
        body: 'not today',
        attributes: expect.objectContaining({ reqId: 'req-1', 'exception.type': 'Error' }),
      },
      {
        body: 'request completed',
        attributes: expect.objectContaining({ res: { statusCode: 500 } }),
      },
    ])
  })

  test('hides, formats and serializes what a child logger is told to', () => {
    const { logger, records } = logging()
    const serializers = { err: (error: Error) => error.message, size: () => 1 }
    logger.child({}, { serializers }).info({ err: new Error('short'), size: [1] }, 'x')
    logger.child({}, { redact: ['password'] }).info({ password: 'secret', user: 'ada' }, 'x')
    logger.child({}, { formatters: { log: (fields) => ({ ...fields, more: 1 }) } }).info('x')
    expect(records().map(({ attributes }) => attributes)).toEqual([
      { err: 'short', size: 1 },
      { password: '[Redacted]', user: 'ada' },
      { more: 1 },
    ])
  })

  test('cuts a long record so that it stays JSON of at most 16 KiB', () => {
    const { logger, lines, records } = logging()
    const stack = 'é\u0000'.repeat(20_000)
    logger.info(
      { stack, list: Array.from({ length: 9000 }, (_, n) => n), id: 'q1' },
      'b'.repeat(300),
    )
    logger.info('😀'.repeat(9000))
    logger.info(Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`k${n}`, n])), 'many')
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(16 * 1024)
    const [mixed, body, many] = records()
    expect(mixed).toMatchObject({
      severity_text: 'INFO',
      body: 'b'.repeat(300),
      attributes: {
        id: 'q1',
        stack: expect.stringMatching(/^(?:é\0)+é?… \d+ more characters$/),
        list: expect.stringMatching(/^\[0,1,2,[^]*… \d+ more characters$/),
      },
    })
    expect(Buffer.byteLength(lines[1] ?? '')).toBeGreaterThan(16_000)
    expect(body?.['body']).toMatch(/^(?:😀)+… \d+ more characters$/u)
    expect(many).toMatchObject({ body: 'many', attributes: { 'log.cut': '5000 attributes' } })
  })

  test('keeps a record of exactly 16 KiB whole', () => {
    const { logger, lines } = logging()
    logger.info('')
    const [{ length } = ''] = lines
    logger.info('x'.repeat(16 * 1024 - length))
    logger.info('x'.repeat(16 * 1024 - length + 1))
    expect(lines[1]).toHaveLength(16 * 1024)
    expect(lines[1]).not.toContain('more characters')
    expect(lines[2]).toContain('more characters')
  })
})

function logging(options: Partial<EventTableLoggerOptions> = {}) {
  const lines: string[] = []
  const destination = { write: (line: string): void => void lines.push(line) }
  const { logger } = eventTableLogger({ name: 'convert-api', destination, ...options })
  const records = (): Record<string, unknown>[] =>
    lines.map((line) => {
      expect(line.indexOf('\n')).toBe(line.length - 1)
      return JSON.parse(line) as Record<string, unknown>
    })
  return { logger, lines, records }
}

function circular(): object {
  const value: { self?: object } = {}
  value.self = value
  return value
}
