import { isDeepStrictEqual } from 'node:util'

import { isMap, isScalar } from 'yaml'

import { nearestName } from '../nearest-name.ts'
import { fieldPlace, nameField, type Place } from '../reading/place.ts'
import { atValue, isOpen, PLACEHOLDER, type Reading } from '../reading/reading.ts'
import { keyPairs, type KeyPair } from './key-pairs.ts'
import type { AnyField, RecordOptions, Where } from './record-options.ts'
import { recordSchema } from './record-schema.ts'
import type { Shape } from './shape.ts'

/** A mapping with the keys of T. */
export function record<T extends object>(options: RecordOptions<T>): Shape<T> {
  const fields = new Map<string, AnyField>(Object.entries(options.fields))
  return {
    read(node, place, reading) {
      if (isOpen(node)) {
        reading.names.leaveOpen()
        return undefined
      }
      const pairs = pairsOf(node, place, options, reading)
      if (pairs === undefined) return undefined
      reportStrangers(pairs, place, options, reading)
      const filled = new Map([...pairs].filter(([, pair]) => !isNothing(pair)))
      reportCombinations(filled, place, options, reading)

      const value: Partial<T> = {}
      const places = new Map<string, Place>()
      for (const [name, field] of fields) {
        const pair = pairs.get(name)
        const here = fieldPlace(place, name, pair?.offset ?? place.offset)
        const given = filled.get(name)
        if (given === undefined) reportAbsence(name, field, pair, place, reading)
        else places.set(name, atValue(given.value, here))
        const read =
          given === undefined ? defaultOf(field) : field.shape.read(given.value, here, reading)
        if (read !== undefined) Object.assign(value, { [name]: read })
      }
      reading.remember(value, place, places)
      options.check?.(value, {
        isWritten: (where) =>
          typeof where === 'string'
            ? reading.isWritten(value, where)
            : reading.isWritten(where.owner, where.field),
        problem: (where, ...rest) => reading.problem(placeOf(value, where, reading), ...rest),
        warn: (where, ...rest) => reading.warn(placeOf(value, where, reading), ...rest),
      })
      return isComplete(value, fields) ? value : undefined
    },
    write(value) {
      const entries = Object.entries(value)
      return Object.fromEntries(
        [...fields].flatMap(([name, field]) => {
          const entry: unknown = entries.find(([key]) => key === name)?.[1]
          if (entry === undefined || isLeftOut(entry, field)) return []
          return [[name, field.shape.write(entry)]]
        }),
      )
    },
    schema: recordSchema(options, fields),
  }
}

function pairsOf<T>(
  node: Parameters<Shape<T>['read']>[0],
  place: Place,
  options: RecordOptions<T>,
  reading: Reading,
): Map<string, KeyPair> | undefined {
  if (isMap(node)) return keyPairs(node, reading)
  if (options.shorthand !== undefined && isScalar(node) && typeof node.value === 'string') {
    return new Map([[options.shorthand, { value: node, offset: place.offset }]])
  }
  const known = Object.keys(options.fields)
  reading.unexpected(node, place, 'a mapping', `Its keys are ${known.join(', ')}`)
  return undefined
}

function reportAbsence(
  name: string,
  field: AnyField,
  pair: KeyPair | undefined,
  place: Place,
  reading: Reading,
): void {
  const subject = nameField(name, place.name)
  if (field.presence === 'required') {
    reading.problem(place, `missing ${subject}`, `Add '${name}' here`)
  } else if (pair !== undefined) {
    const here = fieldPlace(place, name, pair.offset)
    reading.warn(here, `${subject} is empty`, 'Indent its content below it, or delete it')
  }
}

function defaultOf(field: AnyField): unknown {
  return field.presence === 'default' ? field.value : undefined
}

function reportStrangers<T>(
  pairs: ReadonlyMap<string, KeyPair>,
  place: Place,
  options: RecordOptions<T>,
  reading: Reading,
): void {
  const known = Object.keys(options.fields)
  for (const [key, pair] of pairs) {
    if (known.includes(key) || key.includes(PLACEHOLDER)) continue
    const here = fieldPlace(place, key, pair.offset)
    const [message, hint] = ownValue(options.ignored, key) ?? []
    if (message !== undefined) {
      reading.warn(here, message, hint)
      continue
    }
    const nearest = nearestName(key, known)
    const advice =
      ownValue(options.strangers, key) ??
      (nearest === undefined
        ? `The keys here are ${known.join(', ')}`
        : `Did you mean '${nearest}'?`)
    reading.problem(here, `unknown ${nameField(key, place.name)}`, advice)
  }
}

function reportCombinations<T>(
  filled: ReadonlyMap<string, KeyPair>,
  place: Place,
  options: RecordOptions<T>,
  reading: Reading,
): void {
  const { exactlyOne, needs = {}, isNeverEmpty, fields } = options
  const owner = place.name === '' ? '' : ` for '${place.name}'`
  const given = exactlyOne?.filter((key) => filled.has(key)) ?? []
  if (exactlyOne !== undefined && given.length === 0) {
    reading.problem(place, `missing ${quoteKeys(exactlyOne, 'or')}${owner}`, 'Add one of them')
  }
  if (given.length > 1) {
    const message = `${quoteKeys(given, 'and')}${owner} exclude each other`
    reading.problem(place, message, 'Keep one of them')
  }
  for (const [key, needed] of Object.entries<string | undefined>(needs)) {
    const pair = filled.get(key)
    if (pair === undefined || needed === undefined || filled.has(needed)) continue
    const here = fieldPlace(place, key, pair.offset)
    reading.problem(here, `'${key}'${owner} needs '${needed}'`, `Add '${needed}' beside it`)
  }
  if (isNeverEmpty === true && filled.size === 0) {
    const keys = Object.keys(fields).join(', ')
    reading.problem(place, `'${place.name}' is empty`, `Add one of ${keys}`)
  }
}

function quoteKeys(keys: readonly string[], word: string): string {
  return keys.map((key) => `'${key}'`).join(` ${word} `)
}

function placeOf<T>(value: object, where: Where<T>, reading: Reading): Place {
  if (typeof where === 'string') return reading.placeOf(value, where)
  const { owner, field } = where
  return reading.placeOf(owner, field)
}

function isComplete<T extends object>(
  value: Partial<T>,
  fields: ReadonlyMap<string, AnyField>,
): value is T {
  return [...fields].every(([name, { presence }]) => presence === 'optional' || name in value)
}

function isLeftOut(entry: unknown, field: AnyField): boolean {
  return (
    field.presence === 'default' && !field.isAlwaysWritten && isDeepStrictEqual(entry, field.value)
  )
}

function isNothing({ value }: KeyPair): boolean {
  return value === undefined || (isScalar(value) && value.value === null)
}

/** Keys come from the user: `constructor` must not find what every object has. */
function ownValue<V>(table: Readonly<Record<string, V>> | undefined, key: string): V | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined
}
