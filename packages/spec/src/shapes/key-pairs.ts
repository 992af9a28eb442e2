import { isNode, isScalar, type YAMLMap } from 'yaml'

import type { Reading, YamlValue } from '../reading/reading.ts'

/** A key's value and where the key stands in the text. */
export interface KeyPair {
  readonly value: YamlValue
  readonly offset: number
}

/** The pairs of a mapping by key; of a key that stands twice (a YAML error) the first counts. */
export function keyPairs(map: YAMLMap, reading: Reading): Map<string, KeyPair> {
  const pairs = new Map<string, KeyPair>()
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : String(key)
    const offset = (isNode(key) ? key.range?.[0] : undefined) ?? map.range?.[0] ?? 0
    if (!pairs.has(name)) pairs.set(name, { value: reading.resolve(value), offset })
  }
  return pairs
}
