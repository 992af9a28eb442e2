import { get } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@spcs/session'
import { toObjects } from '@spcs/sql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SpcsProcess } from '../e2e/spcs-process.ts'
import { docker, noEngine } from './docker-engine.ts'

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

describe.skipIf(noEngine !== undefined)('spcs start --runner docker', () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'spcs-start-'))
    const words = ['--runner', 'docker', '--directory', directory, '--port', '0', '--json']
    spcs = new SpcsProcess(['start', ...words])
    const [text] = await spcs.prints(/^\{[\s\S]*^\}$/m)
    account = JSON.parse(text) as Started
  }, 400_000)

  afterAll(async () => {
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

  test('serves the notebook behind its public endpoint', async () => {
    const { user, password } = account.signIn
    const { accessUrl, account: name } = account
    await using session = await connect({ accessUrl, account: name, user, password })
    const added = await session.execute('ALTER USER ADD PROGRAMMATIC ACCESS TOKEN OF_TEST')
    const token = String(toObjects(added)[0]?.['token_secret'])
    const host = new URL(account.urls.find(({ workload }) => workload === 'notebook')?.url ?? '')
      .host
    const page = await ask(host, { authorization: `Snowflake Token="${token}"` })
    expect(page).toMatchObject({ status: 200, body: expect.stringMatching(/<title>/) as string })
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

/** Node knows no addresses of names below localhost, so this machine is asked by the name. */
function ask(host: string, headers: Readonly<Record<string, string>>) {
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const [, port] = host.split(':')
    get({ host: '127.0.0.1', port, headers: { host, ...headers } }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () => resolve({ status: response.statusCode, body }))
    }).on('error', reject)
  })
}
