import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits, safe in URLs and cookies. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Compares without telling by its time how much was right, or how long the secret is. */
export function isSameToken(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

/** What is kept of a token where only its owner needs the token itself. */
export function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
