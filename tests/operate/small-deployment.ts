import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { repositoryUrl, waitForService } from '@spcs/deploy'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { loadConfig, type SpcsConfig } from '../../scripts/config.ts'
import { Output } from '../../scripts/output.ts'
import { Progress } from '../../scripts/progress.ts'
import { setUp } from '../../scripts/setup.ts'
import { readArguments, type Verb } from '../../scripts/verb.ts'
import { pushProgram } from '../services/push-program.ts'

const SERVER = `
  const { createServer } = require('node:http')
  createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.url !== '/convert') return response.end('ok')
    const { data } = JSON.parse(body)
    console.log('converts', data.length)
    response.end(JSON.stringify({ data: data.map(([row, c]) => [row, c * 9 / 5 + 32]) }))
  }).listen(Number(process.env.PORT), () => console.log('listening'))
  process.on('SIGTERM', () => process.exit(0))
`

/** What a verb printed. */
export interface Printed {
  readonly stdout: string
  readonly stderr: string
  readonly error: unknown
}

/**
 * A local account with the objects of spcs.config.ts and both of its services, of a few lines each: building the real
 * ones takes longer than a test may.
 */
export class SmallDeployment implements AsyncDisposable {
  readonly directory: string
  readonly emulator: Emulator
  readonly session: Session
  readonly config: SpcsConfig

  private constructor(directory: string, emulator: Emulator, session: Session, config: SpcsConfig) {
    this.directory = directory
    this.emulator = emulator
    this.session = session
    this.config = config
  }

  static async start(): Promise<SmallDeployment> {
    const directory = mkdtempSync(join(tmpdir(), 'spcs-operate-'))
    const emulator = await startEmulator({ directory, port: 0 })
    const session = await connect(emulator.connection)
    const config = await loadConfig({ options: {} }, {})
    return new SmallDeployment(directory, emulator, session, config)
  }

  /** @param environment Variables of the containers of both services. */
  async deploy(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const { session, config } = this
    const progress = new Progress(new Sink(), {})
    const signal = new AbortController().signal
    await setUp(session, config, { progress, signal, options: {} })
    const image = await this.#push()
    for (const { service, computePool, port, name } of config.workloads) {
      const isPublic = name === 'notebook'
      await session.execute(`CREATE SERVICE ${service} IN COMPUTE POOL ${computePool}
        FROM SPECIFICATION $$
spec:
  containers:
  - name: ${name}
    image: ${image}
    env: ${JSON.stringify({ PORT: String(port), ...environment })}
    readinessProbe: { port: ${port}, path: /health }
    resources: { requests: { cpu: 0.2, memory: 256Mi } }
  endpoints:
  - { name: ${name}, port: ${port}, public: ${isPublic} }
$$`)
    }
    for (const { service } of config.workloads) await waitForService(session, service)
    await session.execute(`CREATE FUNCTION CONVERT_UDF(C FLOAT) RETURNS FLOAT RETURNS NULL ON NULL INPUT
      SERVICE = CONVERT_API ENDPOINT = 'convert-api' AS '/convert'`)
  }

  /** Runs a verb as the command line does, in this process. */
  async run(verb: Verb, ...words: readonly string[]): Promise<Printed> {
    const [stdout, stderr] = [new Sink(), new Sink()]
    const { options, positionals } = readArguments(verb, [...words, '--directory', this.directory])
    let error: unknown
    try {
      await verb.run({
        options,
        positionals,
        progress: new Progress(stderr, {}),
        output: new Output(options['json'] === true, stdout),
        signal: new AbortController().signal,
      })
    } catch (thrown) {
      error = thrown
    }
    return { stdout: stdout.text, stderr: stderr.text, error }
  }

  /** The same with --json, which must work. */
  async json(verb: Verb, ...words: readonly string[]): Promise<unknown> {
    const { stdout, error } = await this.run(verb, ...words, '--json')
    if (error !== undefined) throw error
    return JSON.parse(stdout)
  }

  async #push(): Promise<string> {
    const { session, config } = this
    const url = await repositoryUrl(session, config.imageRepository)
    return pushProgram(session, url, { name: 'small', program: SERVER })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close()
    await this.emulator.close()
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** Keeps what is written to it. */
class Sink extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}
