import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { RegistryCredentials } from '@spcs/sql'

const MOST_BYTES = 16 * 1024 * 1024

/** An OCI registry on a port of this machine that keeps everything in memory and checks what it is sent. */
export class MemoryRegistry implements AsyncDisposable {
  readonly blobs: Map<string, Buffer> = new Map()
  readonly manifests: Map<string, Buffer> = new Map()
  readonly requests: string[] = []
  /** The one password that it takes. */
  readonly password: string = JSON.stringify({ token: 'session-token', expires_in: 3600 })
  /** Makes the next request with a bearer token answer 401, as when the token has run out. */
  expireOnce = false
  readonly #server: Server
  #host = ''
  #logins = 0

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<MemoryRegistry> {
    const server = createServer()
    const registry = new MemoryRegistry(server)
    server.on('request', (request, response) => void registry.#answer(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    registry.#host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    return registry
  }

  get repositoryUrl(): string {
    return `${this.#host}/db/public/repo`
  }

  credentials(password: string = this.password): RegistryCredentials {
    return { host: this.#host, user: '0sessiontoken', token: () => Promise.resolve(password) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    const body = await readBody(request)
    this.requests.push(`${method} ${url.split('?')[0]}`)
    const status = this.#status(request, new URL(url, `http://${this.#host}`), body, response)
    response.writeHead(status)
    response.end(status === 200 && url === '/login' ? `{"token":"bearer-${this.#logins}"}` : '')
  }

  #status(
    { method, headers }: IncomingMessage,
    url: URL,
    body: Buffer,
    response: ServerResponse,
  ): number {
    if (url.pathname === '/login') {
      const basic = Buffer.from(`0sessiontoken:${this.password}`).toString('base64')
      if (headers.authorization !== `Basic ${basic}`) return 401
      this.#logins += 1
      return 200
    }
    if (this.expireOnce || headers.authorization !== `Bearer bearer-${this.#logins}`) {
      this.expireOnce = false
      return 401
    }
    const [, image, kind, name = ''] =
      /^\/v2\/(db\/public\/repo\/[^/]+)\/(blobs|manifests)\/(.+)$/.exec(url.pathname) ?? []
    if (image === undefined) return 404
    if (kind === 'manifests') return this.#manifest(method, name, body, response)
    if (method === 'POST') {
      response.setHeader('location', `/v2/${image}/blobs/uploads/1?state=x`)
      return 202
    }
    if (method === 'HEAD') return this.blobs.has(name) ? 200 : 404
    const digest = url.searchParams.get('digest') ?? ''
    if (digest !== digestOf(body) || url.searchParams.get('state') !== 'x') return 400
    this.blobs.set(digest, body)
    return 201
  }

  #manifest(
    method: string | undefined,
    tag: string,
    body: Buffer,
    response: ServerResponse,
  ): number {
    if (method === 'PUT') {
      this.manifests.set(tag, body)
      return 201
    }
    const manifest = this.manifests.get(tag)
    if (manifest === undefined) return 404
    response.setHeader('docker-content-digest', digestOf(manifest))
    return 200
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    const bytes = Buffer.from(part)
    size += bytes.length
    if (size > MOST_BYTES) throw new Error('the body is larger than any test needs')
    parts.push(bytes)
  }
  return Buffer.concat(parts)
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
