import type { ServerResponse } from 'node:http'
import type { AnswerBody } from './encode-answer.ts'
import type { Failure } from './failure.ts'

/** Where the answer to a batch goes: a reply of Fastify's, or a {@link RawReply}. */
export interface BatchReply {
  code(status: number): unknown
  header(name: string, value: string): unknown
  /** Ends the answer. */
  send(body?: AnswerBody | Failure): unknown
}

/** A reply that Fastify knows nothing of. Its head is written in one go, together with a short body. */
export class RawReply implements BatchReply {
  readonly #response: ServerResponse
  readonly #onSent: () => void
  readonly #headers: string[] = []
  #status = 200

  /** @param onSent Called when the answer has been handed over, to be written as its reader takes it. */
  constructor(response: ServerResponse, onSent: () => void) {
    this.#response = response
    this.#onSent = onSent
  }

  code(status: number): void {
    this.#status = status
  }

  header(name: string, value: string): void {
    this.#headers.push(name, value)
  }

  send(body: AnswerBody | Failure = ''): void {
    if (typeof body === 'string' || Buffer.isBuffer(body)) {
      this.#end(body)
    } else {
      this.header('content-type', 'application/json; charset=utf-8')
      this.#end(Buffer.from(JSON.stringify(body)))
    }
  }

  #end(body: AnswerBody): void {
    this.header('content-length', String(body.length))
    this.#response.writeHead(this.#status, this.#headers)
    this.#response.end(body, 'latin1') // an answer's text is ASCII
    this.#onSent()
  }
}
