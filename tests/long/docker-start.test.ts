import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@spcs/session'
import { toObjects } from '@spcs/sql'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '../e2e/browser.ts'
import { SpcsProcess } from '../e2e/spcs-process.ts'
import { docker, noEngine } from './docker-engine.ts'
import { runSample } from './run-sample.ts'

if (noEngine !== undefined) console.log(`spcs start --runner docker: skipped, ${noEngine}`)

interface Started {
  readonly accessUrl: string
  readonly account: string
  readonly user: string
  readonly password: string
  readonly convertUdf12: unknown
  readonly urls: readonly { readonly workload: string; readonly url: string }[]
  readonly signIn: { readonly user: string; readonly password: string }
}

let directory: string
let spcs: SpcsProcess
let account: Started
let browser: Browser

describe.skipIf(noEngine !== undefined)('spcs start --runner docker', () => {
  beforeAll(async () => {
    browser = await launchBrowser()
    directory = mkdtempSync(join(tmpdir(), 'spcs-start-'))
    const words = ['--runner', 'docker', '--directory', directory, '--port', '0', '--json']
    spcs = new SpcsProcess(['start', ...words])
    const [text] = await spcs.prints(/^\{[\s\S]*^\}$/m)
    account = JSON.parse(text) as Started
  }, 400_000)

  afterAll(async () => {
    await browser?.close()
    await spcs?.[Symbol.asyncDispose]()
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true })
  }, 60_000)

  test('runs the images of the Dockerfiles, each within the limits of its specification', async () => {
    expect(account.convertUdf12).toBe(53.6)
    const format = '{{.Config.User}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.Name}}'
    const ids = (await docker('ps', '-q', ...ofAccount(), '--filter', 'name=-0-')).split('\n')
    const containers = (await docker('inspect', '--format', format, ...ids)).split('\n')
    expect(containers.toSorted()).toEqual([
      expect.stringMatching(new RegExp(`^node ${3 * 2 ** 30} 1000000000 .*-notebook$`)),
      expect.stringMatching(new RegExp(`^node ${512 * 2 ** 20} 1000000000 .*-convert-api$`)),
    ])
  })

  test('runs the sample notebook in its container, which signs in with its own token', async () => {
    const notebook = account.urls.find(({ workload }) => workload === 'notebook')
    expect(await runSample(browser, notebook?.url ?? '', account.signIn)).toBe(
      '59.0 68.0 62.6 66.2 55.4 51.8 69.8 60.8 64.4 53.6',
    )
    // The volume and the stage are one place.
    const { accessUrl, account: name, user, password } = account
    await using session = await connect({ accessUrl, account: name, user, password })
    const listed = toObjects(
      await session.execute('LIST @CONTAINER_HOL_DB.PUBLIC.VOLUMES/notebook'),
    )
    expect(listed.some((file) => String(file['name']).endsWith('.ipynb'))).toBe(true)
  })

  test('leaves nothing in the engine after Ctrl-C', async () => {
    expect(await docker('ps', '-q', ...ofAccount())).not.toBe('')
    expect(await spcs.interrupt()).toBe(0)
    expect(await docker('ps', '-aq', ...ofAccount())).toBe('')
    expect(await docker('network', 'ls', '-q', ...ofAccount())).toBe('')
    expect(await docker('volume', 'ls', '-q', ...ofAccount())).toBe('')
  })
})

/** Selects what the account has in the engine. */
function ofAccount(): string[] {
  return ['--filter', `label=spcs.account=${directory}`]
}
