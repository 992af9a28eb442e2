import type { MimeBundle } from '../kernel.ts'
import { vegaLiteBundle } from './cell-display.ts'

/** A Vega-Lite specification, or what makes one by `toSpec()`, as its chart. */
export function viewVegaLite(value: object): MimeBundle | undefined {
  if (isSpecification(value)) return vegaLiteBundle(value)
  const toSpec: unknown = Reflect.get(value, 'toSpec')
  if (typeof toSpec !== 'function') return undefined
  const made: unknown = Reflect.apply(toSpec, value, [])
  return isSpecification(made) ? vegaLiteBundle(made) : undefined
}

function isSpecification(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const schema: unknown = Object.getOwnPropertyDescriptor(value, '$schema')?.value
  return typeof schema === 'string' && /\/vega-lite\//.test(schema)
}
