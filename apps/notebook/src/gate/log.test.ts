import { describe, expect, test } from 'vitest'
import {
  ALICE,
  CHANGE,
  listening,
  signIn,
  testApp,
  TestSocket,
  TOKEN,
} from '../testing/test-app.ts'
import { fakeNotebooks } from '../testing/fake-notebooks.ts'
import { scrub } from './log.ts'

const CALLER_TOKEN = 'caller-token-abcdefgh'

describe('the log', () => {
  test('at level trace holds no token, cookie, authorization or query, also when things go wrong (CVE-2022-24757, CVE-2022-24758)', async () => {
    const notebooks = fakeNotebooks(undefined, {
      wholeOutput: async () => {
        throw new Error(`broken with ${TOKEN} and Authorization: Snowflake Token="${CALLER_TOKEN}"`)
      },
      open: async () => {
        throw new Error(`broken with cookie: session=${CALLER_TOKEN}`)
      },
    })
    const { app, log } = testApp({ logLevel: 'trace' }, { notebooks })
    app.addHook('onRequest', async (request) => request.log.info({ req: request }, 'seen'))
    const cookie = await signIn(app)
    const session = cookie.split('=')[1] ?? ''
    const headers = {
      host: '127.0.0.1',
      cookie,
      authorization: `Bearer ${CALLER_TOKEN}`,
      'sf-context-current-user-token': CALLER_TOKEN,
    }
    const failed = await app.inject({
      url: `/api/notebooks/output?path=a.ipynb&cell=query-text&token=${TOKEN}`,
      headers,
    })
    expect(failed.statusCode).toBe(500)
    await app.inject({ url: '/nowhere?query-text', headers })
    await app.inject({
      method: 'POST',
      url: '/api/notebooks?query-text',
      headers: { ...headers, ...CHANGE },
      payload: '{',
    })
    const host = await listening(app)
    const cookieHere = cookie.replace('-0=', `-${new URL(`http://${host}`).port}=`)
    const socket = new TestSocket(`ws://${host}/api/notebook-socket?path=query-text`, {
      ...headers,
      cookie: cookieHere,
      origin: `http://${host}`,
      host,
    })
    await socket.send({ type: 'hello', protocol: 1, clientId: 'c', epoch: null, sequence: 0 })
    await socket.closed
    const text = log.join('')
    expect(text).toContain('"path":"/api/notebooks/output"')
    expect(text).toContain('cannot answer')
    expect(text).toContain('notebook cannot be opened')
    for (const secret of [TOKEN, session, CALLER_TOKEN, 'query-text']) {
      expect(text).not.toContain(secret)
    }
  })

  test('error bodies carry an id, which the log has too, and nothing else (CVE-2023-49080)', async () => {
    const notebooks = fakeNotebooks(undefined, {
      wholeOutput: async () => {
        throw new Error('broken at /secret/place')
      },
    })
    const { app, log } = testApp({ identity: { mode: 'ingress' } }, { notebooks })
    const { body, headers } = await app.inject({
      url: '/api/notebooks/output?path=a.ipynb&cell=c',
      headers: ALICE,
    })
    const { error, ...rest } = JSON.parse(body)
    expect(rest).toEqual({ code: 'INTERNAL' })
    const id = /^Cannot answer: internal error ([\da-f-]{36})$/.exec(error)?.[1]
    expect(log.some((line) => line.includes(String(id)))).toBe(true)
    expect(headers['content-type']).toMatch(/^application\/json/)
  })

  test('health checks leave no line', async () => {
    const { app, log } = testApp()
    await app.inject('/health')
    expect(log.filter((line) => line.includes('health'))).toEqual([])
  })
})

describe('scrub()', () => {
  test.each([
    ['GET /?token=abc&x=1', 'GET /?token=[hidden]&x=1'],
    ['{"authorization":"Basic YWJj"}', '{"authorization":"[hidden]"}'],
    ['Snowflake Token=\\"abc.def\\"', 'Snowflake Token=\\"[hidden]\\"'],
    ['{"set-cookie":"a=b; Path=/"}', '{"set-cookie":"[hidden]"}'],
    ['{"msg":"nothing here"}', '{"msg":"nothing here"}'],
    ['s3cret and s3cret', '[hidden] and [hidden]'],
  ])('%s', (line, expected) => {
    expect(scrub(line, ['s3cret', ''])).toBe(expected)
  })
})
