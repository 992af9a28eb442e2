import { describe, expect, test, vi } from 'vitest'
import { createCallServiceFunction } from './call-service-function.ts'
import type { ServiceAccount } from './testing/service-account.ts'
import {
  accountWithService,
  call,
  container,
  digests,
  instanceStatuses,
  isUpgrading,
  logOf,
  service,
  until,
  upgrade,
  upgraded,
} from './testing/tiny-service.ts'

const TWO = 'MIN_INSTANCES = 2 MIN_READY_INSTANCES = 1'

describe('ALTER SERVICE … FROM', () => {
  test('replaces instances from the highest down, one at a time', async () => {
    await using account = await accountWithService(TWO)
    await until(account, () => instanceStatuses(account) === 'READY,READY')
    const steps: string[] = []
    const { promise, stop } = recordSteps(account, steps)
    const before = await digests(account)
    await upgrade(account, '    env: { VERSION: two }')
    expect(await isUpgrading(account)).toBe('true')
    await upgraded(account)
    stop()
    await promise
    expect(await call(account, '/version')).toBe('two')
    expect(steps.filter((step, at) => step !== steps[at - 1])).toEqual([
      'old READY, old READY',
      'old READY, old TERMINATING',
      'old READY',
      'old READY, new PENDING',
      'old READY, new READY',
      'old TERMINATING, new READY',
      'new READY',
      'new PENDING, new READY',
      'new READY, new READY',
    ])
    const after = await digests(account)
    expect(new Set(before).size).toBe(1)
    expect(new Set(after).size).toBe(1)
    expect(after[0]).not.toBe(before[0])
  })

  test('with the same text is an upgrade when the tag has moved, and none otherwise', async () => {
    await using account = await accountWithService()
    const [before] = await digests(account)
    const pid = await call(account, '/pid')
    await upgrade(account, '    env: { GREETING: hello }')
    expect(await isUpgrading(account)).toBe('false')
    expect(await call(account, '/pid')).toBe(pid)

    const digest = await account.push({ annotations: { built: 'again' } })
    await upgrade(account, '    env: { GREETING: hello }')
    expect(await isUpgrading(account)).toBe('true')
    await upgraded(account)
    expect(await call(account, '/pid')).not.toBe(pid)
    expect((await digests(account))[0]).not.toBe(before)
    expect(container(account)?.imageDigest).toBe(digest)
  })

  test('goes on whatever else is altered, and is over when it is taken back', async () => {
    await using account = await accountWithService()
    const [before] = await digests(account)
    // In one go, so that no instance has been replaced yet.
    await Promise.all([
      upgrade(account, '    env: { VERSION: two }'),
      upgrade(account, '    env: { GREETING: hello }'),
    ])
    await upgrade(account, '    env: { GREETING: hello }')
    await upgraded(account)
    expect((await digests(account))[0]).toBe(before)

    await upgrade(account, '    env: { VERSION: two }')
    await until(account, () => instanceStatuses(account) === 'PENDING')
    await account.run("ALTER SERVICE tiny SET COMMENT = 'two'")
    expect(await isUpgrading(account)).toBe('true')
    await upgraded(account)
  })

  test('lets a call end that is under way, and gives the instance no other', async () => {
    await using account = await accountWithService('', SLOW)
    await account.run(
      `CREATE FUNCTION convert_udf(c FLOAT) RETURNS FLOAT SERVICE = tiny ENDPOINT = 'api' AS '/convert'`,
    )
    const convert = account.account.catalog.functions.get('DB.PUBLIC.CONVERT_UDF(FLOAT)')
    const callFunction = createCallServiceFunction(account.account)
    const calling = callFunction({ function: convert, site: 1, rows: [[12]] }, account.context())
    await vi.waitFor(async () => expect(await logOf(account)).toContain('POST /convert'))
    await upgrade(account, '    env: { VERSION: two }')
    expect(instanceStatuses(account)).toBe('TERMINATING')
    expect(await calling).toEqual([53.6])
    await upgraded(account)
    const previous = await logOf(account, true)
    expect(previous.match(/POST \/convert/g)).toHaveLength(1)
    expect(await logOf(account)).not.toContain('POST /convert')
  })
})

describe('the log of an instance that is replaced', () => {
  test('is the previous one of its successor', async () => {
    await using account = await accountThatWasCalled()
    await upgrade(account, '    env: { VERSION: two }')
    await upgraded(account)
    expect(await logOf(account, true)).toContain('GET /version')
    expect(await logOf(account)).not.toContain('GET /version')
  })
})

async function accountThatWasCalled(): Promise<ServiceAccount> {
  const account = await accountWithService()
  await call(account, '/version')
  await vi.waitFor(async () => expect(await logOf(account)).toContain('GET /version'))
  return account
}

/** Answers a call a little later. */
const SLOW = '    env: { DELAY: "300" }'

/** Notes how the instances are, whenever that changes: `old READY, new PENDING`. */
function recordSteps(account: ServiceAccount, steps: string[]) {
  const before = service(account).specDigest
  const look = (): boolean => {
    const step = account.services
      .status(service(account))
      .instances.map((one) => `${one.specDigest === before ? 'old' : 'new'} ${one.status}`)
      .join(', ')
    if (step !== steps.at(-1)) steps.push(step)
    return false
  }
  const stopping = new AbortController()
  const promise = account.services
    .waitUntil(look, { timeoutMs: 20_000, signal: stopping.signal })
    .catch(() => false)
  return { promise, stop: () => stopping.abort() }
}
