import { types } from 'node:util'
import type { KernelProperty } from '../../kernel.ts'
import { describeValue } from './describe-value.ts'

/** Entries that one look gives. */
const MOST_ENTRIES = 200

/*
 * A path leads from a global to what is inside of it, a key a step:
 *
 *   .name   an own property        #3   an element of an array or a typed array
 *   @name   an own symbol          =3   the value of the fourth entry of a Map or a Set
 */

/** A part of a value, before it is described. */
interface Part {
  readonly name: string
  readonly key: string
  /** An accessor has none: a getter is code of the cell's. */
  readonly value?: unknown
  readonly isAccessor?: boolean
}

/**
 * What is inside the value at a path: at most 200 entries from an offset on; elements and entries first, then
 * properties. No getter, no Proxy trap and no method of a value is called. Empty where there is nothing any more.
 */
export function inspectVariable(
  name: string,
  path: readonly string[],
  offset: number,
): readonly KernelProperty[] {
  let value = ownValue(globalThis, name)
  for (const key of path) value = valueAt(value, key)
  return partsOf(value, offset, offset + MOST_ENTRIES).map(describePart)
}

function describePart({ name, key, value, isAccessor = false }: Part): KernelProperty {
  if (isAccessor) return { name, type: 'accessor', preview: '', size: null, key: null }
  const isOpen = hasParts(value)
  return { name, ...describeValue(value), key: isOpen ? key : null }
}

function hasParts(value: unknown): boolean {
  return partsOf(value, 0, 1).length > 0
}

function partsOf(value: unknown, from: number, to: number): Part[] {
  if (!isInspectable(value)) return []
  const sequence = sequenceOf(value)
  const parts = sequence.parts(Math.min(from, sequence.length), Math.min(to, sequence.length))
  if (to <= sequence.length) return parts
  const names = propertyNames(value).slice(
    Math.max(0, from - sequence.length),
    to - sequence.length,
  )
  return [...parts, ...names.map((name) => propertyPart(value, name))]
}

function valueAt(value: unknown, key: string): unknown {
  if (!isInspectable(value)) return undefined
  const rest = key.slice(1)
  switch (key[0]) {
    case '.':
      return ownValue(value, rest)
    case '@':
      return ownValue(value, symbolNamed(value, rest) ?? '')
    case '#':
      return elementAt(value, Number(rest))
    case '=':
      return entryAt(value, Number(rest))?.[1]
    default:
      return undefined
  }
}

interface Sequence {
  readonly length: number
  parts(from: number, to: number): Part[]
}

/** What a value holds in an order of its own. */
function sequenceOf(value: object): Sequence {
  if (Array.isArray(value) || types.isTypedArray(value)) {
    return {
      length: value.length,
      parts: (from, to) =>
        indexes(from, to).map((index) => ({
          name: String(index),
          key: `#${index}`,
          value: elementAt(value, index),
        })),
    }
  }
  if (types.isMap(value) || types.isSet(value)) {
    const isMap = types.isMap(value)
    return {
      length: sizeOf(value),
      parts: (from, to) =>
        entriesOf(value, from, to).map(([key, inner], index) => {
          const at = from + index
          return {
            name: isMap ? describeValue(key).preview : String(at),
            key: `=${at}`,
            value: inner,
          }
        }),
    }
  }
  return { length: 0, parts: () => [] }
}

function elementAt(value: object, index: number): unknown {
  // A typed array has no getters of its own, and a hole of an array no property.
  return types.isTypedArray(value) ? Reflect.get(value, index) : ownValue(value, String(index))
}

function entryAt(value: object, index: number): readonly [unknown, unknown] | undefined {
  if (!types.isMap(value) && !types.isSet(value)) return undefined
  return entriesOf(value, index, index + 1)[0]
}

const mapEntries = methodOf(Map.prototype, 'entries')
const setEntries = methodOf(Set.prototype, 'entries')
const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, 'size')
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, 'size')

function sizeOf(value: object): number {
  return Number((types.isMap(value) ? mapSize : setSize)?.get?.call(value))
}

/** A method of Node's own class, as a value may bring others. */
function methodOf(prototype: object, name: string): () => Iterator<unknown> {
  return Object.getOwnPropertyDescriptor(prototype, name)?.value as () => Iterator<unknown>
}

function entriesOf(value: object, from: number, to: number): (readonly [unknown, unknown])[] {
  const entries = (types.isMap(value) ? mapEntries : setEntries).call(value)
  const found: (readonly [unknown, unknown])[] = []
  for (let index = 0; index < to; index += 1) {
    const { value: entry, done } = entries.next()
    if (done === true) break
    if (index >= from) found.push(entry as readonly [unknown, unknown])
  }
  return found
}

function propertyNames(value: object): (string | symbol)[] {
  const isSequence = Array.isArray(value) || types.isTypedArray(value)
  return Reflect.ownKeys(value).filter((key) => {
    if (typeof key === 'symbol') return true
    if (isSequence && (key === 'length' || /^\d+$/.test(key))) return false
    return typeof value !== 'function' || !OF_EVERY_FUNCTION.has(key)
  })
}

const OF_EVERY_FUNCTION = new Set(['length', 'name', 'prototype', 'arguments', 'caller'])

function propertyPart(value: object, key: string | symbol): Part {
  const descriptor = Object.getOwnPropertyDescriptor(value, key)
  const isAccessor = descriptor !== undefined && !('value' in descriptor)
  const inner: unknown = descriptor?.value
  if (typeof key === 'symbol') {
    return { name: String(key), key: `@${String(key)}`, value: inner, isAccessor }
  }
  return { name: key, key: `.${key}`, value: inner, isAccessor }
}

function symbolNamed(value: object, text: string): symbol | undefined {
  return Object.getOwnPropertySymbols(value).find((symbol) => String(symbol) === text)
}

function ownValue(value: object, key: string | symbol): unknown {
  return Object.getOwnPropertyDescriptor(value, key)?.value
}

function isInspectable(value: unknown): value is object {
  const isObject = (typeof value === 'object' || typeof value === 'function') && value !== null
  return isObject && !types.isProxy(value)
}

function indexes(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
}
