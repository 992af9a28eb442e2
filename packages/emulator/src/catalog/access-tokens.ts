import { createHash, randomBytes } from 'node:crypto'
import type { Catalog } from './catalog.ts'
import type { AccessToken, User } from './objects.ts'

/** A new secret of a programmatic access token, and what is kept of it. */
export function newTokenSecret(): { secret: string; hash: string } {
  const secret = `spcs-pat-${randomBytes(32).toString('base64url')}`
  return { secret, hash: hashOf(secret) }
}

/** Whose programmatic access token this is; undefined when nobody's, or when it has expired. */
export function findAccessToken(
  secret: string,
  catalog: Catalog,
  now: Date,
): { readonly user: User; readonly token: AccessToken } | undefined {
  const hash = hashOf(secret)
  for (const user of catalog.users.list()) {
    const token = user.accessTokens?.find((one) => one.hash === hash)
    if (token === undefined) continue
    return Date.parse(token.expiresAt) > now.getTime() ? { user, token } : undefined
  }
  return undefined
}

/** A secret is random enough to need no salt, and its hash tells nothing of it. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
