import type { Readable } from 'node:stream'
import { isLoopback, type RegistryCredentials } from '@spcs/sql'
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici'
import { refused, RegistryAnswer, type RegistryPlace, unreachable } from './registry-answer.ts'
import { type Admission, RegistryLogin } from './registry-login.ts'

/** Where a registry is, and who asks. */
export interface RegistryOptions extends RegistryPlace {
  /** Absent for what anybody may read. */
  readonly credentials?: RegistryCredentials | undefined
  /** The registry speaks plain HTTP; default for one on this machine alone. */
  readonly plainHttp?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** One request. */
export interface RegistryRequest {
  readonly method: Dispatcher.HttpMethod
  /** Below the registry's own address, or a whole address that it gave. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Makes the body anew for each attempt. */
  readonly body?: (() => Promise<Uint8Array | Readable>) | undefined
}

export type Answer = Dispatcher.ResponseData

/** Requests to one registry: signed in, and with errors that say what to do. */
export class RegistryConnection {
  readonly origin: string
  readonly #place: RegistryPlace
  readonly #signal: AbortSignal | undefined
  readonly #agent: Dispatcher
  readonly #login: RegistryLogin

  constructor(options: RegistryOptions) {
    const { host, path, credentials, signal } = options
    const plainHttp = options.plainHttp ?? isLoopback(new URL(`http://${host}`).hostname)
    this.origin = new URL(`${plainHttp ? 'http' : 'https'}://${host}`).origin
    this.#place = { host, path }
    this.#signal = signal
    // A proxy of the company is not asked for what is on this machine, or beside it.
    const Dispatcher = plainHttp ? Agent : EnvHttpProxyAgent
    this.#agent = new Dispatcher({ connect: { timeout: 10_000 }, headersTimeout: 60_000 })
    this.#login = new RegistryLogin(this.origin, credentials, async (url, authorization) => {
      const headers = authorization === undefined ? {} : { authorization }
      const answer = await this.#request(url, { method: 'GET', headers })
      await this.expect(answer, 200)
      return answer.body.json()
    })
  }

  /**
   * Sends with the token, which another host never sees; signs in again, once, when it has run out. Follows where the
   * registry sends readers to.
   */
  async send(sending: RegistryRequest): Promise<Answer> {
    let admission = await this.#login.admission()
    let answer = await this.#sendOnce(sending, admission)
    if (answer.statusCode === 401) {
      await answer.body.dump()
      const challenge = String(answer.headers['www-authenticate'] ?? '')
      admission = await this.#login.renewed(admission, challenge)
      answer = await this.#sendOnce(sending, admission)
    }
    for (let hops = 0; hops < MOST_HOPS && isRedirect(sending, answer); hops += 1) {
      await answer.body.dump()
      const url = new URL(String(answer.headers['location']), this.origin).href
      answer = await this.#sendOnce({ ...sending, url }, admission)
    }
    return answer
  }

  /** @throws {DeployError} unless the answer has this status; its body is read unless that is 200 or 206. */
  async expect(answer: Answer, ...expected: readonly number[]): Promise<void> {
    const { statusCode, body } = answer
    if (!expected.includes(statusCode)) {
      const text = (await body.text()).slice(0, 500)
      throw refused(new RegistryAnswer(statusCode, text), this.#place)
    }
    if (statusCode !== 200 && statusCode !== 206) await body.dump()
  }

  /** What goes wrong while a body arrives is the registry's silence too. */
  async *read({ body }: Answer): AsyncGenerator<Uint8Array> {
    const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
    for (;;) {
      const next = await this.#reaching(() => chunks.next())
      if (next.done === true) return
      yield next.value
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  async #sendOnce(
    { method, url, headers, body }: RegistryRequest,
    { authorization }: Admission,
  ): Promise<Answer> {
    const target = new URL(url, this.origin)
    const isOwn = target.origin === this.origin && authorization !== undefined
    return this.#request(target, {
      method,
      headers: { ...headers, ...(isOwn && { authorization }) },
      body: (await body?.()) ?? null,
    })
  }

  #request(url: URL, options: Omit<Dispatcher.RequestOptions, 'path' | 'origin'>): Promise<Answer> {
    const signal = this.#signal ?? null
    return this.#reaching(() => request(url, { ...options, dispatcher: this.#agent, signal }))
  }

  async #reaching<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      this.#signal?.throwIfAborted()
      throw unreachable(cause, this.#place)
    }
  }
}

const MOST_HOPS = 5

/** Registries keep blobs elsewhere and send readers there; nobody is sent on while writing. */
function isRedirect({ method }: RegistryRequest, { statusCode }: Answer): boolean {
  const isRead = method === 'GET' || method === 'HEAD'
  return isRead && [301, 302, 303, 307, 308].includes(statusCode)
}
