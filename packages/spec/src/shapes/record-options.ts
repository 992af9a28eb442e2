import type { Shape } from './shape.ts'

export interface RequiredField<V> {
  readonly presence: 'required'
  readonly shape: Shape<V>
}

export interface OptionalField<V> {
  readonly presence: 'optional'
  readonly shape: Shape<V>
}

export interface DefaultField<V> {
  readonly presence: 'default'
  readonly shape: Shape<V>
  readonly value: V
  /** Written even where it has its default value. */
  readonly isAlwaysWritten: boolean
}

/** A field for each key of T: optional keys are optional fields, the others are not. */
export type Fields<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K>
    ? OptionalField<Exclude<T[K], undefined>>
    : RequiredField<T[K]> | DefaultField<T[K]>
}

export type AnyField = RequiredField<unknown> | OptionalField<unknown> | DefaultField<unknown>

/** Where a rule points: a field of its record, or a record inside it and maybe a field of that one. */
export type Where<T> = (keyof T & string) | { readonly owner: object; readonly field?: string }

/** What a rule has besides the value: how it reports, and what was written but could not be read. */
export interface Report<T> {
  isWritten(where: (keyof T & string) | { readonly owner: object; readonly field: string }): boolean
  problem(where: Where<T>, message: string, hint?: string): void
  warn(where: Where<T>, message: string, hint?: string): void
}

export interface RecordOptions<T> {
  readonly description: string
  readonly fields: Fields<T>
  /** Of these fields one must be there, and only one. */
  readonly exactlyOne?: readonly (keyof T & string)[]
  /** Fields that are of use only beside another one. */
  readonly needs?: { readonly [K in keyof T]?: keyof T & string }
  /** There must be a field, whichever. */
  readonly isNeverEmpty?: boolean
  /** The field that a bare text in place of the record stands for. */
  readonly shorthand?: keyof T & string
  /** Keys that are accepted and mean nothing any more: why, and what to do. */
  readonly ignored?: Readonly<Record<string, readonly [message: string, hint: string]>>
  /** What to do instead of a key that people bring from elsewhere. */
  readonly strangers?: Readonly<Record<string, string>>
  /** Rules between fields; a field that could not be read is missing. */
  readonly check?: (value: Partial<T>, report: Report<T>) => void
}

export function required<V>(shape: Shape<V>): RequiredField<V> {
  return { presence: 'required', shape }
}

export function optional<V>(shape: Shape<V>): OptionalField<V> {
  return { presence: 'optional', shape }
}

export function withDefault<V>(shape: Shape<V>, value: V): DefaultField<V> {
  return { presence: 'default', shape, value, isAlwaysWritten: false }
}

/** A default that DESCRIBE SERVICE shows as if it had been written. */
export function filledWith<V>(shape: Shape<V>, value: V): DefaultField<V> {
  return { presence: 'default', shape, value, isAlwaysWritten: true }
}
