import { alreadyExists, doesNotExist } from '../snowflake-error.ts'
import type { CatalogObject } from './objects.ts'

/** The objects of one kind by key; a key is the object's stored name parts as `printName` joins them. */
export class Collection<T extends CatalogObject> {
  /** As error messages call it: `Compute pool`. */
  readonly kind: string
  readonly #objects = new Map<string, T>()
  readonly #keyOf: (object: T) => string
  readonly #watchers = new Set<() => void>()

  constructor(kind: string, keyOf: (object: T) => string, onChange: () => void) {
    this.kind = kind
    this.#keyOf = keyOf
    this.#watchers.add(onChange)
  }

  /** All of them, by key. */
  list(): T[] {
    return [...this.#objects.entries()]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([, object]) => object)
  }

  /** All of them with their keys, by key. */
  entries(): [key: string, object: T][] {
    return this.list().map((object) => [this.#keyOf(object), object])
  }

  keyOf(object: T): string {
    return this.#keyOf(object)
  }

  maybe(key: string): T | undefined {
    return this.#objects.get(key)
  }

  /** @throws {SnowflakeError} 002003 when there is none. */
  get(key: string): T {
    const object = this.#objects.get(key)
    if (object === undefined) throw doesNotExist(this.kind, key)
    return object
  }

  /** @throws {SnowflakeError} 002002 when there is one of this key. */
  add(object: T): T {
    if (this.#objects.has(this.#keyOf(object))) throw alreadyExists(object.name)
    return this.put(object)
  }

  /** Calls a function after every change; what comes back ends that. */
  watch(onChange: () => void): () => void {
    this.#watchers.add(onChange)
    return () => this.#watchers.delete(onChange)
  }

  /** Adds the object, or puts it in the place of the one with its key. */
  put(object: T): T {
    this.#objects.set(this.#keyOf(object), object)
    this.#tell()
    return object
  }

  remove(key: string): boolean {
    const removed = this.#objects.delete(key)
    if (removed) this.#tell()
    return removed
  }

  /** Puts the object with some of its fields changed in its own place. */
  change(key: string, changes: Partial<T>): T {
    return this.put({ ...this.get(key), ...changes })
  }

  /** Changes what every kind of object has. */
  changeCommon(key: string, changes: { readonly owner?: string; readonly comment?: string }): void {
    this.put({ ...this.get(key), ...changes })
  }

  /** Puts what was saved; no change is told. */
  load(objects: readonly T[]): void {
    this.#objects.clear()
    for (const object of objects) this.#objects.set(this.#keyOf(object), object)
  }

  #tell(): void {
    for (const onChange of this.#watchers) onChange()
  }
}
