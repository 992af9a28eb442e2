import { isSeq } from 'yaml'

import { itemPlace } from '../reading/place.ts'
import { isOpen } from '../reading/reading.ts'
import type { Shape } from './shape.ts'

export interface ListOptions<T> {
  readonly description: string
  readonly item: Shape<T>
  readonly minItems?: number
  readonly maxItems?: number
}

/** A list; items that cannot be read are left out, as their problems are reported. */
export function list<T>({
  description,
  item,
  minItems = 0,
  maxItems,
}: ListOptions<T>): Shape<readonly T[]> {
  return {
    read(node, place, reading) {
      if (isOpen(node)) {
        reading.names.leaveOpen()
        return undefined
      }
      if (!isSeq(node)) {
        reading.unexpected(node, place, 'a list', "Begin each item on its own line with '- '")
        return undefined
      }
      if (node.items.length < minItems) {
        reading.unexpected(node, place, `a list with at least ${minItems} item`, 'Add an item')
      }
      if (maxItems !== undefined && node.items.length > maxItems) {
        reading.problem(
          place,
          `'${place.name}' has ${node.items.length} items, at most ${maxItems} are allowed`,
          'Split the service into several',
        )
      }
      return node.items.flatMap((raw, index) => {
        const value = reading.resolve(raw)
        const offset = value?.range?.[0] ?? place.offset
        const read = item.read(value, itemPlace(place, index, offset), reading)
        return read === undefined ? [] : [read]
      })
    },
    write: (values) => values.map((value) => item.write(value)),
    schema: {
      description,
      type: 'array',
      items: item.schema,
      ...(minItems > 0 && { minItems }),
      ...(maxItems !== undefined && { maxItems }),
    },
  }
}
