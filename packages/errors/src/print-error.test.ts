import { describe, expect, test } from 'vitest'
import { CodedError } from './coded-error.ts'
import { printError } from './print-error.ts'

describe('printError()', () => {
  test('prints code and message, the hint, and each cause once', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:8084')
    const error = new CodedError('CONNECT_FAILED', 'Cannot connect to "127.0.0.1:8084"', {
      hint: 'Start the local account with `npm start`',
      cause: new Error('network error', { cause: refused }),
    })
    expect(printError(error).split('\n')).toEqual([
      'CONNECT_FAILED: Cannot connect to "127.0.0.1:8084"',
      '  → Start the local account with `npm start`',
      '  because network error',
      '  because connect ECONNREFUSED 127.0.0.1:8084',
    ])
  })

  test('has log lines between sentence and hint, and indents a cause of several lines', () => {
    const error = new CodedError(
      'CRASHING',
      'Cannot start API: it ends\n  | starting\n  | no PORT',
      {
        hint: 'Correct the app',
        cause: new Error('SQL compilation error:\nobject is missing'),
      },
    )
    expect(printError(error).split('\n')).toEqual([
      'CRASHING: Cannot start API: it ends',
      '  | starting',
      '  | no PORT',
      '  → Correct the app',
      '  because SQL compilation error:',
      '    object is missing',
    ])
  })

  test('leaves out a cause that only repeats the message', () => {
    const error = new CodedError('X', 'Cannot read file: disk is gone', {
      cause: new Error('disk is gone.\n'),
    })
    expect(printError(error)).toBe('X: Cannot read file: disk is gone')
  })

  test('prints the stack of an error without a code, for it is a bug', () => {
    expect(printError(new TypeError('oops'))).toMatch(/TypeError: oops\n\s+at /)
  })

  test('prints whatever else was thrown', () => {
    expect(printError('plain text')).toBe('error: plain text')
  })
})

describe('CodedError', () => {
  test('is named for its class and keeps its cause', () => {
    class DeployError extends CodedError<'A' | 'B'> {}
    const cause = new Error('below')
    const error = new DeployError('A', 'above', { cause })
    expect(error).toMatchObject({ name: 'DeployError', code: 'A', hint: undefined, cause })
    expect('cause' in new DeployError('A', 'above')).toBe(false)
  })
})
