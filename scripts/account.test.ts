import { describe, expect, test } from 'vitest'
import { connectionOptions, settleAccount } from './account.ts'
import { cleanup } from './cleanup.ts'
import { deploy } from './deploy.ts'
import { requireUnprotected } from './protection.ts'
import { suspend } from './suspend.ts'
import { status } from './status.ts'
import type { Invocation, Verb } from './verb.ts'

describe('settleAccount()', () => {
  test.each<[Invocation['options'], NodeJS.ProcessEnv, object]>([
    [{}, {}, { env: 'dev' }],
    [{ env: 'prod' }, {}, { env: 'prod', connection: 'prod' }],
    [{}, { SPCS_ENV: 'prod' }, { env: 'prod', connection: 'prod' }],
    [{ env: 'prod', connection: 'other' }, {}, { env: 'prod', connection: 'other' }],
    [
      { env: 'prod', 'temporary-connection': true },
      {},
      { env: 'prod', 'temporary-connection': true },
    ],
    [{ env: 'prod', directory: 'local' }, {}, { env: 'prod', directory: 'local' }],
  ])('%j with %j is %j', async (options, variables, settled) => {
    expect(await settleAccount(status, options, variables)).toEqual(settled)
  })

  test('refuses two accounts at once', async () => {
    const options = { connection: 'a', 'temporary-connection': true }
    await expect(settleAccount(status, options, {})).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('--connection and --temporary-connection'),
    })
  })

  test('leaves verbs alone that have no environments', async () => {
    const { env: _env, ...options } = connectionOptions
    const verb: Verb = { ...status, options }
    expect(await settleAccount(verb, {}, { SPCS_ENV: 'prod' })).toEqual({})
  })
})

describe('requireUnprotected()', () => {
  const guarded = { environment: { name: 'prod', protect: true } }

  test('refuses in a protected environment, unless it is allowed by name', () => {
    const refused = {
      code: 'ENVIRONMENT_PROTECTED',
      hint: expect.stringContaining('--allow-protected'),
    }
    expect(() => requireUnprotected(guarded, 'drop it', {})).toThrow(
      'Cannot drop it: environment "prod" is protected',
    )
    expect(() => requireUnprotected(guarded, 'drop it', {})).toThrow(
      expect.objectContaining(refused),
    )
    const allowed = { 'allow-protected': true }
    expect(() => requireUnprotected(guarded, 'drop it', allowed)).not.toThrow()
    const open = { environment: { name: 'dev', protect: false } }
    expect(() => requireUnprotected(open, 'drop it', {})).not.toThrow()
  })

  test.each([cleanup, suspend, deploy])('is asked by $name before it connects', async (verb) => {
    const options = { env: 'prod', connection: 'no such', 'allow-recreate': ['A.B.C'] }
    await expect(verb.run({ options } as unknown as Invocation)).rejects.toMatchObject({
      code: 'ENVIRONMENT_PROTECTED',
    })
  })
})
