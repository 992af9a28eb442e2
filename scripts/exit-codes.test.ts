import { readFileSync } from 'node:fs'
import { CodedError } from '@spcs/errors'
import { describe, expect, test } from 'vitest'
import { EXIT_CODES, exitCodeOf } from './exit-codes.ts'

describe('EXIT_CODES', () => {
  test('stand in the README, each with its number', () => {
    const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
    const [, section = ''] = readme.split('## Exit codes')
    const rows = [...section.matchAll(/^\| (\d+) +\| (.*?) +\|/gm)]
    const told = rows.flatMap(([, number, codes = '']) =>
      [...codes.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => [code, Number(number)] as const),
    )
    expect(Object.fromEntries(told)).toEqual(EXIT_CODES)
    expect(told).toHaveLength(Object.keys(EXIT_CODES).length)
    const numbers = rows.map(([, number]) => Number(number))
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
    expect(numbers).toEqual(expect.arrayContaining([0, 1, 2]))
  })
})

describe('exitCodeOf()', () => {
  test('is that of the nearest error that has one', () => {
    const login = new CodedError('LOGIN_REJECTED', 'Cannot connect')
    expect(exitCodeOf(login)).toBe(11)
    expect(exitCodeOf(new CodedError('STEP_FAILED', 'Cannot deploy', { cause: login }))).toBe(11)
    expect(exitCodeOf(new CodedError('STEP_FAILED', 'Cannot deploy'))).toBe(1)
    expect(exitCodeOf(new TypeError('a bug of ours'))).toBe(1)
  })
})
