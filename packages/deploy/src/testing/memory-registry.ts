import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { RegistryCredentials } from '@spcs/sql'

const MOST_BYTES = 16 * 1024 * 1024

/** What may go wrong, or be otherwise than usual. */
export interface Quirks {
  /** The next request with a token answers 401, as when it has run out. */
  expireOnce: boolean
  /** Anybody may read, with a token that the refusal of a request without one leads to. */
  isPublic: boolean
  /** The Basic credentials that the token which anybody may have is only given for. */
  readersOnly: string | undefined
  /** The next so many transfers of blobs end in the middle. */
  cuts: number
  /** The next so many uploads are answered by 503. */
  overloads: number
  /** Blobs are read from another address, which wants no token, as object stores do. */
  redirects: boolean
  /** Reading a blob begins at its first byte, whatever was asked for. */
  ignoresRanges: boolean
  /** What it says that it has stored. */
  storedDigest: string | undefined
}

/** An OCI registry on a port of this machine that keeps everything in memory and checks what it is sent. */
export class MemoryRegistry implements AsyncDisposable {
  readonly blobs: Map<string, Buffer> = new Map()
  /** Blobs of other repositories, which may be mounted from there. */
  readonly elsewhere: Map<string, Buffer> = new Map()
  /** By tag and by digest. */
  readonly manifests: Map<string, Buffer> = new Map()
  readonly requests: string[] = []
  /** The one password that it takes. */
  readonly password: string = JSON.stringify({ token: 'session-token', expires_in: 3600 })
  readonly quirks: Quirks = {
    expireOnce: false,
    isPublic: false,
    readersOnly: undefined,
    cuts: 0,
    overloads: 0,
    redirects: false,
    ignoresRanges: false,
    storedDigest: undefined,
  }
  readonly #server: Server
  #host = ''
  #logins = 0

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<MemoryRegistry> {
    const server = createServer()
    const registry = new MemoryRegistry(server)
    server.on('request', (request, response) => {
      registry.#answer(request, response).catch(() => response.destroy())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    registry.#host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    return registry
  }

  get host(): string {
    return this.#host
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
    const { method = '', headers } = request
    const url = new URL(request.url ?? '', `http://${this.#host}`)
    this.requests.push(`${method} ${url.pathname}`)
    if (method === 'PUT' && this.quirks.cuts > 0 && url.pathname.includes('/uploads/')) {
      this.quirks.cuts -= 1
      request.once('data', () => request.socket.destroy())
      return
    }
    const body = await readBody(request)
    if (url.pathname === '/login') return this.#login(headers.authorization, response)
    if (url.pathname === '/token') return this.#publicToken(url, headers.authorization, response)
    const stored = /^\/storage\/(.+)$/.exec(url.pathname)?.[1]
    if (stored !== undefined && headers.authorization === undefined) {
      return this.#sendBlob(stored, headers.range, response)
    }
    if (!this.#isAdmitted(headers.authorization)) {
      const scope = 'repository:library/node:pull'
      const realm = `Bearer realm="http://${this.#host}/token",service="memory",scope="${scope}"`
      end(response, 401, this.quirks.isPublic ? { 'www-authenticate': realm } : {})
      return
    }
    const [, path, kind, name = ''] =
      /^\/v2\/(db\/public\/[^/]+\/[^/]+|library\/[^/]+)\/(blobs|manifests)\/(.+)$/.exec(
        url.pathname,
      ) ?? []
    if (path === undefined) return end(response, 404)
    if (path.startsWith('db/public/locked/')) return end(response, 403)
    if (kind === 'manifests') return this.#manifest(method, name, body, response)
    if (method === 'GET' && this.quirks.redirects) {
      const { port } = url
      return end(response, 307, { location: `http://localhost:${port}/storage/${name}` })
    }
    if (method === 'GET') return this.#sendBlob(name, headers.range, response)
    if (method === 'HEAD') return end(response, this.blobs.has(name) ? 200 : 404)
    this.#upload(method, path, url.searchParams, body, response)
  }

  #login(authorization: string | undefined, response: ServerResponse): void {
    const basic = Buffer.from(`0sessiontoken:${this.password}`).toString('base64')
    if (authorization !== `Basic ${basic}`) return end(response, 401)
    this.#logins += 1
    end(response, 200, {}, `{"token":"bearer-${this.#logins}"}`)
  }

  #publicToken(
    { searchParams }: URL,
    authorization: string | undefined,
    response: ServerResponse,
  ): void {
    const { readersOnly } = this.quirks
    const basic = `Basic ${Buffer.from(readersOnly ?? '').toString('base64')}`
    if (readersOnly !== undefined && authorization !== basic) return end(response, 401)
    const isRight = searchParams.get('scope') === 'repository:library/node:pull'
    end(response, isRight ? 200 : 400, {}, '{"access_token":"public"}')
  }

  #isAdmitted(authorization: string | undefined): boolean {
    const wanted = this.quirks.isPublic ? 'Bearer public' : `Bearer bearer-${this.#logins}`
    const isRight = !this.quirks.expireOnce && authorization === wanted
    this.quirks.expireOnce = false
    return isRight
  }

  #sendBlob(digest: string, range: string | undefined, response: ServerResponse): void {
    const blob = this.blobs.get(digest)
    if (blob === undefined) return end(response, 404)
    const asked = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    const start = this.quirks.ignoresRanges ? 0 : asked
    const rest = blob.subarray(start)
    response.writeHead(start === 0 ? 200 : 206, { 'content-length': rest.length })
    if (this.quirks.cuts === 0) {
      response.end(rest)
      return
    }
    this.quirks.cuts -= 1
    response.write(rest.subarray(0, Math.ceil(rest.length / 2)), () => response.destroy())
  }

  #upload(
    method: string,
    path: string,
    query: URLSearchParams,
    body: Buffer,
    response: ServerResponse,
  ): void {
    if (method === 'POST') {
      const mounted = this.elsewhere.get(query.get('mount') ?? '')
      if (mounted === undefined) {
        end(response, 202, { location: `/v2/${path}/blobs/uploads/1?state=x` })
        return
      }
      this.blobs.set(digestOf(mounted), mounted)
      return end(response, 201)
    }
    if (this.quirks.overloads > 0) {
      this.quirks.overloads -= 1
      return end(response, 503)
    }
    const digest = query.get('digest') ?? ''
    if (digest !== digestOf(body) || query.get('state') !== 'x') return end(response, 400)
    this.blobs.set(digest, body)
    end(response, 201, { 'docker-content-digest': this.quirks.storedDigest ?? digest })
  }

  #manifest(method: string, name: string, body: Buffer, response: ServerResponse): void {
    if (method === 'PUT') {
      this.manifests.set(name, body)
      return end(response, 201)
    }
    const manifest = this.manifests.get(name)
    if (manifest === undefined) return end(response, 404)
    end(response, 200, { 'docker-content-digest': digestOf(manifest) }, manifest)
  }
}

function end(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): void {
  response.writeHead(status, headers)
  response.end(body)
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
