import { createHmac, randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, Buffer>(scrypt)

/** What is remembered below is worth nothing outside of this process. */
const processKey = randomBytes(32)

/** Digests, by that key, of passwords known to be right, by how they are stored: a hash costs 50 ms. */
const known = new Map<string, Buffer>()

/** The last password that `hashInitialPassword` was given. */
let initial: { readonly digest: Buffer; readonly stored: string } | undefined

/** A password as it is stored: `scrypt$<salt>$<hash>`, both base64url. */
export function hashPassword(password: string): string {
  const salt = randomBytes(16)
  const hash = scryptSync(password, salt, 32)
  const stored = `scrypt$${salt.toString('base64url')}$${hash.toString('base64url')}`
  known.set(stored, digestOf(password))
  return stored
}

/**
 * The same for the administrator of a new account: a process that makes many accounts with one password, as tests
 * do, hashes it once.
 */
export function hashInitialPassword(password: string): string {
  const digest = digestOf(password)
  if (initial === undefined || !timingSafeEqual(initial.digest, digest))
    initial = { digest, stored: hashPassword(password) }
  return initial.stored
}

/** True when the password is the one that was hashed; what work there is is done off the main thread. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const digest = digestOf(password)
  const right = known.get(stored)
  if (right !== undefined && timingSafeEqual(right, digest)) return true // a wrong one still costs whoever guesses
  const [, salt = '', hash = ''] = stored.split('$')
  const expected = Buffer.from(hash, 'base64url')
  const actual = await derive(password, Buffer.from(salt, 'base64url'), 32)
  const isRight = expected.length === actual.length && timingSafeEqual(expected, actual)
  if (isRight) known.set(stored, digest)
  return isRight
}

function digestOf(password: string): Buffer {
  return createHmac('sha256', processKey).update(password).digest()
}
