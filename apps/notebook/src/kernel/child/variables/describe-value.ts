import { inspect, types } from 'node:util'
import type { KernelVariable } from '../../kernel.ts'
import { LargeResult } from '../results/large-result.ts'
import { columnsOfResult } from '../results/result-columns.ts'

const PREVIEW_CHARACTERS = 120

/** Type, one line and size of a value. No getter, no Proxy trap and no method of it is called. */
export function describeValue(value: unknown): Omit<KernelVariable, 'name'> {
  try {
    const size = sizeOf(value)
    return { type: typeOf(value, size), preview: preview(value), size }
  } catch {
    return { type: typeof value, preview: '[cannot be shown]', size: null }
  }
}

function preview(value: unknown): string {
  if (types.isProxy(value)) return 'Proxy'
  const columns = columnsOfResult(value)
  if (columns !== undefined) {
    return cut(columns.map(({ name, type }) => `${name} ${type}`).join(', '))
  }
  if (typeof value === 'string') return cut(inspect(value.slice(0, PREVIEW_CHARACTERS + 1)))
  const text = inspect(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    maxArrayLength: 10,
    maxStringLength: 80,
    customInspect: false,
    getters: false,
    showProxy: true,
  })
  return cut(text.replaceAll(/\s*\n\s*/g, ' '))
}

function cut(text: string): string {
  return text.length <= PREVIEW_CHARACTERS ? text : `${text.slice(0, PREVIEW_CHARACTERS - 1)}…`
}

function typeOf(value: unknown, size: number | null): string {
  if (value === null) return 'null'
  if (typeof value === 'function') return isClass(value) ? 'Class' : 'Function'
  if (typeof value !== 'object') return typeof value
  if (types.isProxy(value)) return 'Proxy'
  const isRows = Array.isArray(value) && columnsOfResult(value) !== undefined
  const name = isRows ? 'Rows' : constructorName(value)
  return size === null ? name : `${name}(${size})`
}

function isClass(value: object): boolean {
  const prototype = Object.getOwnPropertyDescriptor(value, 'prototype')
  return prototype !== undefined && prototype.writable === false
}

function constructorName(value: object): string {
  for (
    let at: object | null = value;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    if (types.isProxy(at)) return 'Object'
    const constructor: unknown = Object.getOwnPropertyDescriptor(at, 'constructor')?.value
    if (typeof constructor !== 'function' || types.isProxy(constructor)) continue
    const name: unknown = Object.getOwnPropertyDescriptor(constructor, 'name')?.value
    if (typeof name === 'string' && name !== '') return name
  }
  return 'Object'
}

/** The getter of Node's own class, since an object may bring one of its name. */
function builtInGetter(prototype: object, name: string): (value: unknown) => number {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)
  return (value) => descriptor?.get?.call(value) as number
}

const mapSize = builtInGetter(Map.prototype, 'size')
const setSize = builtInGetter(Set.prototype, 'size')
const bufferLength = builtInGetter(ArrayBuffer.prototype, 'byteLength')
const typedLength = builtInGetter(Object.getPrototypeOf(Uint8Array.prototype) as object, 'length')

function sizeOf(value: unknown): number | null {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return null
  if (Array.isArray(value)) return value.length
  if (types.isMap(value)) return mapSize(value)
  if (types.isSet(value)) return setSize(value)
  if (types.isTypedArray(value)) return typedLength(value)
  if (types.isArrayBuffer(value)) return bufferLength(value)
  return value instanceof LargeResult ? value.rowCount : null
}
