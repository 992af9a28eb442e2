import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '@spcs/notebook/app'
import type { Config } from '@spcs/notebook/config'
import { listen } from '@spcs/notebook/listen'
import { openNotebooks } from '@spcs/notebook/routes/open-notebooks'
import { strictFiles } from '@spcs/notebook/notebook/testing/strict-files'
import { inject } from 'vitest'
import { KernelTerminals } from '@spcs/notebook/terminal/kernel-terminals'

const TOKEN = 'a-token-of-the-tests-0123456789abcdef'

/**
 * The notebook's server as it is outside of Snowflake, on a folder of its own. As on a stage volume, its notebooks are
 * written as whole files: append, rename, random write and lock throw.
 */
export class NotebookServer implements AsyncDisposable {
  /** Where the notebooks are. */
  readonly directory: string
  readonly port: number
  readonly #close: () => Promise<void>

  private constructor(directory: string, port: number, close: () => Promise<void>) {
    this.directory = directory
    this.port = port
    this.#close = close
  }

  static async start(): Promise<NotebookServer> {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'spcs-notebook-server-')))
    const config: Config = {
      host: '127.0.0.1',
      port: 0,
      identity: { mode: 'token', token: TOKEN, user: 'tester' },
      directory: join(root, 'work'),
      stateDirectory: join(root, 'state'),
      sessionDirectory: join(root, 'session'),
      resultsBytes: 1_000_000_000,
      shells: false,
      callersRights: false,
      node: undefined,
      connection: undefined,
      account: undefined,
      logLevel: 'silent',
    }
    mkdirSync(config.directory)
    mkdirSync(config.stateDirectory, { mode: 0o700 })
    const terminals = new KernelTerminals()
    const notebooks = openNotebooks(config, terminals, strictFiles())
    const app = buildApp(config, {
      notebooks,
      terminals,
      environment: process.env,
      webDirectory: inject('web'),
    })
    const port = await listen(app, config)
    return new NotebookServer(config.directory, port, async () => {
      await app.close()
      rmSync(root, { recursive: true, force: true })
    })
  }

  /** The address that signs in, by way of another port where something stands before the server. */
  url(notebook: string, port: number = this.port): string {
    return `http://127.0.0.1:${port}/?token=${TOKEN}&notebook=${notebook}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }
}
