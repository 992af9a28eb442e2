import { startEmulator } from '@spcs/emulator'
import { connect } from '@spcs/session'
import { describe, expect, test } from 'vitest'
import { SpcsProcess } from '../e2e/spcs-process.ts'

const ROWS = 100_000

describe('a service function over many rows', () => {
  test('answers each row once and in place', async () => {
    await using spcs = new SpcsProcess(['start', '--memory', '--port', '0', '--json'])
    const [text] = await spcs.prints(/^\{[\s\S]*^\}$/m)
    const { accessUrl, account, user, password } = JSON.parse(text) as Record<string, string>
    const place = { database: 'CONTAINER_HOL_DB', schema: 'PUBLIC' }
    await using session = await connect({ accessUrl, account, user, password, ...place })
    await session.execute(
      `CREATE TABLE MANY AS SELECT SEQ4() AS N FROM TABLE(GENERATOR(ROWCOUNT => ${ROWS}))`,
    )
    await session.execute(
      `CREATE OR REPLACE FUNCTION CONVERT_MANY(C FLOAT) RETURNS FLOAT
       SERVICE = CONVERT_API ENDPOINT = 'convert-api' MAX_BATCH_ROWS = 1000 AS '/convert'`,
    )
    const { rows } = await session.execute(
      'SELECT COUNT(*), SUM(IFF(CONVERT_MANY(N) = N * 1.8 + 32, 1, 0)) FROM MANY',
    )
    expect(rows).toEqual([[ROWS, ROWS]])
  })
})

describe('startEmulator()', () => {
  test('starts and closes again and again, and leaves nothing open', async () => {
    const handles = (): number => process.getActiveResourcesInfo().length
    const before = handles()
    for (let round = 0; round < 10; round++) {
      await using emulator = await startEmulator({ port: 0 })
      await using session = await connect(emulator.connection)
      expect((await session.execute('SELECT 1')).rows).toEqual([[1]])
    }
    expect(handles()).toBeLessThanOrEqual(before + 2)
  })
})
