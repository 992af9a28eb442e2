import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { connect, type Session } from './session.ts'
import { column, QUERY_ID, WireAccount } from './testing/wire-account.ts'

let account: WireAccount
let session: Session

beforeEach(async () => {
  account = await WireAccount.start()
  session = await account.connect()
})

afterEach(async () => {
  await session.close()
  await account.stop()
})

describe('connect()', () => {
  test('sends user, password and context in the login, and no telemetry', () => {
    expect(account.logins[0]?.url.searchParams.get('roleName')).toBe('CONTAINER_USER_ROLE')
    expect(account.logins[0]?.body).toMatchObject({
      data: { ACCOUNT_NAME: 'LOCAL', LOGIN_NAME: 'DEVELOPER', PASSWORD: 'secret' },
    })
    expect(account.paths).not.toContain('/telemetry/send')
  })

  test('signs in as a container with the token that the file holds now', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'session-'))
    const environment = {
      SPCS_SESSION_DIR: folder,
      SNOWFLAKE_HOST: '127.0.0.1',
      SNOWFLAKE_PORT: String(account.port),
      SNOWFLAKE_PROTOCOL: 'http',
      SNOWFLAKE_ACCOUNT: 'LOCAL',
    }
    for (const token of ['first', 'second']) {
      await writeFile(join(folder, 'token'), token)
      await using container = await connect({}, environment)
      await container.execute('SELECT 1')
    }
    await rm(folder, { recursive: true })
    expect(account.logins.slice(1).map(({ body }) => body)).toMatchObject([
      { data: { AUTHENTICATOR: 'OAUTH', TOKEN: 'first' } },
      { data: { AUTHENTICATOR: 'OAUTH', TOKEN: 'second' } },
    ])
  })

  test('reaches a local account past any proxy', async () => {
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1')
    vi.stubEnv('NO_PROXY', 'example.com')
    await using direct = await account.connect()
    expect((await direct.execute('SELECT 1')).rows).toEqual([[1]])
    expect(process.env['NO_PROXY']).toMatch(/^example\.com,/)
    vi.unstubAllEnvs()
  })

  test('says LOGIN_REJECTED with Snowflake’s own code for a wrong password', async () => {
    await expect(account.connect({ password: 'wrong' })).rejects.toMatchObject({
      code: 'LOGIN_REJECTED',
      snowflakeCode: '390100',
      message: 'Cannot connect: Incorrect username or password was specified',
    })
  })

  test('says UNREACHABLE when nothing listens there', async () => {
    const closed = await WireAccount.start()
    await closed.stop()
    await expect(closed.connect()).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})

