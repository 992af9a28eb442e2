import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SpcsProcess } from './spcs-process.ts'

const SPEC = `spec:
  containers:
    - name: api
      image: /shop/public/images/api:v1
  endpoints:
    - name: api
      port: 9090`

let emulator: Emulator
let session: Session

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 })
  session = await connect(emulator.connection)
  await session.execute('CREATE DATABASE SHOP')
  await session.execute('CREATE IMAGE REPOSITORY IMAGES')
  await session.execute('CREATE COMPUTE POOL P MIN_NODES=1 MAX_NODES=1 INSTANCE_FAMILY=CPU_X64_XS')
})
afterAll(async () => {
  await session.close()
  await emulator.close()
})

async function names(show: string): Promise<unknown[]> {
  const { columns, rows } = await session.execute(show)
  const name = columns.findIndex((column) => column.name === 'name')
  return rows.map((row) => row[name])
}

describe('a mistake is one clear error, and nothing is half done', () => {
  test('a specification with a mistake', async () => {
    const spec = SPEC.replace('port: 9090', 'prot: 9090')
    const create = session.execute(
      `CREATE SERVICE API IN COMPUTE POOL P FROM SPECIFICATION $$${spec}$$`,
    )
    await expect(create).rejects.toMatchObject({
      code: 'SQL_FAILED',
      message: expect.stringMatching(/prot.*line 7/is),
    })
    expect(await names('SHOW SERVICES')).toEqual([])
  })

  test('an image that is not there', async () => {
    const create = session.execute(
      `CREATE SERVICE API IN COMPUTE POOL P FROM SPECIFICATION $$${SPEC}$$`,
    )
    await expect(create).rejects.toMatchObject({
      code: 'SQL_FAILED',
      message: expect.stringContaining('/shop/public/images/api:v1'),
    })
    expect(await names('SHOW SERVICES')).toEqual([])
  })

  test('a type that does not exist', async () => {
    const create = session.execute('CREATE TABLE T (A NUMBR)')
    await expect(create).rejects.toMatchObject({
      code: 'SQL_FAILED',
      message: expect.stringContaining('NUMBR'),
    })
    expect(await names('SHOW TABLES')).toEqual([])
  })

  test('a port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    await using spcs = new SpcsProcess(['local', '--memory', '--port', String(port)])
    expect(await spcs.exitCode()).toBe(1)
    expect(spcs.stderr).toContain('PORT_IN_USE')
    expect(spcs.stderr).toContain('--port')
    other.close()
  })

  test('an open door', async () => {
    await using spcs = new SpcsProcess(['local', '--memory', '--port', '0', '--listen', '0.0.0.0'])
    expect(await spcs.exitCode()).toBe(1)
    expect(spcs.stderr).toContain('LISTEN_REFUSED')
  })

  test('a verb that does not exist', async () => {
    await using spcs = new SpcsProcess(['depoly'])
    expect(await spcs.exitCode()).toBe(64)
    expect(spcs.stderr).toContain('deploy')
  })
})
