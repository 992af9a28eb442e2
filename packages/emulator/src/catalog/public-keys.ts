import type { User } from './objects.ts'

/** A user may have two keys, so that one can be changed while the other is in use. */
export const KEY_PROPERTIES = ['RSA_PUBLIC_KEY', 'RSA_PUBLIC_KEY_2'] as const

/** The user's keys by the property that set them. */
export function publicKeysOf(user: User): ReadonlyMap<string, string> {
  const properties = user.publicKeyProperties ?? KEY_PROPERTIES
  return new Map(user.publicKeys.map((key, index) => [properties[index] ?? '', key]))
}
