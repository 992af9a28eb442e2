/** Holds the sign-in at one endpoint. DIFFERS: the name of Snowflake's own cookie is not documented. */
export const COOKIE = 'spcs-endpoint'

/** The value of our cookie in a Cookie header. */
export function maybeSignInCookie(header: string | undefined): string | undefined {
  return pairsOf(header ?? '')
    .find(isOurs)
    ?.slice(COOKIE.length + 1)
}

/** A Cookie header as the service may see it: without ours. Empty when nothing is left. */
export function withoutSignInCookie(header: string): string {
  return pairsOf(header)
    .filter((pair) => !isOurs(pair))
    .join('; ')
}

/** True for a Set-Cookie header that would set ours. */
export function setsSignInCookie(header: string): boolean {
  return isOurs(header.trimStart())
}

/** For this host alone, out of the reach of scripts, and not sent along by other sites. */
export function signInCookie(token: string): string {
  return `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Lax`
}

export function expiredSignInCookie(): string {
  return `${signInCookie('')}; Max-Age=0`
}

function pairsOf(header: string): string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
}

function isOurs(pair: string): boolean {
  return new RegExp(`^${COOKIE}\\s*=`).test(pair)
}
