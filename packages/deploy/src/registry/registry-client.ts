import { Readable } from 'node:stream'
import { Agent, type Dispatcher, request } from 'undici'
import { DeployError } from '../errors.ts'
import type { Blob } from '../image/blob.ts'
import { isLoopback } from '@spcs/sql'
import type { RegistryCredentials } from '@spcs/sql'

/** Told how many further bytes have left for the registry. */
export type OnSent = (bytes: number) => void

/** A registry of OCI distribution v2, for one repository path; close it when done. */
export class RegistryClient implements AsyncDisposable {
  readonly #credentials: RegistryCredentials
  readonly #origin: string
  readonly #path: string
  readonly #agent = new Agent({ connect: { timeout: 10_000 }, headersTimeout: 60_000 })
  readonly #signal: AbortSignal | undefined
  #bearer: Promise<string> | undefined

  /**
   * @param path Name of the image in the registry: `db/schema/repository/name`.
   */
  constructor(credentials: RegistryCredentials, path: string, signal?: AbortSignal) {
    this.#credentials = credentials
    this.#origin = originOf(credentials.host)
    this.#path = path
    this.#signal = signal
  }

  async hasBlob(digest: string): Promise<boolean> {
    const response = await this.#send('HEAD', `/v2/${this.#path}/blobs/${digest}`)
    return this.#exists(response)
  }

  /** The digest that a tag stands for, or undefined where there is no such tag. */
  async manifestDigest(tag: string): Promise<string | undefined> {
    const response = await this.#send('HEAD', `/v2/${this.#path}/manifests/${tag}`, {
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    })
    if (!(await this.#exists(response))) return undefined
    const digest = response.headers['docker-content-digest']
    return typeof digest === 'string' ? digest : undefined
  }

  /** Uploads a blob in one request. */
  async putBlob(blob: Blob, onSent: OnSent): Promise<void> {
    const started = await this.#send('POST', `/v2/${this.#path}/blobs/uploads/`)
    await this.#expect(started, 202)
    const location = new URL(String(started.headers['location']), this.#origin)
    location.searchParams.set('digest', blob.digest)
    const bytes = await blob.read()
    const response = await this.#send('PUT', location.href, {
      headers: { 'content-type': 'application/octet-stream', 'content-length': `${bytes.length}` },
      body: () => Readable.from(slices(bytes, onSent)),
    })
    await this.#expect(response, 201)
  }

  async putManifest(manifest: Blob, tag: string): Promise<void> {
    const bytes = await manifest.read()
    const response = await this.#send('PUT', `/v2/${this.#path}/manifests/${tag}`, {
      headers: { 'content-type': manifest.mediaType },
      body: () => Buffer.from(bytes),
    })
    await this.#expect(response, 201)
  }

  async close(): Promise<void> {
    await this.#agent.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Sends with the bearer token; signs in again, once, when the token has run out meanwhile. */
  async #send(method: Dispatcher.HttpMethod, url: string, options: Sending = {}): Promise<Answer> {
    const response = await this.#sendOnce(method, url, options)
    if (response.statusCode !== 401) return response
    await response.body.dump()
    this.#bearer = undefined
    return this.#sendOnce(method, url, options)
  }

  async #sendOnce(
    method: Dispatcher.HttpMethod,
    url: string,
    { headers, body }: Sending,
  ): Promise<Answer> {
    const target = new URL(url, this.#origin)
    // A registry may send uploads to another host, which must not see the token.
    const own = target.origin === this.#origin
    this.#bearer ??= this.#signIn()
    const authorization = own ? { authorization: `Bearer ${await this.#bearer}` } : {}
    return this.#request(target, {
      method,
      headers: { ...headers, ...authorization },
      body: body?.() ?? null,
    })
  }

  /** https://docs.snowflake.com/en/developer-guide/snowpark-container-services/working-with-registry-repository */
  async #signIn(): Promise<string> {
    const password = await this.#credentials.token()
    const basic = Buffer.from(`${this.#credentials.user}:${password}`).toString('base64')
    const response = await this.#request(new URL('/login', this.#origin), {
      method: 'GET',
      headers: { authorization: `Basic ${basic}` },
    })
    await this.#expect(response, 200)
    const answer: unknown = await response.body.json()
    if (typeof answer === 'object' && answer !== null && 'token' in answer) {
      return String(answer.token)
    }
    throw this.#failed('its login gives no token')
  }

  async #request(
    url: URL,
    options: Omit<Dispatcher.RequestOptions, 'path' | 'origin'>,
  ): Promise<Answer> {
    try {
      return await request(url, {
        ...options,
        dispatcher: this.#agent,
        signal: this.#signal ?? null,
      })
    } catch (cause) {
      this.#signal?.throwIfAborted()
      throw new DeployError(
        'REGISTRY_UNREACHABLE',
        `Cannot reach registry "${this.#credentials.host}": ${messageOf(cause)}`,
        { hint: 'Check the network, or start the local account with `npx spcs local`', cause },
      )
    }
  }

  async #exists(response: Answer): Promise<boolean> {
    if (response.statusCode !== 404) await this.#expect(response, 200)
    await response.body.dump()
    return response.statusCode === 200
  }

  async #expect(response: Answer, status: number): Promise<void> {
    const { statusCode } = response
    if (statusCode === status) {
      if (status !== 200) await response.body.dump()
      return
    }
    const text = (await response.body.text()).slice(0, 500)
    if (statusCode === 401 || statusCode === 403) {
      throw new DeployError(
        'REGISTRY_LOGIN_REJECTED',
        `Cannot sign in at registry "${this.#credentials.host}": it answers ${statusCode} ${text}`,
        { hint: 'Connect again, with a role that may write to the image repository' },
      )
    }
    if (statusCode === 404) {
      throw new DeployError(
        'REGISTRY_PATH_UNKNOWN',
        `Cannot push to "${this.#path}": registry "${this.#credentials.host}" has no such repository`,
        { hint: 'Create the image repository, and take its URL from SHOW IMAGE REPOSITORIES' },
      )
    }
    throw this.#failed(`it answers ${statusCode} ${text}`)
  }

  #failed(why: string): DeployError {
    const { host } = this.#credentials
    return new DeployError('REGISTRY_FAILED', `Cannot push to registry "${host}": ${why}`, {
      hint: 'Push again; what has arrived is not sent twice',
    })
  }
}

type Answer = Dispatcher.ResponseData

interface Sending {
  readonly headers?: Readonly<Record<string, string>>
  /** Makes the body anew for each attempt. */
  readonly body?: () => Buffer | Readable
}

/** Plain http on this machine alone. */
function originOf(host: string): string {
  const { hostname } = new URL(`http://${host}`)
  return new URL(`${isLoopback(hostname) ? 'http' : 'https'}://${host}`).origin
}

async function* slices(bytes: Uint8Array, onSent: OnSent): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
    const slice = bytes.subarray(start, start + SLICE_BYTES)
    yield slice
    onSent(slice.length)
  }
}

const SLICE_BYTES = 256 * 1024

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
