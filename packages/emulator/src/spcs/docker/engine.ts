import { type IncomingMessage, request } from 'node:http'
import type { Readable } from 'node:stream'
import { json, text } from 'node:stream/consumers'
import { EmulatorError } from '../../errors.ts'
import { type EngineAddress, printEngineAddress } from './engine-address.ts'

export interface EngineRequest {
  readonly query?: Readonly<Record<string, string | number | boolean | object>>
  /** Is sent as JSON; a stream as a tar archive. */
  readonly body?: object | Readable
}

/** An answer of the engine that is no success. */
export class EngineRequestError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'EngineRequestError'
    this.status = status
  }
}

/**
 * A container engine, by its HTTP API. Paths have no version: the engine then speaks its own newest.
 *
 * @see https://docs.docker.com/reference/api/engine/
 */
export class Engine {
  readonly address: EngineAddress

  constructor(address: EngineAddress) {
    this.address = address
  }

  /**
   * @throws {EngineRequestError} when the engine refuses.
   * @throws {EmulatorError} `ENGINE_UNREACHABLE` when none answers.
   */
  async json<Answer>(method: string, path: string, given: EngineRequest = {}): Promise<Answer> {
    return (await json(await this.stream(method, path, given))) as Answer
  }

  /** For requests whose answer says nothing. */
  async send(method: string, path: string, given: EngineRequest = {}): Promise<void> {
    await text(await this.stream(method, path, given))
  }

  /** Like `send`, where what the request is about may be gone already, or be as it should. */
  async sendIfThere(method: string, path: string, given: EngineRequest = {}): Promise<void> {
    try {
      await this.send(method, path, given)
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  /** The answer as it comes: resolves with its headers. */
  async stream(method: string, path: string, given: EngineRequest = {}): Promise<IncomingMessage> {
    const response = await this.#request(method, path, given)
    const { statusCode = 500 } = response
    if (statusCode < 400) return response
    const answer = await text(response)
    throw new EngineRequestError(statusCode, messageOf(answer))
  }

  #request(
    method: string,
    path: string,
    { query = {}, body }: EngineRequest,
  ): Promise<IncomingMessage> {
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
    )
    const isArchive = body !== undefined && 'pipe' in body
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          ...this.address,
          method,
          path: `${path}?${search.toString()}`,
          agent: false,
          headers: {
            host: 'docker',
            ...(body !== undefined && {
              'content-type': isArchive ? 'application/x-tar' : 'application/json',
            }),
          },
        },
        resolve,
      )
      outgoing.on('error', (cause) => reject(this.#unreachable(cause)))
      if (isArchive) {
        body.on('error', (error) => outgoing.destroy(error))
        body.pipe(outgoing)
      } else {
        outgoing.end(body === undefined ? undefined : JSON.stringify(body))
      }
    })
  }

  #unreachable(cause: NodeJS.ErrnoException): Error {
    const where = printEngineAddress(this.address)
    const why = WHY[cause.code ?? '']
    if (why === undefined) return cause
    return new EmulatorError(
      'ENGINE_UNREACHABLE',
      `Cannot run containers: no container engine answers at ${where}, ${why}`,
      {
        hint: 'Start Docker and see that `docker version` shows a server, or leave `--runner docker` away',
        cause,
      },
    )
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'the connection is refused',
  EACCES: 'this user may not open the socket',
  ENOTFOUND: 'there is no such host',
  EHOSTUNREACH: 'the host cannot be reached',
  ETIMEDOUT: 'it takes too long to connect',
}

/** True when what a request is about is gone, or is in the state already that was asked for. */
export function isGone(error: unknown): boolean {
  return error instanceof EngineRequestError && [304, 404, 409].includes(error.status)
}

function messageOf(answer: string): string {
  try {
    const { message } = JSON.parse(answer) as { message?: unknown }
    return typeof message === 'string' ? message : answer
  } catch {
    return answer.trim()
  }
}