describe('Session.execute()', () => {
  test('gives exact values of every type', async () => {
    account.answers.set('SELECT ALL TYPES', {
      rowtype: [
        column('SMALL', 'fixed', 0),
        column('BIG', 'fixed', 0),
        column('MONEY', 'fixed', 2),
        column('LONG', 'fixed', 9),
        column('F', 'real'),
        column('T', 'text'),
        column('B', 'boolean'),
        column('D', 'date'),
        column('BIN', 'binary'),
        column('V', 'variant'),
        column('A', 'array'),
      ],
      rowset: [
        [
          '42',
          '12345678901234567890',
          '12.30',
          '12345678901234567890.123456789',
          'inf',
          'text',
          '1',
          '19723',
          'CAFE',
          '{"id":9007199254740993}',
          '[1,undefined]',
        ],
        [null, null, null, null, null, null, null, null, null, null, null],
      ],
    })
    const result = await session.execute('SELECT ALL TYPES')
    expect(result.rows).toEqual([
      [
        42,
        12345678901234567890n,
        12.3,
        '12345678901234567890.123456789',
        Number.POSITIVE_INFINITY,
        'text',
        true,
        expect.any(Date),
        expect.any(Uint8Array),
        { id: 9007199254740993n },
        [1, null],
      ],
      [null, null, null, null, null, null, null, null, null, null, null],
    ])
    expect(result.rows[0]?.[7]).toEqual(new Date('2024-01-01'))
    expect(Buffer.from(Object(result.rows[0]?.[8])).toString('hex')).toBe('cafe')
    expect(result.columns[1]).toEqual({
      name: 'BIG',
      type: 'NUMBER',
      nullable: true,
      precision: 38,
      scale: 0,
    })
    expect(result.queryId).toBe(QUERY_ID)
    expect(result.rowsAffected).toBeUndefined()
  })

  test('counts the rows that an UPDATE changed', async () => {
    account.answers.set('UPDATE T', {
      rowtype: [column('number of rows updated', 'fixed', 0)],
      rowset: [['3']],
      statementTypeId: 12800,
    })
    expect((await session.execute('UPDATE T')).rowsAffected).toBe(3)
  })

  test('sends binds that the driver alone would refuse or change', async () => {
    await session.execute('SELECT ?', {
      binds: [2n ** 64n, Number.NaN, new Uint8Array([1, 255]), null],
    })
    expect(account.statements.at(-1)?.['bindings']).toEqual({
      '1': { type: 'TEXT', value: '18446744073709551616' },
      '2': { type: 'TEXT', value: 'NaN' },
      '3': { type: 'TEXT', value: '01FF' },
      '4': { type: 'TEXT', value: null },
    })
  })

  test('says SQL_FAILED with code, SQLSTATE and query id', async () => {
    await expect(session.execute('SELECT FROM NOWHERE')).rejects.toMatchObject({
      code: 'SQL_FAILED',
      snowflakeCode: '002003',
      sqlState: '42S02',
      queryId: QUERY_ID,
      snowflakeMessage: "Object 'NOWHERE' does not exist or not authorized.",
    })
  })

  test('waits for a result that is still in progress', async () => {
    const running = session.execute('SELECT SLOW')
    await account.slowAsked
    account.finishSlow()
    expect((await running).rows).toEqual([[1]])
  })

  test('is cancelled by its signal', async () => {
    const stop = new AbortController()
    const running = session.execute('SELECT SLOW', { signal: stop.signal })
    await account.slowAsked
    stop.abort()
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(account.paths).toContain(`/queries/v1/abort-request`)
  })

  test('does not start when its signal has fired', async () => {
    const before = account.statements.length
    const signal = AbortSignal.abort()
    await expect(session.execute('SELECT 1', { signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    expect(account.statements).toHaveLength(before)
  })
})

describe('Session.openResult()', () => {
  test('gives the columns before the rows', async () => {
    const result = await session.openResult('SELECT CHUNKS')
    expect(result).toMatchObject({ queryId: QUERY_ID, rowsAffected: undefined })
    expect(result.columns).toHaveLength(1)
    const [reader] = result.readers
    const seen: unknown[] = []
    for await (const rows of result.batches) {
      for (const [cell = null] of rows) seen.push([reader?.toValue(cell), reader?.toText(cell)])
    }
    expect(seen).toEqual([
      [1, '1'],
      [2, '2'],
      [3, '3'],
    ])
  })

  test('ends when its signal fires between two rows', async () => {
    const stop = new AbortController()
    const { batches } = await session.openResult('SELECT CHUNKS', { signal: stop.signal })
    const read = async (): Promise<void> => {
      for await (const rows of batches) if (rows[0]?.[0] === '1') stop.abort()
    }
    await expect(read()).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('Session.stream()', () => {
  test('yields rows across chunks in order', async () => {
    const seen: unknown[] = []
    for await (const row of session.stream('SELECT CHUNKS')) seen.push(row)
    expect(seen).toEqual([[1], [2], [3]])
  })

  test('may be left early', async () => {
    for await (const row of session.stream('SELECT CHUNKS')) {
      expect(row).toEqual([1])
      break
    }
    expect((await session.execute('SELECT 1')).rows).toEqual([[1]])
  })
})

describe('Session.cancel()', () => {
  test('asks Snowflake to cancel a query of another session', async () => {
    await session.cancel(QUERY_ID)
    expect(account.statements.at(-1)?.['sqlText']).toBe(`SELECT SYSTEM$CANCEL_QUERY('${QUERY_ID}')`)
  })
})

describe('Session.putFile()', () => {
  test('uploads the file as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'session-'))
    const path = join(folder, 'spec.yaml')
    await writeFile(path, 'spec: {}\n')
    account.answers.set('PUT', account.uploadTo(path))
    await session.putFile(path, '@DB.PUBLIC.SPECS')
    await rm(folder, { recursive: true })
    expect(account.uploads).toEqual({ '/stage/bucket/SPECS/spec.yaml': 'spec: {}\n' })
    expect(account.statements.at(-1)?.['sqlText']).toBe(
      `PUT 'file://${path}' '@DB.PUBLIC.SPECS' AUTO_COMPRESS = FALSE OVERWRITE = TRUE`,
    )
  })

  test('says PUT_FAILED for a file that is not there', async () => {
    const path = join(tmpdir(), 'spcs-no-such-file.yaml')
    account.answers.set('PUT', account.uploadTo(path))
    await expect(session.putFile(path, '@SPECS')).rejects.toMatchObject({ code: 'PUT_FAILED' })
  })
})

describe('Session.registryCredentials()', () => {
  test('gives the session token as the registry wants it', async () => {
    const credentials = session.registryCredentials(`127.0.0.1:${account.port}/db/public/repo`)
    expect(credentials).toMatchObject({ host: `127.0.0.1:${account.port}`, user: '0sessiontoken' })
    const { token, expires_in } = JSON.parse(await credentials.token())
    expect(token).toBe('session-token-1')
    expect(expires_in).toBeGreaterThan(3500)
  })
})

describe('Session.close()', () => {
  test('logs out once and refuses further statements', async () => {
    await session.close()
    await session.close()
    expect(account.paths.filter((path) => path === '/session')).toHaveLength(1)
    await expect(session.execute('SELECT 1')).rejects.toMatchObject({ code: 'SESSION_EXPIRED' })
  })

  test('is done when the account has gone', async () => {
    await account.stop()
    await expect(session.close()).resolves.toBeUndefined()
  })
})
