import { describe, expect, onTestFinished, test } from 'vitest'
import { SnowflakeError } from '../snowflake-error.ts'
import { textColumn } from '../statement-result.ts'
import { connect, destroy, execute, failure } from './testing/driver.ts'
import { deferred, held } from './testing/held.ts'
import { type Answers, done, serve, type Served } from './testing/serve.ts'

async function served(
  answers: Answers,
  options: Parameters<typeof serve>[1] = {},
): Promise<Served> {
  const account = await serve(answers, options)
  onTestFinished(account.close)
  return account
}

describe('a statement that takes long', () => {
  test('is answered as running, and polled to its end', async () => {
    const slow = held()
    const { url, app } = await served({ slow: slow.run }, { answerWithinMs: 5, pollMs: 5 })
    let polls = 0
    app.server.on('request', ({ url: path = '' }) => {
      if (path.includes('/result') && (polls += 1) === 3) slow.release()
    })
    const result = await execute(await connect(url), 'slow')
    expect(result.rows).toEqual([{ '1': 1 }])
    expect(polls).toBeGreaterThanOrEqual(3)
    expect(slow.runs).toBe(1)
  })

  test('is cancelled through the driver, before and after its query id is known', async () => {
    for (const answerWithinMs of [5, 10_000]) {
      const slow = held()
      const started = deferred()
      const { url, app } = await served(
        {
          slow: (context) => {
            started.resolve()
            return slow.run(context)
          },
        },
        { answerWithinMs },
      )
      const connection = await connect(url)
      const polled = deferred()
      app.server.on('request', ({ url: path = '' }) => {
        if (path.includes('/result')) polled.resolve()
      })
      const failed = deferred<unknown>()
      const statement = connection.execute({
        sqlText: 'slow',
        complete: (error) => failed.resolve(error),
      })
      await started.promise
      if (answerWithinMs === 5) await polled.promise
      await new Promise<void>((resolve, reject) => {
        statement.cancel((error) => (error ? reject(error) : resolve()))
      })
      expect(await failed.promise).toMatchObject({ code: '000604', sqlState: '57014' })
    }
  })

  test('is run once however often the same request comes', async () => {
    const slow = held()
    const { url } = await served({ slow: slow.run }, { answerWithinMs: 5, pollMs: 5 })
    const connection = await connect(url)
    const requestId = '11111111-2222-4333-8444-555555555555'
    const both = [
      execute(connection, 'slow', { requestId }),
      execute(connection, 'slow', { requestId }),
    ]
    slow.release()
    const [first, second] = await Promise.all(both)
    const third = await execute(connection, 'slow', { requestId })
    expect(slow.runs).toBe(1)
    expect(third.rows).toEqual([{ '1': 1 }])
    const ids = [first, second, third].map((each) => each?.statement.getQueryId())
    expect(new Set(ids).size).toBe(1)
  })

  test('runs while its client does other things, when asked to', async () => {
    const slow = held()
    const { url } = await served({ slow: slow.run })
    const connection = await connect(url)
    const { statement } = await execute(connection, 'slow', { asyncExec: true })
    const queryId = statement.getQueryId()
    expect(await connection.getQueryStatus(queryId)).toBe('RUNNING')
    slow.release()
    const result = await connection.getResultsFromQueryId({ sqlText: '', queryId })
    const streamed: unknown[] = []
    for await (const row of result.streamRows()) streamed.push(row)
    expect(streamed).toEqual([{ '1': 1 }])
    expect(await connection.getQueryStatus(queryId)).toBe('SUCCESS')
  })

  test('fails with its own error when its client asks later', async () => {
    const { url } = await served({
      bad: () => Promise.reject(new SnowflakeError('100051', '22012', 'Division by zero')),
    })
    const connection = await connect(url)
    const { statement } = await execute(connection, 'bad', { asyncExec: true })
    const queryId = statement.getQueryId()
    const failed = await failure(connection.getResultsFromQueryId({ sqlText: '', queryId }))
    expect(failed).toMatchObject({ code: '100051', sqlState: '22012', message: 'Division by zero' })
  })

  test('is ended by STATEMENT_TIMEOUT_IN_SECONDS', async () => {
    const slow = held()
    const { url } = await served({ slow: slow.run })
    const parameters = { STATEMENT_TIMEOUT_IN_SECONDS: 1 }
    const failed = await failure(execute(await connect(url), 'slow', { parameters }))
    expect(failed).toMatchObject({ code: '000630', sqlState: '57014' })
    expect(failed.message).toContain('timeout of 1 second(s)')
  })

  test('is ended when the account closes', async () => {
    const slow = held()
    const started = deferred()
    const account = await served({
      slow: (context) => {
        started.resolve()
        return slow.run(context)
      },
    })
    const failed = failure(execute(await connect(account.url), 'slow'))
    await started.promise
    await account.close()
    expect(await failed).toMatchObject({ code: '000604' })
    expect(account.engineLog).toEqual(['connect', 'ROLLBACK', 'close'])
  })
})

describe('sessions', () => {
  test('run their statements one after another, and do not wait for each other', async () => {
    const order: string[] = []
    const slow = held()
    const { url } = await served({
      slow: async (context) => {
        const result = await slow.run(context)
        order.push('slow')
        return result
      },
      quick: ({ session }) => {
        order.push(`quick of ${session.id === first ? 'the same' : 'another'} session`)
        return done()
      },
      id: ({ session }) => ({
        kind: 'rows',
        typeId: 0x1000,
        columns: [textColumn('ID')],
        rows: [[session.id]],
      }),
    })
    const [mine, other] = [await connect(url), await connect(url)]
    const first = (await execute(mine, 'id')).rows[0]?.['ID']
    const running = execute(mine, 'slow')
    const waiting = execute(mine, 'quick')
    await execute(other, 'quick')
    slow.release()
    await Promise.all([running, waiting])
    expect(order).toEqual(['quick of another session', 'slow', 'quick of the same session'])
  })

  test('end with what runs in them', async () => {
    const slow = held()
    const started = deferred()
    const { url, engineLog } = await served({
      slow: (context) => {
        started.resolve()
        return slow.run(context)
      },
    })
    const connection = await connect(url)
    const failed = failure(execute(connection, 'slow'))
    await started.promise
    await destroy(connection)
    expect(await failed).toMatchObject({ code: '000604' })
    expect(engineLog).toEqual(['connect', 'ROLLBACK', 'close'])
    expect(await failure(execute(connection, 'slow'))).toMatchObject({ code: 407002 })
  })
})
