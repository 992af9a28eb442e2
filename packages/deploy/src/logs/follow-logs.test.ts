import { describe, expect, test } from 'vitest'
import { ScriptedLogs, type ScriptedLogsOptions } from '../testing/scripted-logs.ts'
import { missingObject, ScriptedRunner } from '../testing/scripted-runner.ts'
import { followLogs, type LogEvent, type LogsOptions, nextPause, readLogs } from './follow-logs.ts'

/** Follows service S: each step does something to its containers, and is told what was printed until then. */
async function follow(
  logs: ScriptedLogs,
  options: Partial<LogsOptions>,
  ...steps: readonly (() => void)[]
): Promise<string[]> {
  const stop = new AbortController()
  const printed: string[] = []
  const events = followLogs(logs, {
    services: ['S'],
    signal: stop.signal,
    longestPauseMs: 5,
    ...options,
  })
  const wait = async (): Promise<void> => {
    try {
      await looks(logs, 1)
      for (const step of steps) {
        step()
        await looks(logs, 2)
      }
    } finally {
      stop.abort()
    }
  }
  const waited = wait()
  for await (const event of events) printed.push(printEvent(event))
  await waited
  return printed
}

/** Until so many looks have begun; each is over before a timer fires. */
async function looks(logs: ScriptedLogs, count: number): Promise<void> {
  const end = logs.looks + count
  while (logs.looks < end) await new Promise((resolve) => setTimeout(resolve, 1))
}

function printEvent({ type, instance, container, text }: LogEvent): string {
  const from = `${container}/${instance}`
  return type === 'line' ? `${from} ${text}` : `${from} … ${text.replace(/ after \S+Z/, '')}`
}

const MISSING = 'lines may be missing here: the account keeps only so much of a log'

function started(
  options: ScriptedLogsOptions = {},
  ...containers: readonly string[]
): ScriptedLogs {
  const logs = new ScriptedLogs(options)
  for (const container of containers) logs.start(container)
  return logs
}

