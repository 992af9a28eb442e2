import { isScalar } from 'yaml'

import { nearestName } from '../nearest-name.ts'
import { isTemplated } from '../reading/reading.ts'
import { type Shape, TEMPLATE_TEXT } from './shape.ts'

/** One of a few texts. */
export function choice<const T extends string>(
  description: string,
  values: readonly T[],
): Shape<T> {
  return {
    read(node, place, reading) {
      if (isTemplated(node)) return undefined
      const written = isScalar(node) ? node.value : undefined
      const value = values.find((candidate) => candidate === written)
      if (value === undefined) {
        const expected = values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`
        const text = isScalar(node) ? (node.source ?? String(written)) : ''
        reading.unexpected(
          node,
          place,
          expected,
          hintFor(text, values, typeof written === 'string'),
        )
      }
      return value
    },
    write: (value) => value,
    schema: { description, anyOf: [{ enum: values }, { type: 'string', pattern: TEMPLATE_TEXT }] },
  }
}

function hintFor(written: string, values: readonly string[], isText: boolean): string | undefined {
  if (!isText && values.includes(written)) return `Put it in quotes: "${written}"`
  const nearest = nearestName(written, values)
  return nearest === undefined ? undefined : `Did you mean '${nearest}'?`
}
