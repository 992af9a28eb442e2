import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ExportWarnings } from './export-warnings.ts'

describe('ExportWarnings', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  test('warns at once, then once a minute at most, with how many failed meanwhile', () => {
    const { warnings, told } = watching()
    for (let second = 0; second < 180; second++) {
      warnings.failed(new Error('refused'))
      vi.advanceTimersByTime(1000)
    }
    expect(told).toEqual(['warn 1', 'warn 60', 'warn 60'])
  })

  test('tells of the first that succeeds after a warning, and of no other', () => {
    const { warnings, told } = watching()
    warnings.succeeded()
    for (let time = 0; time < 5; time++) {
      warnings.failed(new Error('refused'))
      warnings.succeeded()
    }
    expect(told).toEqual(['warn 1', 'info'])
    vi.advanceTimersByTime(60_000)
    warnings.failed(new Error('refused'))
    expect(told).toEqual(['warn 1', 'info', 'warn 5'])
  })
})

function watching() {
  const told: string[] = []
  const logger = {
    warn: (fields: object) => void told.push(`warn ${(fields as { failures: number }).failures}`),
    info: () => void told.push('info'),
  }
  return { warnings: new ExportWarnings(logger, 'http://localhost:4317/'), told }
}