describe('followLogs()', () => {
  test.each<[string, ScriptedLogsOptions]>([
    ['as it asks', {}],
    ['of whole seconds', { wholeSeconds: true }],
    ['without times', { plainOnly: true }],
  ])('gives each line once, from answers %s', async (_, options) => {
    const logs = started(options, '0/api')
    logs.print('0/api', 'one', 'two')
    const printed = await follow(
      logs,
      {},
      () => logs.print('0/api', 'two', '', 'three'),
      () => logs.sleep(5000),
      () => logs.print('0/api', 'four'),
      () => {
        logs.sleep(300)
        logs.print('0/api', 'four')
      },
    )
    const texts = ['one', 'two', 'two', '', 'three', 'four', 'four']
    expect(printed).toEqual(texts.map((text) => `api/0 ${text}`))
  })

  test('reads the rest of a run that ended, then the new one, whoever waits in between', async () => {
    const logs = started({}, '0/api')
    const printed = await follow(
      logs,
      {},
      () => logs.print('0/api', 'begins'),
      () => {
        logs.print('0/api', 'last words')
        logs.end('0/api')
      },
      () => {
        logs.start('0/api')
        logs.print('0/api', 'begins')
      },
      () => {
        logs.print('0/api', 'replaced')
        logs.end('0/api')
        logs.start('0/api', { replaced: true })
        logs.print('0/api', 'is new')
      },
    )
    expect(printed).toEqual(
      ['begins', 'last words', 'begins', 'replaced', 'is new'].map((text) => `api/0 ${text}`),
    )
  })

  test('reads what a run printed that nobody saw running', async () => {
    const logs = started({}, '0/api')
    const printed = await follow(
      logs,
      {},
      () => {
        logs.print('0/api', 'Error: no PORT')
        logs.start('0/api')
      },
      () => {
        logs.print('0/api', 'Error: no HOST')
        logs.start('0/api')
      },
    )
    expect(printed).toEqual(['api/0 Error: no PORT', 'api/0 Error: no HOST'])
  })

  test('says where lines may be missing, once', async () => {
    const logs = started({ room: 100_000, forgetsReplaced: true }, '0/api', '1/api')
    const lines = Array.from({ length: 1200 }, (_, index) => `${index} ${'x'.repeat(100)}`)
    const printed = await follow(
      logs,
      {},
      () => logs.print('1/api', 'before'),
      () => logs.print('1/api', ...lines),
      () => logs.print('1/api', 'after'),
      () => logs.print('0/api', 'old'),
      () => logs.start('0/api', { replaced: true }),
      () => logs.print('0/api', 'new'),
    )
    expect(printed[0]).toBe('api/1 before')
    expect(printed[1]).toBe(`api/1 … ${MISSING}`)
    expect(printed[2]).not.toContain('api/1 0 ')
    expect(printed.slice(-4)).toEqual([
      'api/1 after',
      'api/0 old',
      `api/0 … ${MISSING}`,
      'api/0 new',
    ])
    expect(printed.filter((line) => line.includes('…'))).toHaveLength(2)
  })

  test('says that runs between two looks are lost', async () => {
    const logs = started({}, '0/api')
    const printed = await follow(
      logs,
      {},
      () => logs.print('0/api', 'one'),
      () => {
        for (const text of ['two', 'three', 'four']) {
          logs.start('0/api')
          logs.print('0/api', text)
        }
      },
    )
    expect(printed).toEqual(['api/0 one', `api/0 … ${MISSING}`, 'api/0 four'])
  })

  test('takes up containers that appear, in the order of their times', async () => {
    const logs = started({}, '0/api')
    const printed = await follow(
      logs,
      {},
      () => {
        logs.start('1/api')
        logs.start('1/proxy')
        logs.print('1/api', 'a')
        logs.print('1/proxy', 'b')
        logs.print('0/api', 'c')
        logs.print('1/api', 'd')
      },
      () => logs.print('1/proxy', 'e'),
    )
    expect(printed).toEqual(['api/1 a', 'proxy/1 b', 'api/0 c', 'api/1 d', 'proxy/1 e'])
  })

  test('begins with the newest lines, or at a time, and with the run before where that is asked for', async () => {
    const logs = started({}, '0/api')
    logs.print('0/api', 'old')
    logs.start('0/api')
    logs.print('0/api', 'one', 'two', 'three')
    const more = (): void => logs.print('0/api', 'more')
    expect(await follow(logs, { lines: 2, previous: true }, more)).toEqual([
      'api/0 old',
      'api/0 two',
      'api/0 three',
      'api/0 more',
    ])
    expect(await follow(logs, { lines: 0 }, more)).toEqual(['api/0 more'])
    const since = '2026-01-01T00:01:00.000000000Z'
    expect(
      await follow(logs, { since }, () => {
        logs.sleep(60_000)
        logs.print('0/api', 'late')
      }),
    ).toEqual(['api/0 late'])
  })

  test('loses and doubles nothing whatever happens when', async () => {
    const random = seeded(7)
    const names = ['0/api', '0/proxy', '1/api', '1/proxy']
    const logs = started({ wholeSeconds: true }, ...names)
    let number = 0
    const steps = Array.from({ length: 40 }, () => () => {
      if (random() < 0.2) logs.unreachable = Math.ceil(random() * 6)
      for (const name of names) {
        const chance = random()
        for (let count = random() * 20; count > 0; count -= 1) logs.print(name, `${number++}`)
        logs.sleep(random() * 900)
        if (chance < 0.1) logs.start(name)
        else if (chance < 0.2) logs.start(name, { replaced: true })
        for (let count = random() * 3; count > 0; count -= 1) logs.print(name, `${number++}`)
      }
    })
    const printed = await follow(logs, {}, ...steps)
    const numbers = printed.map((line) => Number(line.split(' ')[1]))
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: number }, (_, n) => n))
  })

  test('ends at once by its signal, whatever a statement waits for', async () => {
    const hanging = new ScriptedRunner()
    hanging.execute = () => new Promise(() => {})
    const stop = new AbortController()
    const next = followLogs(hanging, { services: ['S'], signal: stop.signal }).next()
    stop.abort()
    expect(await next).toEqual({ done: true, value: undefined })
  })

  test('gives up on an account that is not reached any more', async () => {
    const logs = started({}, '0/api')
    await expect(follow(logs, {}, () => void (logs.unreachable = Infinity))).rejects.toMatchObject({
      code: 'UNREACHABLE',
    })
  })

  test('names a service that is not there', async () => {
    const runner = new ScriptedRunner({ 'SHOW SERVICE CONTAINERS': missingObject() })
    await expect(followLogs(runner, { services: ['S'] }).next()).rejects.toMatchObject({
      code: 'SERVICE_MISSING',
    })
  })
})

describe('readLogs()', () => {
  test('gives the newest lines of the current run, or of the one before', async () => {
    const logs = started({}, '0/api', '1/api')
    logs.print('0/api', 'old')
    logs.start('0/api')
    logs.print('0/api', 'one', 'two')
    logs.print('1/api', 'three')
    const read = async (options: Partial<LogsOptions>): Promise<string[]> =>
      (await readLogs(logs, { services: ['S'], ...options })).map(printEvent)
    expect(await read({ lines: 1 })).toEqual(['api/0 two', 'api/1 three'])
    expect(await read({ instances: ['1'] })).toEqual(['api/1 three'])
    expect(await read({ containers: ['proxy'] })).toEqual([])
    expect(await read({ previous: true })).toEqual([
      'api/1 … there is no run before this one',
      'api/0 old',
    ])
  })
})

describe('nextPause()', () => {
  test.each([
    ['grows while nothing comes', [100, 0, 100], 150],
    ['is as long as 20 KB take', [1000, 100_000, 1000], 200],
    ['is never nothing', [100, 10_000_000, 100], 50],
  ] as const)('%s', (_, [lastMs, bytes, elapsedMs], pause) => {
    expect(nextPause(lastMs, bytes, elapsedMs)).toBe(pause)
  })
})

/** Numbers between 0 and 1, the same in each run of the test. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}
