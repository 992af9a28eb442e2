import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { printLogLine } from './print-log-line.ts'

const TIMESTAMP = '2026-01-02T03:04:05.067Z'
const at = new Date(TIMESTAMP)
const TIME = `${at.toTimeString().slice(0, 8)}.067`

describe('printLogLine()', () => {
  test('is one line: local time, severity, message, attributes', () => {
    const attributes = { function: 'CONVERT_UDF', rows: 4, text: 'two words', none: '', list: [1] }
    const line = print({ severity_text: 'INFO', attributes, body: 'a batch' })
    expect(line).toBe(
      `${TIME} INFO  a batch function=CONVERT_UDF rows=4 text="two words" none="" list=[1]\n`,
    )
  })

  test('has the stack of an error below', () => {
    const attributes = {
      'exception.type': 'Error',
      'exception.message': 'no',
      'exception.stacktrace': 'Error: no\n    at here',
      'exception.hint': 'Try again',
      row: 1,
    }
    expect(print({ severity_text: 'ERROR', attributes, body: 'failed' })).toBe(
      `${TIME} ERROR failed exception.hint="Try again" row=1\n  Error: no\n      at here\n`,
    )
  })

  test('has no colours when NO_COLOR is set', () => {
    vi.stubEnv('NO_COLOR', '1')
    const record = { severity_text: 'WARN', timestamp: TIMESTAMP, attributes: {}, body: 'x' }
    expect(printLogLine(JSON.stringify(record))).toBe(`${TIME} WARN  x\n`)
  })
})

function print(record: object): string {
  return stripVTControlCharacters(printLogLine(JSON.stringify({ timestamp: TIMESTAMP, ...record })))
}
