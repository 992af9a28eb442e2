import { once } from 'node:events'
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'

/** What happens to a request on its way; the last two come late, by the times that the proxy was given. */
const FAULTS = ['429', '503', 'request-lost', 'answer-lost', 'slow', 'too-slow'] as const
type Fault = (typeof FAULTS)[number]

export interface FaultyProxyOptions {
  /** The port of the service behind it. */
  readonly port: number
  /** One request of so many goes wrong, in another way each time. */
  readonly oneOf: number
  readonly slowMs: number
  readonly tooSlowMs: number
}

/** In front of a service: loses, refuses and delays some of the requests, and passes all others on. */
export class FaultyProxy implements AsyncDisposable {
  readonly faults = new Map<Fault, number>()
  requests = 0
  readonly #options: FaultyProxyOptions
  readonly #server: Server
  readonly #agent = new Agent({ keepAlive: true })

  static async start(options: FaultyProxyOptions): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(options)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  private constructor(options: FaultyProxyOptions) {
    this.#options = options
    this.#server = createServer((incoming, answer) => {
      answer.on('error', () => {}) // who waits no longer has hung up
      this.#pass(incoming, answer).catch(() => answer.destroy())
    })
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(incoming)
    const fault = this.#nextFault()
    if (fault === 'request-lost') return void answer.destroy()
    if (fault === '429' || fault === '503') return void answer.writeHead(Number(fault)).end('no')
    const { method, url: path, headers } = incoming
    const { port, slowMs, tooSlowMs } = this.#options
    const onward = request({ host: '127.0.0.1', port, method, path, headers, agent: this.#agent })
    onward.end(body)
    const [response] = (await once(onward, 'response')) as [IncomingMessage]
    const bytes = await buffer(response)
    if (fault === 'answer-lost') return void answer.destroy()
    if (fault === 'slow') await pause(slowMs)
    if (fault === 'too-slow') await pause(tooSlowMs)
    answer.writeHead(response.statusCode ?? 500, response.headers).end(bytes)
  }

  #nextFault(): Fault | undefined {
    this.requests += 1
    if (this.requests % this.#options.oneOf !== 0) return undefined
    const fault = FAULTS[(this.requests / this.#options.oneOf) % FAULTS.length] as Fault
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1)
    return fault
  }
}
