import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/test-account.ts'
import { ContainerLog } from './container-log.ts'
import { logTime } from './log-time.ts'

describe('ContainerLog', () => {
  test('puts lines together however they arrive, each stream by itself', () => {
    const { log } = logInDirectory()
    log.write('stdout', 'one\ntw')
    log.write('stderr', 'oops\r\n')
    log.write('stdout', 'o\nthree')
    expect(log.read()).toBe('one\noops\ntwo\n')
    log.endRun()
    expect(log.read()).toBe('one\noops\ntwo\nthree\n')
  })

  test('gives the newest lines, those after a time, and times in front', () => {
    const { log, clock } = logInDirectory()
    log.write('stdout', 'one\n')
    clock.time = '2026-01-01T00:00:01.500Z'
    log.write('stdout', 'two\nthree\n')
    expect(log.read({ lines: 1 })).toBe('three\n')
    expect(log.read({ lines: 0 })).toBe('')
    expect(log.read({ since: logTime(Date.parse('2026-01-01T00:00:01Z')) })).toBe('two\nthree\n')
    expect(log.read({ lines: 1, withTimes: true })).toBe('2026-01-01T00:00:01.500000001Z three\n')
  })

  test('keeps the run before the current one', () => {
    const { log } = logInDirectory()
    log.write('stdout', 'first run\n')
    log.startRun()
    log.write('stdout', 'second run\n')
    expect(log.read()).toBe('second run\n')
    expect(log.read({ previous: true })).toBe('first run\n')
    log.startRun()
    expect([log.read(), log.read({ previous: true })]).toEqual(['', 'second run\n'])
  })

  test('forgets the oldest beyond 100 KB, cuts endless lines, and bounds its file', () => {
    const { log, path } = logInDirectory()
    const line = 'x'.repeat(1023)
    for (let index = 0; index < 5000; index += 1) log.write('stdout', `${line}\n`)
    expect(log.read()).toHaveLength(100 * 1024)
    expect(existsSync(`${path}.old`)).toBe(true)
    expect(readFileSync(path, 'utf8').length).toBeLessThan(4.2 * 1024 * 1024)
    log.write('stderr', 'y'.repeat(20_000))
    expect(log.read({ lines: 1 })).toBe(`${'y'.repeat(20_000)}\n`)
  })
})

function logInDirectory() {
  const path = join(temporaryDirectory(), 'logs', 'container.log')
  const clock = { time: '2026-01-01T00:00:00.000Z' }
  return { log: new ContainerLog(path, () => new Date(clock.time)), clock, path }
}
