import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  defineServiceFunction,
  type ServiceFunction,
  serviceFunctions,
} from '@spcs/service-function'
import Fastify, { type FastifyInstance } from 'fastify'

/** A service that runs elsewhere and gives back what it is given. */
export class EchoService implements AsyncDisposable {
  /** The requests to `/echo`, where a batch is its own answer, as it is with one argument. */
  readonly bodies: string[] = []
  /** One function for each type, which reads and writes its values by @spcs/service-function. */
  readonly handled: readonly ServiceFunction[]
  readonly #app: FastifyInstance = Fastify()
  readonly #server: Server

  static async start(types: readonly string[]): Promise<EchoService> {
    const service = new EchoService(types)
    await service.#app.ready()
    service.#server.listen(0, '127.0.0.1')
    await once(service.#server, 'listening')
    return service
  }

  private constructor(types: readonly string[]) {
    this.handled = types.map(handle)
    this.#app.register(serviceFunctions, { functions: this.handled })
    this.#server = createServer((request, response) => {
      if (request.url !== '/echo') return this.#app.routing(request, response)
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (chunk: string) => (body += chunk))
      request.on('end', () => {
        this.bodies.push(body)
        response.setHeader('content-type', 'application/json').end(body)
      })
    })
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
    await this.#app.close()
  }
}

function handle(type: string, index: number): ServiceFunction {
  const name = type as 'VARCHAR' // one of many, which the types of a list cannot tell apart
  return defineServiceFunction({
    name: `HANDLED_${index}`,
    path: `/handled/${index}`,
    arguments: { x: name },
    returns: name,
    handler: (x) => x,
  })
}
