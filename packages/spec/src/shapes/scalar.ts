import { isScalar } from 'yaml'

import { isOpen } from '../reading/reading.ts'
import type { Shape } from './shape.ts'

export interface NumberOptions {
  readonly description: string
  readonly minimum?: number
  readonly maximum?: number
}

/** A whole number between two bounds. */
export function integer(options: NumberOptions): Shape<number> {
  return numeric(options, 'integer', 'a whole number', Number.isSafeInteger)
}

/** Any number between two bounds. */
export function number(options: NumberOptions): Shape<number> {
  return numeric(options, 'number', 'a number', Number.isFinite)
}

export function boolean(description: string): Shape<boolean> {
  return {
    read(node, place, reading) {
      if (isOpen(node)) return undefined
      if (isScalar(node) && typeof node.value === 'boolean') return node.value
      const isQuoted = isScalar(node) && (node.value === 'true' || node.value === 'false')
      reading.unexpected(
        node,
        place,
        'true or false',
        isQuoted ? 'Leave the quotes out' : undefined,
      )
      return undefined
    },
    write: (value) => value,
    schema: { description, type: 'boolean' },
  }
}

function numeric(
  { description, minimum = -Infinity, maximum = Infinity }: NumberOptions,
  type: 'integer' | 'number',
  words: string,
  isRight: (value: number) => boolean,
): Shape<number> {
  const expected = `${words}${boundsInWords(minimum, maximum)}`
  return {
    read(node, place, reading) {
      if (isOpen(node)) return undefined
      const value = isScalar(node) ? node.value : undefined
      if (typeof value === 'number' && isRight(value) && value >= minimum && value <= maximum)
        return value
      const isQuoted = typeof value === 'string' && value.trim() !== '' && isRight(Number(value))
      reading.unexpected(node, place, expected, isQuoted ? 'Leave the quotes out' : undefined)
      return undefined
    },
    write: (value) => value,
    schema: {
      description,
      type,
      ...(minimum > -Infinity && { minimum }),
      ...(maximum < Infinity && { maximum }),
    },
  }
}

function boundsInWords(minimum: number, maximum: number): string {
  if (maximum < Infinity) return ` from ${minimum} to ${maximum}`
  return minimum > -Infinity ? ` of at least ${minimum}` : ''
}
