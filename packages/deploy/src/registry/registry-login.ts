import type { RegistryCredentials } from '@spcs/sql'

/** How a login talks to its registry: a GET, and the JSON that comes back. */
export type GetJson = (url: URL, authorization: string | undefined) => Promise<unknown>

/** What a request is sent with. */
export interface Admission {
  readonly authorization: string | undefined
  /** Which token it is, counted from the first. */
  readonly count: number
}

/**
 * The way into a registry. With credentials it is Snowflake's: `/login` gives a token for Basic credentials. Without, it
 * is every public registry's: what a refusal names as its realm gives a token to anybody.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/working-with-registry-repository
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export class RegistryLogin {
  readonly #origin: string
  readonly #credentials: RegistryCredentials | undefined
  readonly #getJson: GetJson
  #token: Promise<string | undefined> | undefined
  #count = 0

  constructor(origin: string, credentials: RegistryCredentials | undefined, getJson: GetJson) {
    this.#origin = origin
    this.#credentials = credentials
    this.#getJson = getJson
  }

  /** What a request is sent with; without a header as long as none was asked for. */
  async admission(): Promise<Admission> {
    const credentials = this.#credentials
    if (credentials !== undefined) this.#token ??= this.#signIn(credentials)
    const count = this.#count
    const token = await this.#token
    return { count, authorization: token === undefined ? undefined : `Bearer ${token}` }
  }

  /** After a 401, which may come to several requests at a time: one new token for them all. */
  renewed({ count }: Admission, challenge: string): Promise<Admission> {
    if (count === this.#count) {
      this.#count += 1
      this.#token = this.#credentials === undefined ? this.#anonymousToken(challenge) : undefined
    }
    return this.admission()
  }

  async #signIn(credentials: RegistryCredentials): Promise<string | undefined> {
    const basic = Buffer.from(`${credentials.user}:${await credentials.token()}`).toString('base64')
    return tokenIn(await this.#getJson(new URL('/login', this.#origin), `Basic ${basic}`))
  }

  async #anonymousToken(challenge: string): Promise<string | undefined> {
    const { realm, ...query } = parseChallenge(challenge)
    if (realm === undefined) return undefined
    const url = new URL(realm)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return tokenIn(await this.#getJson(url, undefined))
  }
}

/** `Bearer realm="https://auth.docker.io/token",service="registry.docker.io"`; nothing for other schemes. */
function parseChallenge(challenge: string): Readonly<Record<string, string>> {
  if (!/^bearer /i.test(challenge)) return {}
  const parameters = challenge.matchAll(/(\w+)="([^"]*)"/g)
  return Object.fromEntries([...parameters].map(([, name = '', value = '']) => [name, value]))
}

function tokenIn(answer: unknown): string | undefined {
  const { token, access_token: other } = (answer ?? {}) as Record<string, unknown>
  const found = token ?? other
  return typeof found === 'string' ? found : undefined
}
