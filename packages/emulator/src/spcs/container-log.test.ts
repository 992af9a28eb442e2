import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/test-account.ts'
import { ContainerLog } from './container-log.ts'
import { logTime, maybeParseLogTime } from './log-time.ts'

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

  test('gives each line a later time than the one before, over runs too', () => {
    const { log, clock } = logInDirectory()
    log.write('stdout', 'one\ntwo\n')
    clock.time = '2025-12-31T23:59:59.999Z' // a clock that is put back
    log.write('stderr', 'three\n')
    log.startRun()
    log.write('stdout', 'four\n')
    clock.time = '2026-01-01T00:00:00.001Z'
    log.write('stdout', 'five\n')
    expect(log.read({ previous: true, withTimes: true }) + log.read({ withTimes: true })).toBe(
      [
        '2026-01-01T00:00:00.000000000Z one',
        '2026-01-01T00:00:00.000000001Z two',
        '2026-01-01T00:00:00.000000002Z three',
        '2026-01-01T00:00:00.000000003Z four',
        '2026-01-01T00:00:00.001000000Z five',
        '',
      ].join('\n'),
    )
  })

  test('tells who gives the time of the last line what came after it', () => {
    const { log } = logInDirectory()
    log.write('stdout', 'one\ntwo\nthree\n')
    const [, two = ''] = log.read({ withTimes: true }).split('\n')
    const since = maybeParseLogTime(two.split(' ')[0] ?? '')
    expect(log.read({ since })).toBe('three\n')
    expect(log.read({ since, lines: 5 })).toBe('three\n')
  })

  test('gives no more than 100 KB, times and all, the newest', () => {
    const { log } = logInDirectory()
    const filler = 'ü'.repeat(50)
    for (let index = 0; index < 2000; index++) log.write('stdout', `${filler} ${index}\n`)
    for (const withTimes of [true, false]) {
      const text = log.read({ withTimes, since: 0n })
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(100 * 1024)
      expect(Buffer.byteLength(text)).toBeGreaterThan(99 * 1024)
      expect(text.endsWith('ü 1999\n')).toBe(true)
    }
  })

  test('of a run that is awaited is empty, and its previous one the one that was', () => {
    const { log } = logInDirectory()
    log.awaitRun()
    expect([log.read(), log.read({ previous: true })]).toEqual(['', ''])
    log.startRun()
    log.write('stdout', 'first\n')
    for (let times = 0; times < 3; times++) log.awaitRun()
    expect([log.read(), log.read({ previous: true })]).toEqual(['', 'first\n'])
    log.write('stderr', 'no image\n')
    expect([log.read(), log.read({ previous: true })]).toEqual(['no image\n', 'first\n'])
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
