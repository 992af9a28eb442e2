import type { RegistryCredentials } from '@spcs/sql'
import { type BasicCredentials, maybeDockerCredentials } from './docker-credentials.ts'

/** How a login talks to its registry: a GET, and the JSON that comes back. */
export type GetJson = (url: URL, authorization: string | undefined) => Promise<unknown>

/** What a request is sent with. */
export interface Admission {
  readonly authorization: string | undefined
  /** Which token it is, counted from the first. */
  readonly count: number
}

/**
 * The way into a registry. With an account's credentials it is Snowflake's: `/login` gives a token for them. Without, it
 * is every other registry's: what a refusal names as its realm gives a token to anybody, or to who has logged in there.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/working-with-registry-repository
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export class RegistryLogin {
  readonly #origin: string
  readonly #credentials: RegistryCredentials | undefined
  readonly #getJson: GetJson
  #header: Promise<string | undefined> | undefined
  #count = 0

  constructor(origin: string, credentials: RegistryCredentials | undefined, getJson: GetJson) {
    this.#origin = origin
    this.#credentials = credentials
    this.#getJson = getJson
  }

  /** What a request is sent with; without a header as long as none was asked for. */
  async admission(): Promise<Admission> {
    const credentials = this.#credentials
    if (credentials !== undefined) this.#header ??= this.#signIn(credentials)
    const count = this.#count
    return { count, authorization: await this.#header }
  }

  /** After a 401, which may come to several requests at a time: one new token for them all. */
  renewed({ count }: Admission, challenge: string): Promise<Admission> {
    if (count === this.#count) {
      this.#count += 1
      this.#header = this.#credentials === undefined ? this.#answer(challenge) : undefined
    }
    return this.admission()
  }

  async #signIn(credentials: RegistryCredentials): Promise<string | undefined> {
    const basic = printBasic({ user: credentials.user, password: await credentials.token() })
    return printBearer(await this.#getJson(new URL('/login', this.#origin), basic))
  }

  async #answer(challenge: string): Promise<string | undefined> {
    const kept = await maybeDockerCredentials(new URL(this.#origin).host)
    const basic = kept === undefined ? undefined : printBasic(kept)
    const { realm, ...query } = parseChallenge(challenge)
    if (realm === undefined) return basic
    const url = new URL(realm)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    // Where the registry itself is reached in secret, its passwords stay so.
    const mayCarry = url.protocol === 'https:' || this.#origin.startsWith('http:')
    return printBearer(await this.#getJson(url, mayCarry ? basic : undefined))
  }
}

/** `Bearer realm="https://auth.docker.io/token",service="registry.docker.io"`; nothing for other schemes. */
function parseChallenge(challenge: string): Readonly<Record<string, string>> {
  if (!/^bearer /i.test(challenge)) return {}
  const parameters = challenge.matchAll(/(\w+)="([^"]*)"/g)
  return Object.fromEntries([...parameters].map(([, name = '', value = '']) => [name, value]))
}

function printBasic({ user, password }: BasicCredentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function printBearer(answer: unknown): string | undefined {
  const { token, access_token: other } = (answer ?? {}) as Record<string, unknown>
  const found = token ?? other
  return typeof found === 'string' ? `Bearer ${found}` : undefined
}
