import { inspect } from 'node:util'
import type { ThrownError } from '../messages.ts'

/** Whatever was thrown, as text; never throws itself. */
export function describeThrown(value: unknown, depth = 0): ThrownError {
  try {
    if (isErrorLike(value)) return describeError(value, depth)
    const message = inspect(value, { depth: 4, colors: false })
    return { name: 'Uncaught', message, stack: '' }
  } catch {
    return { name: 'Error', message: 'an error that cannot be printed', stack: '' }
  }
}

const OFFSET = Symbol('offset in the cell')

/** Notes where in its cell's text an error arose, which its stack cannot say. */
export function placeInCell(error: unknown, offset: number): unknown {
  if (typeof error === 'object' && error !== null && Object.isExtensible(error)) {
    Object.defineProperty(error, OFFSET, { value: offset })
  }
  return error
}

interface ErrorLike {
  readonly [OFFSET]?: number
  readonly name?: unknown
  readonly message?: unknown
  readonly stack?: unknown
  readonly code?: unknown
  readonly hint?: unknown
  readonly cause?: unknown
  readonly errors?: unknown
}

function isErrorLike(value: unknown): value is ErrorLike {
  if (typeof value !== 'object' || value === null) return false
  try {
    return value instanceof Error || typeof (value as ErrorLike).stack === 'string'
  } catch {
    return false // a Proxy that refuses
  }
}

function describeError(error: ErrorLike, depth: number): ThrownError {
  const name = textOf(error.name ?? 'Error')
  const code = typeof error.code === 'string' ? error.code : undefined
  const text = textOf(error.message ?? '')
  const parts = Array.isArray(error.errors) ? error.errors.slice(0, 10).map(String) : []
  const message = [text, ...parts.map((part) => `  - ${part}`)].join('\n')
  const cause =
    error.cause === undefined || depth > 8 ? undefined : describeThrown(error.cause, depth + 1)
  const offset = error[OFFSET]
  return {
    name: code === undefined ? name : `${name} [${code}]`,
    message,
    stack: frames(textOf(error.stack ?? ''), text),
    ...(typeof error.hint === 'string' ? { hint: error.hint } : {}),
    ...(offset === undefined ? {} : { offset }),
    ...(cause === undefined ? {} : { cause }),
  }
}

/** The stack without its headline, which may have as many lines as the message has. */
function frames(stack: string, message: string): string {
  const at = message === '' ? -1 : stack.indexOf(message)
  const rest = at === -1 ? stack : stack.slice(at + message.length)
  return rest
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value)
}
