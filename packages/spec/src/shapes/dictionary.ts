import { isMap } from 'yaml'

import { fieldPlace } from '../reading/place.ts'
import { isOpen } from '../reading/reading.ts'
import { keyPairs } from './key-pairs.ts'
import type { Shape } from './shape.ts'

/** A mapping whose keys are the user's own. */
export function dictionary<T>(
  description: string,
  value: Shape<T>,
): Shape<Readonly<Record<string, T>>> {
  return {
    read(node, place, reading) {
      if (isOpen(node)) return undefined
      if (!isMap(node)) {
        reading.unexpected(node, place, 'a mapping', "Write one 'key: value' a line")
        return undefined
      }
      const entries = [...keyPairs(node, reading)].flatMap(([key, pair]) => {
        const read = value.read(pair.value, fieldPlace(place, key, pair.offset), reading)
        return read === undefined ? [] : [[key, read] as const]
      })
      return Object.fromEntries(entries)
    },
    write: (values) =>
      Object.fromEntries(Object.entries(values).map(([key, entry]) => [key, value.write(entry)])),
    schema: { description, type: 'object', additionalProperties: value.schema },
  }
}
