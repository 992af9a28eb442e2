import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpcsProcess } from '../e2e/spcs-process.ts'

interface Started {
  readonly accessUrl: string
  readonly account: string
  readonly user: string
  readonly password: string
  readonly urls: readonly { readonly workload: string; readonly url: string }[]
  readonly signIn: { readonly user: string; readonly password: string }
}

/** `spcs start` on free ports and a folder of its own: the local account with the quickstart deployed into it. */
export class StartedAccount implements AsyncDisposable {
  readonly #directory: string
  readonly #spcs: SpcsProcess
  readonly #started: Started

  private constructor(directory: string, spcs: SpcsProcess, started: Started) {
    this.#directory = directory
    this.#spcs = spcs
    this.#started = started
  }

  static async start(): Promise<StartedAccount> {
    const directory = mkdtempSync(join(tmpdir(), 'spcs-started-'))
    const spcs = new SpcsProcess(['start', '--directory', directory, '--port', '0', '--json'])
    const [text] = await spcs.prints(/^\{[\s\S]*^\}$/m)
    return new StartedAccount(directory, spcs, JSON.parse(text) as Started)
  }

  /** Who may sign in at the notebook. */
  get signIn(): Started['signIn'] {
    return this.#started.signIn
  }

  /** The notebook's address, behind the account's sign-in. */
  get notebookUrl(): string {
    const found = this.#started.urls.find(({ workload }) => workload === 'notebook')
    if (found === undefined) throw new Error('spcs start printed no address of the notebook')
    return found.url
  }

  /** The section of a connections.toml that connects to the account. */
  get connection(): string {
    const { accessUrl, account, user, password } = this.#started
    const { protocol, hostname, port } = new URL(accessUrl)
    const entries = Object.entries({
      host: hostname,
      protocol: protocol.replace(':', ''),
      account,
      user,
      password,
      database: 'CONTAINER_HOL_DB',
      schema: 'PUBLIC',
      warehouse: 'CONTAINER_HOL_WH',
    }).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
    return ['[started]', `port = ${port}`, ...entries, ''].join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spcs[Symbol.asyncDispose]()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}
