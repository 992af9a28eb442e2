import { describe, expect, test } from 'vitest'
import { type Doing, translateDriverError } from './driver-error.ts'
import { SessionError, type SessionErrorCode } from './errors.ts'

describe('translateDriverError()', () => {
  test.each<[Doing, object, SessionErrorCode]>([
    ['connect', { code: '390100' }, 'LOGIN_REJECTED'],
    ['connect', { code: '390144' }, 'LOGIN_REJECTED'],
    ['connect', { code: '394304' }, 'LOGIN_REJECTED'],
    ['connect', { code: '390318' }, 'TOKEN_REJECTED'],
    ['connect', { code: '394400' }, 'TOKEN_REJECTED'],
    ['connect', { code: '390114' }, 'TOKEN_REJECTED'],
    ['connect', { code: 401001 }, 'UNREACHABLE'],
    ['connect', { code: 404007 }, 'OPTION_INVALID'],
    ['run statement', { code: '390114' }, 'SESSION_EXPIRED'],
    ['run statement', { code: 407002, sqlState: '08003' }, 'SESSION_EXPIRED'],
    ['run statement', { code: '000604', sqlState: '57014' }, 'CANCELLED'],
    ['run statement', { code: '001003', sqlState: '42000' }, 'SQL_FAILED'],
    ['run statement', { code: '000606', sqlState: '57P03' }, 'SQL_FAILED'],
    ['run statement', {}, 'DRIVER_FAILED'],
  ])('%s, %j → %s', (doing, fields, code) => {
    const error = Object.assign(new Error('what the driver said.'), fields)
    expect(translateDriverError(error, doing)).toMatchObject({
      code,
      message: expect.stringMatching(`^Cannot ${doing}: .*what the driver said$`),
      cause: error,
    })
  })

  test('keeps Snowflake’s code, SQLSTATE, message and query id', () => {
    const error = Object.assign(new Error('SQL compilation error:\nsyntax error line 1.'), {
      code: '001003',
      sqlState: '42000',
      data: { queryId: 'q1' },
    })
    expect(translateDriverError(error, 'run statement')).toMatchObject({
      message: 'Cannot run statement: 001003 (42000): SQL compilation error:\nsyntax error line 1',
      snowflakeCode: '001003',
      sqlState: '42000',
      snowflakeMessage: 'SQL compilation error:\nsyntax error line 1.',
      queryId: 'q1',
    })
  })

  test('passes a SessionError on as it is', () => {
    const error = new SessionError('CANCELLED', 'Cannot run statement: it was cancelled')
    expect(translateDriverError(error, 'run statement')).toBe(error)
  })
})
