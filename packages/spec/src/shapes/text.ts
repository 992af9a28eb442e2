import { isScalar, type Scalar } from 'yaml'

import type { NameKind } from '../reading/names.ts'
import { atValue, isTemplated, type YamlValue } from '../reading/reading.ts'
import { type JsonSchema, type Shape, TEMPLATE_TEXT } from './shape.ts'

export interface TextOptions {
  readonly description: string
  readonly examples?: readonly string[]
  /** What the whole text must match; anchored at both ends. */
  readonly pattern?: RegExp
  /** The pattern in words: "must be …". */
  readonly expected?: string
  /** What to write in place of a text that does not match. */
  readonly hint?: string | ((text: string) => string)
  /** Takes bare numbers (and with `scalars` booleans too) as the text they are written as. */
  readonly accepts?: 'numbers' | 'scalars'
  /** The text gives a name to the thing around it. */
  readonly declares?: NameKind
  /** The text is the name of something else in the document. */
  readonly refersTo?: NameKind
  /** A doubt about a text that matches: what is said, and what to do. */
  readonly warning?: (text: string) => readonly [message: string, hint: string] | undefined
}

/** Text, as far as the pattern allows. */
export function text<T extends string = string>(options: TextOptions): Shape<T> {
  const { pattern, expected = 'text', declares, refersTo } = options
  const matches = (value: string): value is T => pattern === undefined || pattern.test(value)
  return {
    read(node, place, reading) {
      if (isTemplated(node)) {
        if (declares !== undefined) reading.names.leaveOpen()
        return undefined
      }
      const value = isScalar(node) ? textOf(node, options, matches) : undefined
      if (value === undefined || !matches(value)) {
        reading.unexpected(node, place, expected, hintFor(node, options))
        return undefined
      }
      const here = atValue(node, place)
      if (declares !== undefined) reading.names.declare(declares, value, here)
      if (refersTo !== undefined) reading.names.refer(refersTo, value, here)
      const [message, hint] = options.warning?.(value) ?? []
      if (message !== undefined) reading.warn(here, message, hint)
      return value
    },
    write: (value) => value,
    schema: textSchema(options),
  }
}

/** The text of a scalar, or undefined when only quotes would make it one. */
function textOf(
  node: Scalar,
  options: TextOptions,
  matches: (value: string) => boolean,
): string | undefined {
  const { value, source } = node
  if (typeof value === 'string') return value
  const isAccepted =
    (typeof value === 'number' && options.accepts !== undefined) ||
    (typeof value === 'boolean' && options.accepts === 'scalars')
  if (!isAccepted) return undefined
  // As written, so that 3.10 and 0644 keep their zeros; else as YAML understands it (0x10, 1e3).
  return source !== undefined && matches(source) ? source : String(value)
}

function hintFor(node: YamlValue, options: TextOptions): string | undefined {
  const { hint, pattern } = options
  const value = isScalar(node) ? node.value : null
  if (typeof value === 'string') {
    if (value.includes('{{')) return 'Render the template first, giving this variable a value'
    return typeof hint === 'function' ? hint(value) : hint
  }
  const source = isScalar(node) ? (node.source ?? '') : ''
  const isOnlyUnquoted = value !== null && (pattern === undefined || pattern.test(source))
  if (isOnlyUnquoted && options.accepts === undefined) return 'Put it in quotes'
  return typeof hint === 'string' ? hint : undefined
}

function textSchema({ description, examples, pattern, accepts }: TextOptions): JsonSchema {
  const about = { description, ...(examples !== undefined && { examples }) }
  const string = {
    type: 'string',
    ...(pattern !== undefined && { pattern: `${pattern.source}|${TEMPLATE_TEXT}` }),
  }
  if (accepts === undefined) return { ...about, ...string }
  const others = accepts === 'numbers' ? ['number'] : ['number', 'boolean']
  return { ...about, anyOf: [string, ...others.map((type) => ({ type }))] }
}
