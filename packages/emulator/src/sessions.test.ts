import { existsSync, rmSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { DirectoryStageFiles } from './catalog/directory-stage-files.ts'
import type { Stage } from './catalog/objects.ts'
import { Sessions, type SessionStart } from './sessions.ts'
import { temporaryDirectory, testAccount } from './testing/test-account.ts'

const START: SessionStart = {
  user: 'ADMIN',
  role: 'PUBLIC',
  database: null,
  schema: null,
  warehouse: null,
  parameters: new Map(),
}

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

function accountWith(rollback: () => Promise<never>): { account: Account; closed: string[] } {
  const directory = temporaryDirectory()
  directories.push(directory)
  const closed: string[] = []
  let connections = 0
  const { account } = testAccount({
    stages: new DirectoryStageFiles(directory),
    engine: {
      connect: () => {
        const name = `connection ${(connections += 1)}`
        return Promise.resolve({
          inTransaction: false,
          run: rollback,
          read: () => Promise.resolve(0),
          interrupt: () => {},
          close: () => void closed.push(name),
        })
      },
      close: () => Promise.resolve(),
    },
  })
  return { account, closed }
}

async function addStage(account: Account, name: string, sessionId: string | null): Promise<Stage> {
  const stage: Stage = {
    kind: 'STAGE',
    id: name.toLowerCase(),
    name,
    database: 'DB',
    schema: 'PUBLIC',
    createdOn: '2026-01-02T03:04:05.000Z',
    owner: 'SYSADMIN',
    comment: '',
    encryption: 'SNOWFLAKE_SSE',
    directoryEnabled: false,
    sessionId,
  }
  account.catalog.stages.put(stage)
  await account.stages.write(stage, 'file', Buffer.from('x'))
  return stage
}

const noTransaction = (): Promise<never> => Promise.reject(new Error('no transaction is active'))

test('close() drops the temporary stages of the session, with their files, and no others', async () => {
  const { account, closed } = accountWith(noTransaction)
  const sessions = new Sessions(account)
  const { session } = await sessions.open(START)
  const stages = [
    await addStage(account, 'MINE', session.id),
    await addStage(account, 'OTHERS', 'another'),
    await addStage(account, 'PERMANENT', null),
  ]
  const folders = stages.map((stage) => account.stages.directory(stage))
  await sessions.close(session)
  expect(account.catalog.stages.list().map(({ name }) => name)).toEqual(['OTHERS', 'PERMANENT'])
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, true, true])
  expect(closed).toEqual(['connection 1'])
})

test('dropLeftOvers() drops the temporary stages of sessions that are no more', async () => {
  const { account } = accountWith(noTransaction)
  const sessions = new Sessions(account)
  const { session } = await sessions.open(START)
  await addStage(account, 'MINE', session.id)
  await addStage(account, 'OLD', 'of a session before the crash')
  await addStage(account, 'PERMANENT', null)
  await sessions.dropLeftOvers()
  expect(account.catalog.stages.list().map(({ name }) => name)).toEqual(['MINE', 'PERMANENT'])
})

test('close() closes the engine connection even when something of it fails, and only once', async () => {
  const { account, closed } = accountWith(noTransaction)
  const sessions = new Sessions(account)
  sessions.onClose(() => Promise.reject(new Error('hook failed')))
  const { session } = await sessions.open(START)
  await sessions.close(session)
  await sessions.close(session)
  expect(closed).toEqual(['connection 1'])
  expect(sessions.maybe(session.id)).toBeUndefined()
})

test('open() gives every session an id, a connection and values of its own', async () => {
  const { account, closed } = accountWith(noTransaction)
  const sessions = new Sessions(account)
  const parameters = new Map([['QUERY_TAG', 'a']])
  const [first, second] = await Promise.all([
    sessions.open({ ...START, parameters }),
    sessions.open({ ...START, parameters }),
  ])
  first.session.parameters.set('QUERY_TAG', 'b')
  expect(second.session.parameters.get('QUERY_TAG')).toBe('a')
  expect(Number(first.session.id)).toBeLessThan(Number(second.session.id))
  expect(Number.isSafeInteger(Number(second.session.id))).toBe(true)
  await sessions.closeAll()
  expect(closed.toSorted()).toEqual(['connection 1', 'connection 2'])
})

test('a held session is not idle', async () => {
  let time = 0
  const { account, closed } = accountWith(noTransaction)
  const timed = { ...account, now: () => new Date(time) }
  const sessions = new Sessions(timed, { idleMs: 1000 })
  const { session } = await sessions.open(START)
  const release = sessions.hold(session)
  time = 2000
  await sessions.open(START)
  expect(closed).toEqual([])
  release()
  time = 3001
  await sessions.open(START)
  expect(closed).toEqual(['connection 1', 'connection 2'])
})
