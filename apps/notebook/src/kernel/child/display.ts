import { inspect, types } from 'node:util'
import type { MimeBundle } from '../kernel.ts'

/** The method by which a value says how it looks; Deno's and tslab's users know it too. */
export const DISPLAY: unique symbol = Symbol.for('Jupyter.display') as never

/** Values that stand for something the cell shows already. */
const shownAlready = new WeakSet<object>()

/** Has a cell whose last value this is show nothing once more: the handle that `display()` gives. */
export function markAsShown<T extends object>(value: T): T {
  shownAlready.add(value)
  return value
}

export function isShownAlready(value: unknown): boolean {
  return typeof value === 'object' && value !== null && shownAlready.has(value)
}

/** How values of some kind look that do not say so themselves; undefined for all others. */
export type View = (value: object) => MimeBundle | Promise<MimeBundle> | undefined

const views: View[] = []

export function addView(view: View): void {
  views.push(view)
}

/** A value as a cell shows it; a promise only where the value's own display is one. */
export function toMimeBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  const shown = displayMethod(value)?.call(value)
  if (shown instanceof Promise) {
    return shown.then((data: unknown) =>
      isMimeBundle(data) ? data : { 'text/plain': print(data) },
    )
  }
  if (isMimeBundle(shown)) return shown
  return viewOf(value) ?? { 'text/plain': print(value) }
}

/** True for a plain object whose keys are all MIME types. */
export function isMimeBundle(value: unknown): value is MimeBundle {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every((key) => /^[\w.+-]+\/[\w.+-]+(?:;.*)?$/.test(key))
}

/** util.inspect in colours; a value that cannot be inspected says so. */
export function print(value: unknown): string {
  try {
    return inspect(value, { colors: true, maxArrayLength: 100, maxStringLength: 100_000 })
  } catch (error) {
    return `[cannot be printed: ${String(error instanceof Error ? error.message : error)}]`
  }
}

function viewOf(value: unknown): MimeBundle | Promise<MimeBundle> | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  for (const view of types.isProxy(value) ? [] : views) {
    const shown = view(value)
    if (shown !== undefined) return shown
  }
  return undefined
}

function displayMethod(value: unknown): (() => unknown) | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  try {
    const method = (value as Record<symbol, unknown>)[DISPLAY]
    return typeof method === 'function' ? (method as () => unknown) : undefined
  } catch {
    return undefined // a Proxy that refuses
  }
}
