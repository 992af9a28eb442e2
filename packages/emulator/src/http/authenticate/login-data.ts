/** What we read of a login request's `data`; everything in it comes from outside. */
export interface LoginData {
  readonly ACCOUNT_NAME?: string | undefined
  readonly LOGIN_NAME?: string | undefined
  readonly PASSWORD?: string | undefined
  readonly TOKEN?: string | undefined
  readonly AUTHENTICATOR?: string | undefined
  readonly CLIENT_APP_ID?: string | undefined
  readonly SESSION_PARAMETERS: Readonly<Record<string, unknown>>
}

const TEXTS = [
  'ACCOUNT_NAME',
  'LOGIN_NAME',
  'PASSWORD',
  'TOKEN',
  'AUTHENTICATOR',
  'CLIENT_APP_ID',
] as const

/** Reads a login request's body; what has the wrong type counts as absent. */
export function readLoginData(body: unknown): LoginData {
  const data = isObject(body) && isObject(body['data']) ? body['data'] : {}
  const texts = TEXTS.map((key) => [key, typeof data[key] === 'string' ? data[key] : undefined])
  const parameters = data['SESSION_PARAMETERS']
  return {
    ...Object.fromEntries(texts),
    SESSION_PARAMETERS: isObject(parameters) ? parameters : {},
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
