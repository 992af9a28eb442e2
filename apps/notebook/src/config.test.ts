import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openingUrl, readConfig } from './config.ts'
import { ServerError } from './errors.ts'
import { TOKEN } from './testing/test-app.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

describe('readConfig()', () => {
  test('listens on this machine alone with a new token each time, when nothing is set (GHSA-jcg3-g4m6-7ch5)', () => {
    const folder = temporaryFolder()
    const config = readConfig({ PORT: '', HOST: '' }, folder)
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8888,
      directory: folder,
      shells: false,
      callersRights: false,
      node: undefined,
      logLevel: 'info',
      identity: { mode: 'token', token: expect.stringMatching(/^[\w-]{43}$/) },
    })
    expect(config.identity).not.toEqual(readConfig({}, folder).identity)
    expect(config.stateDirectory).toBe(readConfig({}, folder).stateDirectory)
    expect(config.stateDirectory).not.toBe(readConfig({}, temporaryFolder()).stateDirectory)
  })

  test('reads every variable', () => {
    const [folder, state] = [temporaryFolder(), temporaryFolder()]
    symlinkSync(folder, join(state, 'link'))
    expect(
      readConfig(
        {
          PORT: '0',
          HOST: '0.0.0.0',
          NOTEBOOK_DIRECTORY: 'link',
          NOTEBOOK_STATE_DIRECTORY: join(state, 'state'),
          NOTEBOOK_INGRESS: 'true',
          NOTEBOOK_CALLERS_RIGHTS: 'true',
          NOTEBOOK_SHELLS: 'true',
          NOTEBOOK_NODE: '/opt/node',
          NOTEBOOK_CONNECTION: 'dev',
          NOTEBOOK_RESULTS_BYTES: '250000000',
          SNOWFLAKE_ACCOUNT: 'ACME',
          LOG_LEVEL: 'debug',
        },
        state,
      ),
    ).toEqual({
      host: '0.0.0.0',
      port: 0,
      directory: folder,
      stateDirectory: join(state, 'state'),
      resultsBytes: 250_000_000,
      sessionDirectory: '/snowflake/session',
      identity: { mode: 'ingress' },
      callersRights: true,
      shells: true,
      node: '/opt/node',
      connection: 'dev',
      account: 'ACME',
      logLevel: 'debug',
    })
  })

  test('reports every problem at once, and never the token', () => {
    const folder = temporaryFolder()
    const environment = {
      PORT: '70000',
      LOG_LEVEL: 'loud',
      NOTEBOOK_INGRESS: 'yes',
      NOTEBOOK_SHELLS: '1',
      NOTEBOOK_RESULTS_BYTES: '4 GB',
      NOTEBOOK_CALLERS_RIGHTS: 'true',
      NOTEBOOK_TOKEN: 'short-secret',
      NOTEBOOK_DIRECTORY: 'nowhere',
    }
    let error: unknown
    try {
      readConfig(environment, folder)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(ServerError)
    const { code, message, hint } = error as ServerError
    expect([code, hint]).toEqual(['CONFIG_INVALID', expect.any(String)])
    for (const name of Object.keys(environment)) expect(message).toContain(name)
    expect(message).not.toContain('short-secret')
  })

  test("keeps its state out of the notebooks' folder (CVE-2022-29241)", () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'work'))
    const read = (state: string): unknown =>
      readConfig({ NOTEBOOK_DIRECTORY: 'work', NOTEBOOK_STATE_DIRECTORY: state }, folder)
    expect(() => read('work')).toThrow('inside NOTEBOOK_DIRECTORY')
    expect(() => read('work/.state')).toThrow('inside NOTEBOOK_DIRECTORY')
    expect(() => read('workshop')).not.toThrow()
  })

  test("reads nothing but variables: no file of the notebooks' folder (CVE-2022-39286, CVE-2022-21699)", () => {
    const folder = temporaryFolder()
    const plain = readConfig({ NOTEBOOK_TOKEN: TOKEN }, folder)
    for (const name of ['.env', '.npmrc', 'config.json', 'package.json', 'notebook.config.js']) {
      writeFileSync(join(folder, name), 'HOST=0.0.0.0\nNOTEBOOK_INGRESS=true\nport=1')
    }
    expect(readConfig({ NOTEBOOK_TOKEN: TOKEN }, folder)).toEqual(plain)
  })
})

describe('openingUrl()', () => {
  test.each([
    ['127.0.0.1', 'http://127.0.0.1:8888/?token=abc'],
    ['localhost', 'http://localhost:8888/?token=abc'],
    ['0.0.0.0', 'http://127.0.0.1:8888/?token=abc'],
    ['::1', 'http://[::1]:8888/?token=abc'],
  ])('for HOST %s', (host, url) => {
    const identity = { mode: 'token', token: 'abc', user: 'me' } as const
    expect(openingUrl({ host, identity }, 8888)).toBe(url)
  })
})
