import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type Session } from '../session.ts'

/** The query id of every statement there. */
export const QUERY_ID: string = '01b8d2c4-0000-4000-8000-00000000002a'

/** A column as an account describes it. */
export function column(name: string, type: string, scale: number | null = null): object {
  return { name, type, scale, precision: 38, nullable: true, length: null, byteLength: null }
}

/** What a login sent. */
export interface Login {
  readonly url: URL
  readonly body: unknown
}

/** The few endpoints of an account that the driver needs, each answering from a table. */
export class WireAccount {
  port: number = 0
  /** Nobody may sign in. */
  isClosed: boolean = false
  readonly logins: Login[] = []
  readonly statements: Record<string, unknown>[] = []
  readonly paths: string[] = []
  /** What an OAuth client asked for an access token. */
  readonly tokenRequests: URLSearchParams[] = []
  readonly uploads: Record<string, string> = {}
  readonly answers: Map<string, Record<string, unknown>> = new Map()
  readonly slowAsked: Promise<void>
  finishSlow: () => void = () => undefined
  #onSlow: () => void = () => undefined
  #cancelled = false
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.slowAsked = new Promise((resolve) => {
      this.#onSlow = resolve
    })
  }

  static async start(): Promise<WireAccount> {
    const server = createServer()
    const started = new WireAccount(server)
    server.on('request', (request, response) => void started.#answer(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    started.port = typeof address === 'object' && address !== null ? address.port : 0
    return started
  }

  connect(options: { password?: string } = {}): Promise<Session> {
    return connect({
      accessUrl: `http://127.0.0.1:${this.port}`,
      user: 'DEVELOPER',
      password: options.password ?? 'secret',
      role: 'CONTAINER_USER_ROLE',
    })
  }

  uploadTo(path: string): Record<string, unknown> {
    return {
      command: 'UPLOAD',
      src_locations: [path],
      sourceCompression: 'auto_detect',
      autoCompress: false,
      overwrite: true,
      stageInfo: {
        locationType: 'GCS',
        location: 'bucket/SPECS/',
        region: 'local',
        endPoint: `http://127.0.0.1:${this.port}/stage`,
        creds: { GCS_ACCESS_TOKEN: 'stage' },
        presignedUrl: null,
      },
    }
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://account')
    this.paths.push(url.pathname)
    let text = ''
    for await (const part of request) text += String(part)
    if (url.pathname.startsWith('/stage/')) {
      this.uploads[url.pathname] = text
      response.end()
    } else if (url.pathname === '/chunk') {
      response.setHeader('content-type', 'text/plain').end('["2"],["3"]')
    } else if (url.pathname === '/oauth/token-request') {
      this.tokenRequests.push(new URLSearchParams(text))
      const token = { access_token: 'issued-token', token_type: 'Bearer', expires_in: 600 }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(token))
    } else {
      const body: Record<string, unknown> = text === '' ? {} : JSON.parse(text)
      const answer = await this.#reply(url, body)
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
    }
  }

  async #reply(url: URL, body: Record<string, unknown>): Promise<object> {
    switch (url.pathname) {
      case '/session/v1/login-request':
        return this.#login(url, body)
      case '/queries/v1/query-request':
        this.statements.push(body)
        return this.#query(String(body['sqlText']))
      case '/queries/v1/abort-request':
      case `/queries/${QUERY_ID}/abort-request`:
        this.#cancelled = true
        this.finishSlow()
        return success(null)
      default:
        return success(null)
    }
  }

  #login(url: URL, body: Record<string, unknown>): object {
    this.logins.push({ url, body })
    if (this.isClosed || JSON.stringify(body).includes('"PASSWORD":"wrong"')) {
      return failure('390100', 'Incorrect username or password was specified.', null)
    }
    return success({
      token: `session-token-${this.logins.length}`,
      masterToken: 'master-token',
      validityInSeconds: 3600,
      masterValidityInSeconds: 14400,
    })
  }

  async #query(sql: string): Promise<object> {
    const answer = this.answers.get(sql) ?? this.answers.get(sql.split(' ')[0] ?? '')
    if (answer !== undefined) return answered(answer)
    if (sql === 'SELECT FROM NOWHERE') {
      const data = { sqlState: '42S02', queryId: QUERY_ID }
      return failure('002003', "Object 'NOWHERE' does not exist or not authorized.", data)
    }
    if (sql === 'SELECT SLOW') {
      const finished = new Promise<void>((resolve) => {
        this.finishSlow = resolve
      })
      this.#onSlow()
      await finished
      if (this.#cancelled) {
        return failure('000604', 'SQL execution canceled', { sqlState: '57014', queryId: QUERY_ID })
      }
    }
    const one = { rowtype: [column('1', 'fixed', 0)], rowset: [['1']] }
    if (sql !== 'SELECT CHUNKS') return answered(one)
    const chunks = [{ url: `http://127.0.0.1:${this.port}/chunk`, rowCount: 2 }]
    return answered({ ...one, chunks, chunkHeaders: {}, returned: 3 })
  }
}

function answered(data: Record<string, unknown>): object {
  const { rowset } = data
  const returned = Array.isArray(rowset) ? rowset.length : 0
  const parameters = [
    { name: 'TIMEZONE', value: 'UTC' },
    { name: 'BINARY_OUTPUT_FORMAT', value: 'HEX' },
    { name: 'DATE_OUTPUT_FORMAT', value: 'YYYY-MM-DD' },
  ]
  return success({ returned, parameters, queryId: QUERY_ID, ...data })
}

function success(data: unknown): object {
  return { success: true, data, code: null, message: null }
}

function failure(code: string, message: string, data: unknown): object {
  return { success: false, data, code, message }
}
