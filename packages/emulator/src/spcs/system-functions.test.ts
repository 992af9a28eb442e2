import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ServiceAccount, serviceAccount, tinySpec } from './testing/service-account.ts'

const CREATE = 'CREATE SERVICE tiny IN COMPUTE POOL pool'

let account: ServiceAccount
beforeEach(async () => {
  account = serviceAccount()
  await account.run(
    'CREATE COMPUTE POOL pool MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS',
  )
  await account.push({})
})
afterEach(() => account[Symbol.asyncDispose]())

describe('SYSTEM$ functions', () => {
  test('tell status, logs and names', async () => {
    await account.run(`${CREATE} FROM SPECIFICATION ${tinySpec()}`)
    await expect(
      account.system('SYSTEM$GET_SERVICE_LOGS', 'tiny', 0, 'tiny'),
    ).rejects.toMatchObject({ message: 'Waiting to start, Container Status: PENDING' })
    const status = await account.system('SYSTEM$GET_SERVICE_STATUS', 'DB.PUBLIC.TINY', 10)
    expect(JSON.parse(status ?? '')).toEqual([
      {
        status: 'READY',
        message: 'Running',
        containerName: 'tiny',
        instanceId: '0',
        serviceName: 'TINY',
        image: '127.0.0.1:8084/db/public/image_repo/tiny:dev',
        restartCount: 0,
        startTime: expect.stringMatching(/Z$/) as string,
      },
    ])
    const timed = ['tiny', '0', 'tiny', 1, false, '', true] as const
    await vi.waitFor(async () => {
      const logs = await account.system('SYSTEM$GET_SERVICE_LOGS', ...timed)
      expect(logs).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z .+\n$/)
    })
    const logs = async (...args: (string | number | boolean | null)[]) =>
      account.system('SYSTEM$GET_SERVICE_LOGS', 'tiny', ...args)
    const whole = await logs('0', 'tiny')
    expect(whole).toMatch(/^listening\n/)
    for (const none of [null, '']) {
      expect(await logs(0, 'tiny', null, none, none, none)).toContain(whole)
    }
    expect(await logs(0, 'tiny', '1', 'FALSE', null, 'true')).toMatch(/Z .+\n$/)
    expect(await logs(0, 'tiny', 100, 1)).toBe('')
    const later = new Date(Date.now() + 60_000).toISOString()
    expect(await logs(0, 'tiny', 9, false, later, false)).toBe('')
    expect(await account.system('SYSTEM$GET_SERVICE_DNS_DOMAIN', 'db.public')).toMatch(
      /^[0-9a-z]{5}\.svc\.spcs\.internal$/,
    )
    expect(
      JSON.parse((await account.system('SYSTEM$GET_COMPUTE_POOL_STATUS', 'pool')) ?? ''),
    ).toEqual({
      status: 'ACTIVE',
      message: '',
    })
  })

  test('wait, and say what they waited for in vain', async () => {
    await account.push({
      name: 'silent',
      layers: [{ 'app/main.js': 'setInterval(() => {}, 1000)' }],
    })
    const spec = tinySpec().replace('tiny:dev', 'silent:dev')
    await account.run(`${CREATE} FROM SPECIFICATION ${spec}`)
    await expect(account.system('SYSTEM$WAIT_FOR_SERVICES', 0, 'tiny')).rejects.toThrow(
      'Timed out waiting for services: TINY is PENDING',
    )
  })

  test.each([
    ['SYSTEM$GET_SERVICE_STATUS', ['none'], '002043'],
    ['SYSTEM$GET_SERVICE_STATUS', ['not a name'], '001015'],
    ['SYSTEM$GET_SERVICE_LOGS', ['tiny', 'x', 'tiny'], '001015'],
    ['SYSTEM$GET_SERVICE_LOGS', ['tiny', null, 'tiny'], '001015'],
    ['SYSTEM$GET_SERVICE_LOGS', ['tiny', 0, 'tiny', -1], '001015'],
    ['SYSTEM$GET_SERVICE_LOGS', ['tiny', 0, 'tiny', 1, 'maybe'], '001015'],
    ['SYSTEM$GET_SERVICE_LOGS', ['tiny', 0, 'tiny', 1, false, 'yesterday'], '001015'],
    ['SYSTEM$GET_SERVICE_LOGS', ['tiny', 7, 'tiny'], '395018'],
    ['SYSTEM$GET_COMPUTE_POOL_STATUS', ['none'], '002003'],
    ['SYSTEM$REGISTRY_LIST_IMAGES', ['/db/public/none'], '002003'],
    ['SYSTEM$GET_SERVICE_DNS_DOMAIN', ['db.none'], '002003'],
  ])('%s(%s) is refused with %s', async (name, args, code) => {
    await account.run(`${CREATE} FROM SPECIFICATION ${tinySpec()}`)
    await expect(account.system(name, ...args)).rejects.toMatchObject({ code })
  })
})
