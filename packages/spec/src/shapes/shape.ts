import type { Place } from '../reading/place.ts'
import type { Reading, YamlValue } from '../reading/reading.ts'

/** A JSON Schema (draft 7), or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * One definition of a kind of value: how it is read and checked, how it is written, and how editors
 * are told of it. The whole specification is one shape made of smaller ones.
 */
export interface Shape<T> {
  /** The value, or undefined when there is none: the reading then holds the reason. */
  read(node: YamlValue, place: Place, reading: Reading): T | undefined
  /** The value as plain data: fields in their order, defaults left out. */
  write(value: T): unknown
  readonly schema: JsonSchema
}

/** In a schema: text that a template has yet to fill in is right wherever text is. */
export const TEMPLATE_TEXT: string = String.raw`\{\{`
