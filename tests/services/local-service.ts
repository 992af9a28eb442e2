import { setTimeout as pause } from 'node:timers/promises'
import { type Emulator, type EmulatorOptions, startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { ask, type AskOptions } from './ask.ts'
import { pushProgram } from './push-program.ts'

/** A local account with a compute pool, an image repository, and a user who may use every endpoint. */
export class LocalService implements AsyncDisposable {
  readonly session: Session
  readonly #emulator: Emulator
  readonly #token: string
  #host = ''

  private constructor(emulator: Emulator, session: Session, token: string) {
    this.#emulator = emulator
    this.session = session
    this.#token = token
  }

  static async start(options: EmulatorOptions = {}): Promise<LocalService> {
    const emulator = await startEmulator({ port: 0, ...options })
    const session = await connect(emulator.connection)
    await session.execute('CREATE DATABASE DB')
    await session.execute('USE SCHEMA DB.PUBLIC')
    await session.execute('CREATE IMAGE REPOSITORY IMAGE_REPO')
    await session.execute(
      'CREATE COMPUTE POOL POOL MIN_NODES = 1 MAX_NODES = 4 INSTANCE_FAMILY = CPU_X64_XS',
    )
    await session.execute('CREATE ROLE CALLER')
    await session.execute('GRANT USAGE ON DATABASE DB TO ROLE CALLER')
    await session.execute('GRANT USAGE ON SCHEMA DB.PUBLIC TO ROLE CALLER')
    await session.execute('CREATE USER CALLER DEFAULT_ROLE = CALLER')
    await session.execute('GRANT ROLE CALLER TO USER CALLER')
    const { rows } = await session.execute('ALTER USER CALLER ADD PROGRAMMATIC ACCESS TOKEN T')
    return new LocalService(emulator, session, String(rows[0]?.[1]))
  }

  /** Pushes a program as an image with this tag; gives its path for a specification. */
  async push(tag: string, program: string): Promise<string> {
    const url = `127.0.0.1:${this.#emulator.port}/db/public/image_repo`
    await pushProgram(this.session, url, { name: 'service', program, tag })
    return `/db/public/image_repo/service:${tag}`
  }

  /** Creates service S with a public endpoint, and waits until it runs and has its address. */
  async create(specification: string, properties = ''): Promise<void> {
    await this.session.execute(
      `CREATE SERVICE S IN COMPUTE POOL POOL FROM SPECIFICATION $$${specification}$$ ${properties}`,
    )
    await this.session.execute('GRANT SERVICE ROLE S!ALL_ENDPOINTS_USAGE TO ROLE CALLER')
    await this.waitUntil(({ status }) => status === 'RUNNING')
    while (!this.#host.includes('localhost')) {
      const { rows } = await this.session.execute('SHOW ENDPOINTS IN SERVICE S')
      this.#host = String(rows[0]?.[5])
      await pause(20)
    }
  }

  async upgrade(specification: string): Promise<void> {
    await this.session.execute(`ALTER SERVICE S FROM SPECIFICATION $$${specification}$$`)
  }

  async show(sql: string): Promise<Record<string, unknown>[]> {
    const { columns, rows } = await this.session.execute(sql)
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])))
  }

  async waitUntil(isSo: (service: ServiceRow) => boolean): Promise<void> {
    for (;;) {
      const [service] = await this.show('DESCRIBE SERVICE S')
      if (isSo(service as unknown as ServiceRow)) return
      await pause(20)
    }
  }

  /** A request through ingress, over a connection of the agent's; gives status and text. */
  ask(options: AskOptions): Promise<readonly [status: number, text: string]> {
    const { ingressPort } = this.#emulator
    return ask({ ingressPort, host: this.#host, token: this.#token }, options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close()
    await this.#emulator.close()
  }
}

/** What DESCRIBE SERVICE tells, as far as tests look at it. */
export interface ServiceRow {
  readonly status: string
  readonly is_upgrading: string
  readonly spec_digest: string
}
