/** A record whose keys may be absent but are never undefined. */
export type Defined<T> = { [K in keyof T]: NonNullable<T[K]> }

/** The record without its undefined values, so that spreading it overwrites nothing. */
export function withoutUndefined<T extends object>(record: T): Defined<T> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Defined<T>
}
