import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** What happens to a statement: it is lost on its way, or its answer is. */
export type Loss = 'statement' | 'answer'

/** In front of an account: sees each statement before the account does. */
export class StatementProxy implements AsyncDisposable {
  /** Asked for each; what it gives is lost, and the client hears nothing more. */
  onStatement: (sql: string) => Loss | undefined = () => undefined
  /** Told when the statement, or its answer, has been lost. */
  onLost: () => void = () => {}
  readonly #server: Server
  readonly #port: number

  static async start(port: number): Promise<StatementProxy> {
    const proxy = new StatementProxy(port)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  private constructor(port: number) {
    this.#port = port
    this.#server = createServer((incoming, answer) => void this.#pass(incoming, answer))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming)
    const sql = maybeStatement(incoming, body)
    const loss = sql === undefined ? undefined : this.onStatement(sql)
    if (loss === 'statement') return this.onLost()
    const { method, url, headers } = incoming
    const onward = request({ host: '127.0.0.1', port: this.#port, method, path: url, headers })
    onward.end(body)
    const [response] = (await once(onward, 'response')) as [IncomingMessage]
    const bytes = await bytesOf(response)
    if (loss === 'answer') return this.onLost()
    answer.writeHead(response.statusCode ?? 500, response.headers)
    answer.end(bytes)
  }
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function maybeStatement({ url, headers }: IncomingMessage, body: Buffer): string | undefined {
  if (url?.startsWith('/queries/v1/query-request') !== true) return undefined
  const text = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
  const { sqlText } = JSON.parse(text.toString()) as { sqlText: string }
  return sqlText
}
