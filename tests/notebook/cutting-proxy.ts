import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** How a connection is lost. */
export type Cut =
  | 'reset' // both sides learn of it at once
  | 'half-open' // the server learns of it, the page only when the silence has lasted
  | 'silence' // nobody learns of it before both are reset

/** A TCP proxy in front of a server, whose connections can be cut. */
export class CuttingProxy implements AsyncDisposable {
  readonly #server: Server
  readonly #pairs = new Set<Pair>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(port: number): Promise<CuttingProxy> {
    const server = createServer()
    const proxy = new CuttingProxy(server)
    server.on('connection', (page) => proxy.#join(page, port))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Connections that are open now. */
  get size(): number {
    return this.#pairs.size
  }

  /** Cuts every open connection. What was on its way is lost; after `silentMs` what is left is reset. */
  cut(how: Cut, silentMs: number): void {
    for (const pair of this.#pairs) {
      if (how === 'reset') {
        pair.reset()
        continue
      }
      pair.silence()
      if (how === 'half-open') pair.server.resetAndDestroy()
      setTimeout(() => pair.reset(), silentMs)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut('reset', 0)
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(page: Socket, port: number): void {
    const pair = new Pair(page, connect(port, '127.0.0.1'))
    this.#pairs.add(pair)
    page.once('close', () => this.#pairs.delete(pair))
  }
}

/** The two halves of one connection. */
class Pair {
  readonly page: Socket
  readonly server: Socket
  #isSilent = false

  constructor(page: Socket, server: Socket) {
    this.page = page
    this.server = server
    this.#pass(page, server)
    this.#pass(server, page)
  }

  reset(): void {
    this.page.resetAndDestroy()
    this.server.resetAndDestroy()
  }

  /** From now on every byte is lost, and no end is passed on. */
  silence(): void {
    this.#isSilent = true
  }

  #pass(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      if (!this.#isSilent) to.write(bytes)
    })
    // A reset is what this is here for; `close` follows.
    from.on('error', () => {})
    from.on('close', () => {
      if (!this.#isSilent) to.destroy()
    })
  }
}
