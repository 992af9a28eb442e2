import * as vega from 'vega'

/** The marks that are drawn; Vega's types have this class as a type alone. */
const Item = (vega as unknown as { readonly Item: new () => object }).Item

/**
 * What an expression of a chart may hold: data, and the marks that are drawn from it. Never a function, so there is none to
 * call; never an element, a view or a prototype, from which the page could be reached.
 */
export function isSafeValue(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false
  if (typeof value !== 'object' || value === null) return true
  if (hasOwnConstructor(value)) return false
  if (Array.isArray(value) || value instanceof Date || value instanceof RegExp) return true
  if (value instanceof Item || value instanceof vega.Bounds) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** A prototype of the language; data may have a member of that name, but no function there. */
function hasOwnConstructor(value: object): boolean {
  const own = Object.getOwnPropertyDescriptor(value, 'constructor')
  return own !== undefined && (typeof own.value === 'function' || own.get !== undefined)
}

/** A member of a value: its own ones alone, nothing inherited. Undefined when it is not safe. */
export function readMember(value: unknown, name: unknown): unknown {
  if (value === null || value === undefined || !isSafeValue(value)) return undefined
  const key = String(name)
  const owner = typeof value === 'string' ? Object(value) : value
  if (typeof owner !== 'object' || !Object.hasOwn(owner as object, key)) return undefined
  const member: unknown = (owner as Readonly<Record<string, unknown>>)[key]
  return isSafeValue(member) ? member : undefined
}

/** What a signal holds as data: that of a `bin` is a function, whose members say where the bins are. */
export function signalValue(value: unknown): unknown {
  if (typeof value !== 'function') return isSafeValue(value) ? value : undefined
  return Object.fromEntries(Object.entries(value).filter(([, member]) => isSafeValue(member)))
}

const EVENT_MEMBERS = [
  'type',
  'clientX',
  'clientY',
  'pageX',
  'pageY',
  'screenX',
  'screenY',
  'offsetX',
  'offsetY',
  'movementX',
  'movementY',
  'button',
  'buttons',
  'detail',
  'deltaX',
  'deltaY',
  'deltaMode',
  'key',
  'code',
  'altKey',
  'ctrlKey',
  'metaKey',
  'shiftKey',
  'pointerId',
  'pointerType',
  'pressure',
  'timestamp',
  'elapsed',
] as const

/** An event as plain data: the browser's own one leads to the window. */
export function plainEvent(event: unknown): Readonly<Record<string, unknown>> {
  if (typeof event !== 'object' || event === null) return {}
  const given = event as Readonly<Record<string, unknown>>
  const plain: Record<string, unknown> = {}
  for (const name of EVENT_MEMBERS) {
    if (typeof given[name] !== 'object' && isSafeValue(given[name])) plain[name] = given[name]
  }
  for (const name of ['touches', 'changedTouches']) {
    if (given[name] !== undefined) plain[name] = Array.from(given[name] as never, plainEvent)
  }
  if (isSafeValue(given['item'])) plain['item'] = given['item']
  return plain
}
