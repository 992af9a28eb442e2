import { describe, expect, test } from 'vitest'
import { requestHeaders } from './request-headers.ts'

const IDENTITY = ['Sf-Context-Current-User', 'DEV']

describe('requestHeaders()', () => {
  test.each<[rule: string, sent: string[], kept: string[]]>([
    [
      'keeps what is no concern of the platform',
      ['Host', 'e1.localhost:8085', 'X-Own', '1'],
      ['Host', 'e1.localhost:8085', 'X-Own', '1'],
    ],
    ['keeps a header that comes twice', ['X-Own', '1', 'x-own', '2'], ['X-Own', '1', 'x-own', '2']],
    ['removes a forged user', ['Sf-Context-Current-User', 'ADMIN'], []],
    ['removes a forged user in any case', ['sF-CONTEXT-current-USER', 'ADMIN'], []],
    ['removes a forged user with underscores', ['Sf_Context_Current_User', 'ADMIN'], []],
    ['removes a forged token', ['Sf-Context-Current-User-Token', 't'], []],
    ['removes anything else of that name', ['Sf-Context-Other', 't'], []],
    ['removes X-SF-SPCS-Authorization', ['X-SF-SPCS-Authorization', 't'], []],
    ['removes a token of Snowflake', ['Authorization', 'Snowflake Token="t"'], []],
    ['removes it without quotes', ['authorization', 'snowflake token=t'], []],
    [
      'keeps an Authorization of the service',
      ['Authorization', 'Bearer t'],
      ['Authorization', 'Bearer t'],
    ],
    [
      'keeps cookies of the service',
      ['Cookie', 'a=1; spcs-endpoint=t; b=2'],
      ['Cookie', 'a=1; b=2'],
    ],
    ['removes a Cookie header without others', ['Cookie', 'spcs-endpoint=t'], []],
    [
      'keeps a cookie of a longer name',
      ['Cookie', 'spcs-endpoint-2=t'],
      ['Cookie', 'spcs-endpoint-2=t'],
    ],
    [
      'removes what is for this hop',
      ['Connection', 'keep-alive, X-Hop', 'Keep-Alive', '5', 'X-Hop', '1', 'TE', 'trailers'],
      [],
    ],
    [
      'keeps what says where the request ends, whatever Connection names',
      ['Connection', 'Content-Length, Host', 'Host', 'h', 'Content-Length', '5'],
      ['Host', 'h', 'Content-Length', '5'],
    ],
    ['removes Expect, which is answered', ['Expect', '100-continue'], []],
    ['goes on in chunks', ['Transfer-Encoding', 'chunked'], ['Transfer-Encoding', 'chunked']],
  ])('%s', (_rule, sent, kept) => {
    expect(requestHeaders(sent, { user: 'DEV' })).toEqual([...kept, ...IDENTITY])
  })

  test('adds the token of the caller', () => {
    expect(requestHeaders([], { user: 'DEV', callerToken: 't' })).toEqual([
      ...IDENTITY,
      'Sf-Context-Current-User-Token',
      't',
    ])
  })

  test('asks for a WebSocket again', () => {
    const sent = ['Connection', 'keep-alive, Upgrade', 'Upgrade', 'websocket']
    const kept = ['Connection', 'Upgrade', 'Upgrade', 'websocket', ...IDENTITY]
    expect(requestHeaders(sent, { user: 'DEV' }, { isUpgrade: true })).toEqual(kept)
  })

  test('says that a POST without a body has none', () => {
    const kept = ['Content-Length', '0', ...IDENTITY]
    expect(requestHeaders([], { user: 'DEV' }, { method: 'POST' })).toEqual(kept)
  })

  test('writes any name in one line of bytes', () => {
    const [, name = ''] = requestHeaders([], { user: 'Jörg\r\nX: 1' })
    expect(Buffer.from(name, 'latin1').toString('utf8')).toBe('Jörg%0D%0AX: 1')
  })
})
